"""Is the store what was stored? Follows every kiosk's ledger, compares each row, and checks the kiosks' own chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from guitai.messages.sync import GENESIS, chain_hash
from headquarters import ledger
from headquarters.engine import Engine
from headquarters.sealing import DESTROYED

Key = tuple[str, int]
"""Lane and sequence."""


class Found(Exception):  # noqa: N818 - what is looked for, not an error of the program
    """The first row that is not what was stored, in words."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and the first fault."""

    kiosks: int
    entries: int
    events: int
    destroyed: int
    """Events of which something cannot be read any more: the store's ledger stands for them."""

    fault: str = ""
    """Empty: everything is as it was stored."""


class _Counts:
    def __init__(self) -> None:
        self.kiosks = self.entries = self.events = self.destroyed = 0


def verify(connection: Engine) -> Verified:
    """Check every row; others may go on writing. Names the first fault."""
    counts, fault = _Counts(), ""
    try:
        anchors = connection.sealing.keys.anchors()  # before the snapshot: they must not be ahead of it
        with connection.snapshot():
            heads = {row["kiosk"]: row for row in connection.execute("SELECT * FROM ledger_heads")}
            _known(connection, set(heads), set(anchors))
            for kiosk, head in sorted(heads.items()):
                _Kiosk(connection, kiosk, counts).check(head, anchors.get(kiosk))
    except Found as found:
        fault = str(found)
    return Verified(counts.kiosks, counts.entries, counts.events, counts.destroyed, fault)


def _known(connection: Engine, headed: set[str], anchored: set[str]) -> None:
    """Every kiosk that has anything has a head."""
    if gone := anchored - headed:
        raise Found(f"{min(gone)}: its ledger is gone")
    for table in ("events", "ledger", "watermarks"):
        rows = connection.execute(f"SELECT DISTINCT kiosk FROM {table}")  # noqa: S608 - names from this line
        if strange := {row["kiosk"] for row in rows} - headed:
            raise Found(f"{min(strange)}: rows in {table}, and no ledger")


class _Kiosk:
    """One kiosk's rows."""

    def __init__(self, connection: Engine, kiosk: str, counts: _Counts) -> None:
        self._connection, self._kiosk, self._counts = connection, kiosk, counts
        self._lanes: set[str] = set()

    def check(self, head: Any, anchor: tuple[int, str] | None) -> None:
        self._counts.kiosks += 1
        named = self._ledger(head, anchor)
        marks = {row["lane"]: row for row in self._rows("SELECT * FROM watermarks WHERE kiosk = ?")}
        before: dict[str, tuple[int, str]] = {}
        for row in self._rows(
            f"SELECT {', '.join(ledger.COLUMNS)} FROM events WHERE kiosk = ? ORDER BY lane, sequence"  # noqa: S608 - our own names
        ):
            self._row(row, named)
            self._joins(row, marks.get(row["lane"]), before)
        if named:
            raise Found(f"{self._kiosk}: {self._name(min(named))} is missing")
        if strange := set(marks) ^ self._lanes:
            raise Found(f"{self._kiosk}: the lane {min(strange)} has rows or a watermark, and not the other")
        for lane, mark in marks.items():
            if before.get(lane, (0, GENESIS)) != (mark["sequence"], mark["hash"]):
                raise Found(f"{self._kiosk}: the watermark {lane} {mark['sequence']} is not where the rows end")

    def _ledger(self, head: Any, anchor: tuple[int, str] | None) -> dict[Key, str]:
        """Follow the entries; return the digest of each row they name."""
        n, previous, named = 0, GENESIS, dict[Key, str]()
        seen = anchor is None
        for row in self._rows("SELECT n, named, chain FROM ledger WHERE kiosk = ? ORDER BY n"):
            n += 1
            if row["n"] != n or row["chain"] != ledger.chain(previous, self._kiosk, n, row["named"]):
                raise Found(f"{self._kiosk}: entry {n} does not follow the one before it")
            previous = row["chain"]
            seen = seen or (n, previous) == anchor
            for lane, sequence, digest in orjson.loads(row["named"]):
                if named.setdefault((lane, sequence), digest) != digest:
                    raise Found(f"{self._kiosk}: entry {n} names {lane} {sequence} again")
        key = self._connection.sealing.keys.seal
        if (head["n"], head["chain"], head["seal"]) != (n, previous, ledger.seal(key, self._kiosk, n, previous)):
            raise Found(f"{self._kiosk}: the seal is not of entry {n}")
        if not seen:
            raise Found(f"{self._kiosk}: this is an older copy, entry {anchor[0] if anchor else 0} was here already")
        self._counts.entries += n
        return named

    def _row(self, row: Any, named: dict[Key, str]) -> None:
        """Compare with what the ledger says, and with the hash of what the kiosk sent as far as that can be read."""
        key = (row["lane"], row["sequence"])
        if named.pop(key, None) != ledger.digest([row[name] for name in ledger.COLUMNS]):
            raise Found(f"{self._kiosk}: {self._name(key)} is not what was stored")
        self._counts.events += 1
        body = self._connection.sealing.open(self._kiosk, row["id"], row["body"])
        if row["body"].startswith("[") and (classes := body.get(DESTROYED)):
            self._gone(row, classes)
            return
        if row["hash"] != chain_hash(
            row["previous_hash"], row["lane"], row["sequence"], row["id"], row["type"], row["session_id"], row["at_ms"],
            body,
        ):  # fmt: skip
            raise Found(f"{self._kiosk}: {self._name(key)} is not what the kiosk sent")

    def _gone(self, row: Any, classes: list[Any]) -> None:
        """What cannot be read has to be of a key that was destroyed."""
        self._counts.destroyed += 1
        for class_ in classes:
            day = orjson.loads(row["body"])[1][class_][0]
            if not self._connection.sealing.keys.destroyed((self._kiosk, day, class_)):
                raise Found(f"{self._kiosk}: the key of {self._name((row['lane'], row['sequence']))} is missing")

    def _joins(self, row: Any, mark: Any, before: dict[str, tuple[int, str]]) -> None:
        """Rows up to the watermark follow one another; rows beyond it wait for one that is missing."""
        lane, sequence = row["lane"], row["sequence"]
        self._lanes.add(lane)
        last, hash_ = before.get(lane, (0, GENESIS))
        joins = (sequence, row["previous_hash"]) == (last + 1, hash_)
        if mark is None or sequence > mark["sequence"]:
            if joins and last == (mark["sequence"] if mark else 0):
                raise Found(f"{self._kiosk}: the watermark of {lane} stands before row {sequence}, which joins")
            return
        if not joins:
            raise Found(f"{self._kiosk}: {lane} {sequence} does not follow {last}")
        before[lane] = (sequence, row["hash"])

    def _rows(self, statement: str) -> Iterator[Any]:
        yield from self._connection.execute(statement, (self._kiosk,))

    @staticmethod
    def _name(key: Key) -> str:
        return f"{key[0]} {key[1]}"
