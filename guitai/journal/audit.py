"""For auditors: opens a journal to look at it only, and writes an export that can be checked without the journal's key.

The export is lines of canonical JSON: a header, the ledger's entries, the checkpoints, every event with its effects as the
journal holds them (personal fields stay encrypted), and the device's signature over all these lines. Whoever has the
device's certificate can tell that the device vouches for every byte.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.journal.chain import GENESIS, canonical, link
from guitai.journal.checkpoints import read_anchor
from guitai.journal.database import Connection, translated
from guitai.journal.ledger import Keys, chain
from guitai.journal.migrations import open_current
from guitai.journal.places import MASK
from guitai.journal.verify import Verified, verify
from guitai.keys import Sign
from guitai.wire.checkpoints import Check, checkpoint_message

FORMAT = "guitai.audit/1"


@dataclass(frozen=True, slots=True)
class Journalled:
    """A journal open for an audit."""

    connection: Connection
    path: Path
    kiosk_id: str
    keys: Keys

    def verify(self, check: Check, anchor: Path) -> Verified:
        """Check every row, every signature, and that the newest checkpoint outside is of this ledger."""

        def signed(n: int, at_ms: int, chain: str, signature: bytes) -> bool:
            return check(checkpoint_message(self.kiosk_id, n, at_ms, chain), signature)

        newest = read_anchor(anchor)
        with translated(self.path):
            found = verify(self.connection, self.keys, signed, None if newest is None else (newest.n, newest.chain))
        if newest is None and found.checkpoints and not found.fault:  # else removing it would hide an older copy
            return replace(found, fault=f"the newest checkpoint is missing: {anchor}")
        return found

    def export(self, target: Path, sign: Sign, at_ms: int) -> int:
        """Write everything (mode 0600), signed with the device's key; return how many lines. Raises OSError."""
        draft = target.with_name(target.name + ".new")
        lines, digest = 1, hashlib.sha256()
        with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            with translated(self.path):
                self.connection.execute("BEGIN")  # one snapshot; core goes on writing
                try:
                    for line in self._lines(at_ms):
                        raw = canonical(line) + b"\n"
                        digest.update(raw)
                        file.write(raw)
                        lines += 1
                finally:
                    self.connection.execute("ROLLBACK")
            file.write(canonical({"signature": sign(_signed(digest.hexdigest())).hex()}) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        return lines

    def _lines(self, at_ms: int) -> Iterator[dict[str, Any]]:
        run = self.connection.execute
        yield {"format": FORMAT, "kiosk_id": self.kiosk_id, "version": metadata.version("guitai"), "at_ms": at_ms}
        for n, changes, hash_ in run("SELECT n, changes, chain FROM entry ORDER BY n"):
            yield {"entry": n, "changes": orjson.loads(changes), "chain": hash_}
        for n, made_ms, hash_, signature in run("SELECT * FROM checkpoint ORDER BY n"):
            yield {"checkpoint": n, "at_ms": made_ms, "chain": hash_, "signature": bytes(signature).hex()}
        for at, session, event_ms, body, effects, previous, hash_ in run("SELECT * FROM event ORDER BY place"):
            yield {
                "session": session, "seq": at & MASK, "at_ms": event_ms, "event": orjson.loads(body),
                "effects": orjson.loads(effects), "prev": previous, "hash": hash_,
            }  # fmt: skip


@contextmanager
def opened(path: Path, key: bytes, kiosk_id: str) -> Iterator[Journalled]:
    """Open the journal at `path`; core may be running. Raises GuitaiError ``journal.*``."""
    try:
        if not path.exists():
            raise GuitaiError("journal.not_there", path=path)
        connection = open_current(path, key, kiosk_id)
    except OSError as error:
        raise GuitaiError("journal.failed", path=path, reason=error.strerror) from error
    try:
        yield Journalled(connection, path, kiosk_id, Keys.of(key))
    finally:
        connection.close()


def _signed(digest: str) -> bytes:
    """Return what is signed of an export whose lines have this SHA-256 (hex)."""
    return f"{FORMAT}\n{digest}".encode()


def verify_export(path: Path, check: Check) -> Verified:
    """Check an export against the device's certificate, without the journal's key.

    Raises GuitaiError ``journal.log_unreadable``.
    """
    reader = _Reader(check)
    try:
        with open(path, "rb") as file:
            for number, raw in enumerate(file, start=1):
                reader.take(number, raw)
        reader.end()
        fault = ""
    except OSError as error:
        raise GuitaiError("journal.log_unreadable", path=path, reason=error.strerror) from error
    except (ValueError, KeyError, TypeError) as error:
        fault = f"line {reader.line}: {error}" if reader.line else str(error)
    return Verified(reader.n, len(reader.seen), 0, reader.checkpoints, fault)


class _Reader:
    """Follows an export line by line; what is wrong is a ValueError in words."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._kiosk_id = ""
        self._chains: dict[int, str] = {0: GENESIS}
        self._events: dict[tuple[str, int], str] = {}
        self._heads: dict[str, str] = {}
        self.seen: set[tuple[str, int]] = set()
        self._digest = hashlib.sha256()
        self._whole = False
        self.line = self.n = self.checkpoints = 0

    def take(self, number: int, raw: bytes) -> None:
        self.line = number
        if self._whole:
            raise ValueError("it stands after the end")
        data = orjson.loads(raw)
        if canonical(data) + b"\n" != raw:
            raise ValueError("it is not in canonical form")
        if number == 1:
            if data["format"] != FORMAT:
                raise ValueError("this is no export of a journal")
            self._kiosk_id = data["kiosk_id"]
        elif data.keys() == {"signature"}:
            if not self._check(_signed(self._digest.hexdigest()), bytes.fromhex(data["signature"])):
                raise ValueError("these are not the lines this device signed")
            self._whole = True
        elif "entry" in data:
            self._entry(data)
        elif "checkpoint" in data:
            self._checkpoint(data)
        else:
            self._event(data)
        self._digest.update(raw)

    def end(self) -> None:
        self.line = 0
        if missing := self._events.keys() - self.seen:
            raise ValueError("event {} {} is missing".format(*min(missing)))
        if not self._whole:
            raise ValueError("the device's signature at the end is missing")

    def _entry(self, data: dict[str, Any]) -> None:
        hash_ = chain(self._chains[self.n], self.n + 1, canonical(data["changes"]))
        if (data["entry"], data["chain"]) != (self.n + 1, hash_):
            raise ValueError(f"entry {self.n + 1} does not follow the one before it")
        self.n += 1
        self._chains[self.n] = hash_
        for change in data["changes"]:
            if change[0] == "session":
                self._heads.setdefault(change[1], change[3])
            if change[0] == "event":
                self._events[change[1], change[2]] = change[3]

    def _checkpoint(self, data: dict[str, Any]) -> None:
        n, at_ms, hash_ = data["checkpoint"], data["at_ms"], data["chain"]
        if self._chains.get(n) != hash_:
            raise ValueError(f"the checkpoint is not of entry {n}")
        if not self._check(checkpoint_message(self._kiosk_id, n, at_ms, hash_), bytes.fromhex(data["signature"])):
            raise ValueError("the checkpoint was not signed by this device")
        self.checkpoints += 1

    def _event(self, data: dict[str, Any]) -> None:
        session, seq, previous = data["session"], data["seq"], data["prev"]
        hash_ = link(previous, seq, data["at_ms"], data["event"], data["effects"])
        if previous != self._heads.get(session, GENESIS) or hash_ != self._events.get((session, seq)):
            raise ValueError(f"event {session} {seq} is not what was written")
        self._heads[session] = hash_
        self.seen.add((session, seq))
