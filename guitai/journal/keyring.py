"""Keys of personal fields, one per day and class, in a file outside the journal; a destroyed one is gone for good.

Each is wrapped with a key derived from the journal's key. A key is on disk before anything is encrypted with it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guitai.errors import GuitaiError
from guitai.journal.chain import canonical
from guitai.messages.classes import DataClass
from guitai.wire.fields import NONCE_BYTES
from guitai.wire.whole import write_whole

FORMAT = "guitai.keyring/1"


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
            with ring._room():
                ring._shred_old()
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
        without the journal's key. Raises GuitaiError ``journal.disk_full``:
        the next call, or the next start, does what was not done.
        """
        gone = {str(day) for day in days}
        left = {
            day: {name: key for name, key in keys.items() if name != class_ or day not in gone}
            for day, keys in self._data["keys"].items()
        }
        before, self._data = self._data, {**self._data, "keys": {day: keys for day, keys in left.items() if keys}}
        try:
            with self._room():
                self._shred_old()
                os.link(self._path, self._old)
                self._write()
        except GuitaiError:
            self._data = before
            raise
        for day in days:
            self._open.pop((day, class_), None)
        with self._room():
            self._shred_old()

    @property
    def _old(self) -> Path:
        return self._path.with_name(self._path.name + ".old")

    def _shred_old(self) -> None:
        """Overwrite and remove the file before the last destruction; a break may have left it, as another name or alone."""
        if not self._old.exists():
            return
        if not self._old.samefile(self._path):
            with open(self._old, "r+b") as file:
                file.write(bytes(self._old.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        self._old.unlink()

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
        with self._room():
            write_whole(self._path, canonical(self._data))

    @contextlib.contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise GuitaiError("journal.disk_full", path=self._path) from error


def day_name(day: int) -> str:
    """Return a day's date, YYYY-MM-DD."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
