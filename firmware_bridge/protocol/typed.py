"""Typed payloads: the base of `firmware_bridge.generated`, and the way between them and messages.

Out: only what was set is sent, and the catalogue checks it. In: null and missing are the same (None), unknown
properties pass, and a value that does not fit its type (an enumeration's newer word, a number written as text) is read
as well as it can be, else as None. It is for the reader to treat None as "not known".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.schema import fitting


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """An object inside a payload. It may hold card data or a PIN block, so it never shows its values."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Body(Part, frozen=True):
    """The payload of one message."""

    NAME: ClassVar[str] = ""
    TYPE: ClassVar[str] = ""


class CommandBody(Body, frozen=True):
    """What a client asks."""

    TYPE = "command"


class CompletionBody(Body, frozen=True):
    """What a service answers."""

    TYPE = "completion"


class EventBody(Body, frozen=True):
    """What happens during a command."""

    TYPE = "event"


class UnsolicitedBody(Body, frozen=True):
    """What happens by itself."""

    TYPE = "unsolicited"


class Received(Protocol):
    """What arrives: a completion, an event, an unsolicited event, or at the host a job."""

    @property
    def name(self) -> str:
        """The message's name."""
        ...

    @property
    def payload(self) -> Mapping[str, Any]:
        """The message's payload as plain data."""
        ...


B = TypeVar("B", bound=Body)
ENTRIES = "entries"
"""The field that holds a payload which is a map from names of the device's own, such as its storage units."""


def named(command: str | CommandBody, payload: Mapping[str, Any] | None = None) -> tuple[str, Mapping[str, Any]]:
    """Return name and plain payload of a command that is given typed, or as a name with its payload."""
    return (command, payload or {}) if isinstance(command, str) else (command.NAME, payload_of(command))


def payload_of(body: Body) -> dict[str, Any]:
    """Return a typed payload as plain data for sending; what is None is left out."""
    data: dict[str, Any] = msgspec.to_builtins(body)
    return data.get(ENTRIES, {}) if ENTRIES in body.__struct_fields__ else data


def read(received: Received, kind: type[B]) -> B:
    """Return the payload of `received` as `kind`, tolerantly. Raises TypeError when it is another message's."""
    if received.name != kind.NAME:
        raise TypeError(f"{received.name} is not {kind.NAME}")
    try:
        return _converted(received.payload, kind)
    except msgspec.ValidationError:
        entry = catalog.definition(kind.NAME, kind.TYPE)
        assert entry is not None, kind
        assert entry.payload is not None, kind
        schemas = catalog.schemas()
        return _converted(fitting(schemas[entry.payload], received.payload, schemas, words=True) or {}, kind)


def _converted(payload: Mapping[str, Any], kind: type[B]) -> B:
    data = {ENTRIES: payload} if ENTRIES in kind.__struct_fields__ else payload
    return msgspec.convert(data, kind)
