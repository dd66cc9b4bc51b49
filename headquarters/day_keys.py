"""Keys of personal fields at headquarters, one per kiosk, day and class, in a file outside the store; and what the store is held to.

A destroyed key leaves its place behind: what comes late for it is encrypted with a key that nobody keeps. The file is
SQLite without a write-ahead log and with overwriting: all processes of headquarters share it, and what is deleted is gone
from it. The store's seal and where each kiosk's ledger was last seen stand here too (headquarters/ledger.py).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guitai.clock import SystemClock
from guitai.errors import GuitaiError
from guitai.messages.classes import DataClass
from headquarters.database import transaction

DAY_MS = 86_400_000
MOST_KNOWN = 2_000
"""So many keys a connection keeps in memory, 2.4 KB each."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS day_keys(
  kiosk TEXT NOT NULL, day INTEGER NOT NULL, class TEXT NOT NULL, made_ms INTEGER NOT NULL, key BLOB,
  destroyed_ms INTEGER, PRIMARY KEY(kiosk, day, class)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seal(one INTEGER PRIMARY KEY CHECK(one = 1), key BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS anchors(
  kiosk TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, chain TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""

Place = tuple[str, int, DataClass]
"""Kiosk, day (since 1970-01-01, UTC), class."""


class DayKeys:
    """One connection to the file; made if it is not there. Raises GuitaiError ``hq.keyring``."""

    def __init__(self, path: Path) -> None:
        self._path, self._clock = path, SystemClock()
        self._known: dict[Place, AESGCM] = {}
        self._version = -1
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            self._connection.execute("PRAGMA journal_mode = TRUNCATE")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executescript(SCHEMA)
            with transaction(self._connection):
                self._connection.execute("INSERT OR IGNORE INTO seal VALUES(1, ?)", (secrets.token_bytes(32),))
            self.seal: bytes = self._connection.execute("SELECT key FROM seal").fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            raise GuitaiError("hq.keyring", path=path, reason=str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def key(self, place: Place) -> AESGCM:
        """Return the key, made and on disk if there was none; for a destroyed one another that nobody keeps."""
        if (found := self.find(place)) is not None:
            return found
        self.need([place])
        return self.find(place) or AESGCM(AESGCM.generate_key(256))

    def need(self, places: Iterable[Place]) -> None:
        """Make the keys that are missing, in one commit: each flushes the file, and a fleet that comes back needs thousands."""
        if missing := [place for place in sorted(set(places)) if self.find(place) is None]:
            now_ms = self._clock.unix_ms()
            with self._faults(), transaction(self._connection):
                self._connection.executemany(
                    "INSERT INTO day_keys VALUES(?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING",
                    [(*place, now_ms, AESGCM.generate_key(256)) for place in missing],
                )

    def find(self, place: Place) -> AESGCM | None:
        """Return the key, or None if it was destroyed or never made."""
        with self._faults():
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            if version != self._version:  # another process wrote: it may have destroyed
                self._known.clear()
                self._version = version
            if (known := self._known.get(place)) is not None:
                return known
            row = self._connection.execute(
                "SELECT key FROM day_keys WHERE kiosk = ? AND day = ? AND class = ? AND key IS NOT NULL", place
            ).fetchone()
        if row is None:
            return None
        if len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return self._known.setdefault(place, AESGCM(row[0]))

    def destroyed(self, place: Place) -> bool:
        """Tell whether there was a key that was destroyed, or is to be none."""
        with self._faults():
            row = self._connection.execute(
                "SELECT 1 FROM day_keys WHERE kiosk = ? AND day = ? AND class = ? AND key IS NULL", place
            ).fetchone()
        return row is not None

    def destroy(self, places: Iterable[Place]) -> None:
        """Forget keys for good; a day that has none yet will never have one."""
        now_ms = self._clock.unix_ms()
        with self._faults(), transaction(self._connection):
            self._connection.executemany(
                "INSERT INTO day_keys VALUES(?, ?, ?, ?, NULL, ?) ON CONFLICT(kiosk, day, class) DO UPDATE SET "
                "key = NULL, destroyed_ms = COALESCE(destroyed_ms, excluded.destroyed_ms)",
                [(*place, now_ms, now_ms) for place in places],
            )
        self._known.clear()

    def destroy_before(self, class_: DataClass, before_ms: int) -> int:
        """Forget the keys of a class whose day ended before a time, and return how many.

        A key of a day to come (a kiosk's clock is off) counts from when it was made.
        """
        with self._faults():
            rows = self._connection.execute(
                "SELECT kiosk, day, class FROM day_keys WHERE class = ? AND key IS NOT NULL "
                "AND min((day + 1) * ?, made_ms + ?) <= ?",
                (class_, DAY_MS, DAY_MS, before_ms),
            ).fetchall()
        if rows:
            self.destroy(rows)
        return len(rows)

    def anchor(self, heads: Iterable[tuple[str, int, str]]) -> None:
        """Keep how far kiosks' ledgers have come: (kiosk, entry, its hash). It never goes back."""
        with self._faults(), transaction(self._connection):
            self._connection.executemany(
                "INSERT INTO anchors VALUES(?, ?, ?) ON CONFLICT(kiosk) DO UPDATE SET n = excluded.n, "
                "chain = excluded.chain WHERE excluded.n > anchors.n",
                heads,
            )

    def anchors(self) -> dict[str, tuple[int, str]]:
        """Return (entry, its hash) by kiosk."""
        with self._faults():
            rows = self._connection.execute("SELECT kiosk, n, chain FROM anchors").fetchall()
        return {kiosk: (n, chain) for kiosk, n, chain in rows}

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise GuitaiError("hq.keyring", path=self._path, reason=str(error)) from error
