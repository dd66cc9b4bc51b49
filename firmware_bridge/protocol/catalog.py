"""The catalogue of XFS4IoT messages: their versions, their error codes, and whether a payload fits its schema.

``catalog.json`` is derived from KAL_XFS4IoT_SP-Dev v3.3.4 (MIT, see NOTICE): 485 messages and 777 schemas. It is read
when the first message is built or read, not at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson

from firmware_bridge.protocol.schema import Check, Rigour, Schema, compiled, fitting, target


@dataclass(frozen=True, slots=True)
class Definition:
    """One message of the catalogue."""

    name: str
    type: str
    version: str
    payload: str | None
    """Name of the payload's schema; None when there is no payload."""

    error_codes: tuple[str, ...] = ()
    """What ``payload.errorCode`` of a completion may say."""

    @property
    def interface(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]


def definition(name: str, type_: str) -> Definition | None:
    """Return the definition of a message, or None if the catalogue does not know it."""
    return _messages().get((name, type_))


def definitions(interface: str = "") -> tuple[Definition, ...]:
    """Return all messages of an interface, or of every interface, in the catalogue's order."""
    return tuple(entry for entry in _messages().values() if interface in {"", entry.interface})


def schemas() -> Mapping[str, Schema]:
    """Return every payload's and part's schema by name."""
    found: dict[str, Schema] = _data()["$defs"]
    return found


def properties(entry: Definition) -> tuple[str, ...]:
    """Return the names of the payload's properties."""
    return () if entry.payload is None else tuple(schemas()[entry.payload].get("properties", ()))


def fault(entry: Definition, payload: Mapping[str, Any], rigour: Rigour = "sent") -> str | None:
    """Return what is wrong with `payload`, with its path, or None when it fits."""
    if entry.payload is None:
        return "no payload is allowed" if payload and rigour == "sent" else None
    reason = _check(entry.payload, rigour)(payload)
    return None if reason is None else f"payload{reason}"


def readable(entry: Definition | None, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a peer's payload in which every known property has its type: what has not, and every hole, is left out."""
    if entry is None or entry.payload is None or fault(entry, payload, "read") is None:
        return payload
    found: dict[str, Any] = fitting(schemas()[entry.payload], payload, schemas(), words=False)
    return found


@cache
def _data() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("catalog.json").read_bytes()
    data: dict[str, Any] = orjson.loads(text)
    return data


@cache
def _messages() -> dict[tuple[str, str], Definition]:
    out: dict[tuple[str, str], Definition] = {}
    for one in _data()["messages"]:
        payload = None if one["payload"] is None else target(one["payload"])
        entry = Definition(one["name"], one["type"], one["version"], payload, tuple(one["errorCodes"] or ()))
        out[entry.name, entry.type] = entry
    return out


@cache
def _check(name: str, rigour: Rigour) -> Check:
    return compiled(schemas()[name], lambda other: _check(other, rigour), rigour)
