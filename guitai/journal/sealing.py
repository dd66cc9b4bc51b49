"""Encrypts a message's personal fields into one field ``sealed``, with the keys of its day, and back."""

from __future__ import annotations

import functools
from typing import Any

from cryptography.exceptions import InvalidTag

from guitai.errors import GuitaiError
from guitai.journal.chain import canonical
from guitai.journal.keyring import Keyring
from guitai.messages.classes import DATA_CLASSES, DataClass, classes_of
from guitai.wire.fields import decrypted, encrypted

DAY_MS = 86_400_000
SEALED = "sealed"
EMPTY: tuple[Any, ...] = (None, "", [], ())
"""Values that tell nothing."""


class Sealer:
    """AES-256-GCM, a random nonce each; bound to the place in the journal, so that no field can be moved to another."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, data: dict[str, Any], session_id: str, seq: int, n: int, at_ms: int) -> dict[str, Any]:
        """Return the message's data with its personal fields encrypted; `n` is 0 for the event, 1 for the first effect.

        Raises GuitaiError ``journal.disk_full`` when a new key cannot be written.
        """
        personal = _personal(data["type"])
        if not personal:
            return data
        sealed: dict[str, list[Any]] = {}
        plain = dict(data)
        for class_, names in personal:
            fields = {name: plain.pop(name) for name in names if data[name] not in EMPTY}
            if fields:
                day = at_ms // DAY_MS
                key = self._keyring.key(day, class_)
                sealed[class_] = [day, encrypted(key, fields, _place(session_id, seq, n, class_))]
        if not sealed:
            return data
        plain[SEALED] = sealed
        return plain

    def open(self, data: dict[str, Any], session_id: str, seq: int, n: int) -> dict[str, Any]:
        """Return the message's data as it was.

        Raises GuitaiError ``journal.key_destroyed``, ``journal.field_altered``.
        """
        if SEALED not in data:
            return data
        whole = {name: value for name, value in data.items() if name != SEALED}
        for class_, (day, text) in data[SEALED].items():
            key = self._keyring.find(day, class_)
            try:
                whole.update(decrypted(key, text, _place(session_id, seq, n, class_)))
            except InvalidTag as error:
                raise GuitaiError("journal.field_altered", session=session_id, seq=seq) from error
        return whole


@functools.cache
def _personal(type_name: str) -> tuple[tuple[DataClass, tuple[str, ...]], ...]:
    """Return the names of a message's personal fields, by class."""
    classes = classes_of(type_name)
    found = ((class_, tuple(name for name, of in classes.items() if of == class_)) for class_ in DATA_CLASSES)
    return tuple((class_, names) for class_, names in found if names)


def _place(session_id: str, seq: int, n: int, class_: str) -> bytes:
    return canonical([session_id, seq, n, class_])
