"""Keys of personal fields, one per day and class, in a file outside the journal; a destroyed one is gone for good.

Each is wrapped with a key derived from the journal's key. A key is on disk before anything is encrypted with it.
"""

from __future__ import annotations

import os
import secrets
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guitai.errors import GuitaiError
from guitai.journal.chain import canonical
from guitai.journal.fields import DataClass
from guitai.wire.whole import write_whole

FORMAT = "guitai.keyring/1"
NONCE_BYTES = 12


class Keyring:
    """The open file. Days are counted from 1970-01-01 (UTC)."""

    def __init__(self, path: Path, wrapping: bytes) -> None:
        self._path, self._wrapping = path, AESGCM(wrapping)
        self._open: dict[tuple[int, DataClass], AESGCM] = {}
        self._data: dict[str, Any] = {"format": FORMAT, "id": secrets.token_hex(16), "keys": {}}

    @classmethod
    def load(cls, path: Path, wrapping: bytes, known_id: str | None) -> Keyring:
        """Open the keyring, or make one if the journal has none yet (`known_id` is None).

        Raises GuitaiError ``journal.keyring_lost`` (absent, another journal's, or not readable), ``journal.disk_full``.
        """
        ring = cls(path, wrapping)
        try:
            data = orjson.loads(path.read_bytes())
            if data["format"] != FORMAT or known_id not in (None, data["id"]) or not isinstance(data["keys"], dict):
                raise GuitaiError("journal.keyring_lost", path=path)
            ring._data = data
        except FileNotFoundError as error:
            if known_id is not None:
                raise GuitaiError("journal.keyring_lost", path=path) from error
            ring._write()
        except (ValueError, KeyError, TypeError) as error:
            raise GuitaiError("journal.keyring_lost", path=path) from error
        return ring

    @property
    def id(self) -> str:
        """Which keyring this is: the journal knows its own."""
        return str(self._data["id"])

    def key(self, day: int, class_: DataClass) -> AESGCM:
        """Return the key, made and on disk if there was none. Raises GuitaiError ``journal.disk_full``."""
        if (found := self._find(day, class_)) is not None:
            return found
        key, nonce = AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
        wrapped = nonce + self._wrapping.encrypt(nonce, key, self._label(day, class_))
        self._data["keys"].setdefault(str(day), {})[class_] = wrapped.hex()
        try:
            self._write()
        except GuitaiError:
            del self._data["keys"][str(day)][class_]
            raise
        return self._open.setdefault((day, class_), AESGCM(key))

    def find(self, day: int, class_: DataClass) -> AESGCM:
        """Return the key. Raises GuitaiError ``journal.key_destroyed``."""
        if (found := self._find(day, class_)) is None:
            raise GuitaiError("journal.key_destroyed", day=day_name(day), data_class=class_)
        return found

    def days(self, class_: DataClass) -> tuple[int, ...]:
        """Return the days that have a key of the class, oldest first."""
        return tuple(sorted(int(day) for day, keys in self._data["keys"].items() if class_ in keys))

    def destroy(self, days: tuple[int, ...], class_: DataClass) -> None:
        """Forget the keys, here and in the file: what they encrypted cannot be read again.

        The old file is overwritten before it goes. Flash memory may keep a copy until it is reused, which is worth nothing
        without the journal's key. Raises GuitaiError ``journal.disk_full``.
        """
        for day in days:
            self._open.pop((day, class_), None)
            keys = self._data["keys"].get(str(day), {})
            keys.pop(class_, None)
            if not keys:
                self._data["keys"].pop(str(day), None)
        old = self._path.with_name(self._path.name + ".old")
        old.unlink(missing_ok=True)
        os.link(self._path, old)
        self._write()
        with open(old, "r+b") as file:
            file.write(bytes(old.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        old.unlink()

    def _find(self, day: int, class_: DataClass) -> AESGCM | None:
        if (known := self._open.get((day, class_))) is not None:
            return known
        wrapped = self._data["keys"].get(str(day), {}).get(class_)
        if wrapped is None:
            return None
        try:
            raw = bytes.fromhex(wrapped)
            key = self._wrapping.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._label(day, class_))
        except (InvalidTag, ValueError) as error:
            raise GuitaiError("journal.keyring_lost", path=self._path) from error
        return self._open.setdefault((day, class_), AESGCM(key))

    def _label(self, day: int, class_: DataClass) -> bytes:
        return canonical([self.id, day, class_])

    def _write(self) -> None:
        try:
            write_whole(self._path, canonical(self._data))
        except OSError as error:
            raise GuitaiError("journal.disk_full", path=self._path) from error


def day_name(day: int) -> str:
    """Return a day's date, YYYY-MM-DD."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
