"""The catalogue of XFS4IoT messages: versions, and a small checker of payloads against their schemas.

``catalog.json`` is derived from KAL_XFS4IoT_SP-Dev v3.3.4 (MIT, see NOTICE). It has no ``required`` lists, and null is
legal for most optional properties, so the checker accepts null wherever a property may stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """One message of the catalogue."""

    name: str
    type: str
    version: str
    payload: str | None
    """Name of the payload's schema; None when there is no payload."""


def definition(name: str, type_: str) -> Definition | None:
    """Return the definition of a message, or None if the catalogue does not know it."""
    entry = _data()["messages"].get(name, {}).get(type_)
    return None if entry is None else Definition(name, type_, entry["version"], entry["payload"])


def names(type_: str, interface: str) -> tuple[str, ...]:
    """Return the names of an interface's messages of one type."""
    return tuple(n for n, types in _data()["messages"].items() if type_ in types and n.startswith(interface + "."))


def properties(entry: Definition) -> tuple[str, ...]:
    """Return the names of the payload's properties."""
    return () if entry.payload is None else tuple(_data()["$defs"][entry.payload].get("properties", ()))


def fault(entry: Definition, payload: Mapping[str, Any]) -> str | None:
    """Return what is wrong with `payload`, with its path, or None when it fits."""
    if entry.payload is None:
        return "no payload is allowed" if payload else None
    return _check(_data()["$defs"][entry.payload], payload, "payload")


@cache
def _data() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("catalog.json").read_bytes()
    data: dict[str, Any] = orjson.loads(text)
    return data


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _check(schema: Schema, value: Any, path: str) -> str | None:
    if value is None:
        return None
    if "$ref" in schema:
        return _check(_data()["$defs"][schema["$ref"].rpartition("/")[2]], value, path)
    if "anyOf" in schema:
        faults = [_check(one, value, path) for one in schema["anyOf"]]
        return None if None in faults else faults[0]
    kind = schema.get("type", "any")
    check = _CHECKS.get(kind)
    return None if check is None else check(schema, value, path)


def _object(schema: Schema, value: Any, path: str) -> str | None:
    if not isinstance(value, dict):
        return f"{path} is not an object"
    known = schema.get("properties", {})
    extra = schema.get("additionalProperties", True)
    for key, inner in value.items():
        if key in known:
            reason = _check(known[key], inner, f"{path}.{key}")
        elif isinstance(extra, dict):
            reason = _check(extra, inner, f"{path}.{key}")
        else:
            reason = None if extra else f"{path}.{key} is not known"
        if reason is not None:
            return reason
    return None


def _array(schema: Schema, value: Any, path: str) -> str | None:
    if not isinstance(value, list):
        return f"{path} is not an array"
    item = schema.get("items", {})
    return next((r for i, one in enumerate(value) if (r := _check(item, one, f"{path}[{i}]")) is not None), None)


def _string(schema: Schema, value: Any, path: str) -> str | None:
    if not isinstance(value, str):
        return f"{path} is not a string"
    if "enum" in schema and value not in schema["enum"]:
        return f"{path} is none of {', '.join(schema['enum'])}"
    if "pattern" in schema and not _pattern(schema["pattern"]).search(value):
        return f"{path} has the wrong form"
    return None


def _number(schema: Schema, value: Any, path: str) -> str | None:
    whole = schema["type"] == "integer"
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return f"{path} is not {'an integer' if whole else 'a number'}"
    if "minimum" in schema and value < schema["minimum"]:
        return f"{path} is below {schema['minimum']}"
    if "maximum" in schema and value > schema["maximum"]:
        return f"{path} is above {schema['maximum']}"
    return None


def _boolean(_schema: Schema, value: Any, path: str) -> str | None:
    return None if isinstance(value, bool) else f"{path} is not true or false"


_CHECKS: dict[str, Callable[[Schema, Any, str], str | None]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
}
