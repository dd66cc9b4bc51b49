"""Encrypts what is personal before it is stored, with the keys of its kiosk, day and class; opens what can still be read.

A text with something personal in it is a JSON list of the plain fields and, per class, ``[day, secret]``; one without is
the plain object. What versions before wrote is plain, and is read as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from guitai.messages.classes import DataClass, classes_of
from guitai.messages.codec import EFFECTS, EVENTS
from guitai.messages.sync import OutboxRow
from guitai.tables import CHECKPOINT, KEYS_DESTROYED, LOGS
from guitai.wire.fields import decrypted, encrypted
from headquarters.day_keys import DAY_MS, DayKeys

OURS = frozenset({CHECKPOINT, KEYS_DESTROYED, LOGS})
"""Rows that are no message, and hold nothing personal."""

DESTROYED = "destroyed"
"""In opened data: the classes that cannot be read any more, if there are any."""

EMPTY: tuple[Any, ...] = (None, "", [], {})
"""Values that tell nothing."""


class Sealing:
    """Over one connection to the keys."""

    def __init__(self, keys: DayKeys) -> None:
        self.keys = keys

    def prepare(self, rows: Iterable[tuple[str, OutboxRow]]) -> None:
        """Have the keys there that `body` takes for rows of kiosks."""
        self.keys.need(
            (kiosk, row.at_ms // DAY_MS, class_)
            for kiosk, row in rows
            for class_ in set(field_classes(row.type, row.body).values())
        )

    def body(self, kiosk: str, id_: str, type_: str, at_ms: int, data: dict[str, Any]) -> str:
        """Return an event's body as it is stored."""
        classes = field_classes(type_, data)
        return self._sealed(kiosk, id_, at_ms, classes, data)

    def whole(self, kiosk: str, place: str, at_ms: int, data: dict[str, Any]) -> str:
        """Return data that is personal as a whole (C2), as it is stored at `place`."""
        return self._sealed(kiosk, place, at_ms, dict.fromkeys(data, "C2"), data)

    def open(self, kiosk: str, place: str, text: str) -> dict[str, Any]:
        """Return what can be read: fields whose key was destroyed are missing, and their classes stand in `DESTROYED`."""
        found = orjson.loads(text)
        if not isinstance(found, list):
            plain: dict[str, Any] = found
            return plain
        data, sealed = found
        for class_, (day, secret) in sealed.items():
            key = self.keys.find((kiosk, day, class_))
            try:
                if key is not None:
                    data.update(decrypted(key, secret, _place(kiosk, place, class_)))
                    continue
            except (InvalidTag, ValueError):
                pass  # encrypted with a key that nobody kept, or changed: the ledger tells which
            data.setdefault(DESTROYED, []).append(class_)
        return dict(data)

    def _sealed(
        self, kiosk: str, place: str, at_ms: int, classes: Mapping[str, DataClass], data: dict[str, Any]
    ) -> str:
        secret: dict[DataClass, dict[str, Any]] = {}
        for name, class_ in classes.items():
            if data[name] not in EMPTY:
                secret.setdefault(class_, {})[name] = data[name]
        if not secret:
            return orjson.dumps(data).decode()
        plain = {name: value for name, value in data.items() if all(name not in fields for fields in secret.values())}
        day = at_ms // DAY_MS
        sealed = {
            class_: [day, encrypted(self.keys.key((kiosk, day, class_)), fields, _place(kiosk, place, class_))]
            for class_, fields in secret.items()
        }
        return orjson.dumps([plain, sealed]).decode()


def field_classes(type_: str, data: Mapping[str, Any]) -> dict[str, DataClass]:
    """Return which of the fields that came are personal; what this version does not know may be."""
    kind = EVENTS.get(type_) or EFFECTS.get(type_)
    if kind is None:
        return {} if type_ in OURS else dict.fromkeys(data, "C2")
    known, names = classes_of(type_), {field.name for field in dataclasses.fields(kind)}
    return {name: known.get(name, "C2") for name in data if name in known or name not in names}


def _place(kiosk: str, place: str, class_: str) -> bytes:
    return orjson.dumps([kiosk, place, class_])
