"""Turns registered dataclasses into plain data and back, strictly: the one codec of journal, sockets and outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import msgspec

from guitai.errors import GuitaiError

T = TypeVar("T")

EVENTS: dict[str, type] = {}
EFFECTS: dict[str, type] = {}
_NAMES: dict[type, str] = {}


def event(name: str) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as an event under a dotted name."""
    return _register(EVENTS, name)


def effect(name: str) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as an effect under a dotted name."""
    return _register(EFFECTS, name)


def name_of(message: object) -> str:
    """Return the dotted name an event or effect is registered under."""
    return _NAMES[type(message)]


def to_data(message: object) -> dict[str, Any]:
    """Return ``{"type": name, **fields}`` in plain JSON types."""
    data: dict[str, Any] = msgspec.to_builtins(message)
    return {"type": name_of(message), **data}


def event_from(data: dict[str, Any]) -> Any:
    """Return the event `data` describes. Raises GuitaiError ``wire.unknown_type`` or ``wire.bad_data``."""
    return _from(EVENTS, data)


def effect_from(data: dict[str, Any]) -> Any:
    """Return the effect `data` describes. Raises GuitaiError ``wire.unknown_type`` or ``wire.bad_data``."""
    return _from(EFFECTS, data)


def convert(data: object, kind: type[T]) -> T:
    """Return `data` as the dataclass `kind`, checked field by field. Raises GuitaiError ``wire.bad_data``."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise GuitaiError("wire.bad_data", type=kind.__name__, reason=str(error)) from error


def _register(table: dict[str, type], name: str) -> Callable[[type[T]], type[T]]:
    def add(kind: type[T]) -> type[T]:
        assert name not in table, name
        table[name] = kind
        _NAMES[kind] = name
        return kind

    return add


def _from(table: dict[str, type], data: dict[str, Any]) -> Any:
    name = data.get("type")
    kind = table.get(name) if isinstance(name, str) else None
    if kind is None:
        raise GuitaiError("wire.unknown_type", type=name)
    body = {key: value for key, value in data.items() if key != "type"}
    known = {f.name for f in fields(kind)}
    if unknown := sorted(body.keys() - known):
        raise GuitaiError("wire.bad_data", type=name, reason=f"unknown field {unknown[0]}")
    return convert(body, kind)
