"""What headquarters keeps: every event once, verified per lane up to a watermark, sessions and escalations beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from guitai.messages.sync import GENESIS, OutboxRow
from guitai.tables import LANES, Lane
from guitai.wire.commands import Mark
from headquarters import checkpoints, dead_letters, fleet, ledger, projections, watermarks
from headquarters.console import tables as console
from headquarters.engine import Where, open_engine
from headquarters.ledger import COLUMNS
from headquarters.retention import destroyed_places
from headquarters.review import cases as review
from headquarters.service import tables as service

SCHEMA = """
CREATE TABLE IF NOT EXISTS events(
  kiosk TEXT NOT NULL, branch TEXT NOT NULL, lane TEXT NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL,
  type TEXT NOT NULL, session_id TEXT NOT NULL, at_ms INTEGER NOT NULL, previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL, body TEXT NOT NULL, received_ms INTEGER NOT NULL,
  PRIMARY KEY(kiosk, lane, sequence), UNIQUE(kiosk, id)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_session ON events(session_id, at_ms);
"""
KEY = 3
"""The first columns are the primary key."""

CHUNK = 500
"""Keys that one question asks for."""

Key = tuple[str, Lane, int]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row with where it came from."""

    branch: str
    kiosk: str
    row: OutboxRow

    @property
    def key(self) -> Key:
        """Kiosk, lane and sequence."""
        return self.kiosk, self.row.lane, self.row.sequence


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch changed."""

    marks: dict[tuple[str, str], dict[Lane, Mark]]
    """Per (branch, kiosk) that sent something, new or not: what to acknowledge.

    Never beyond what was in the batch, and with the hash that is stored there: a kiosk that was set up afresh and
    counts from one again finds another hash than its own, and deletes nothing.
    """

    new: tuple[Arrival, ...]
    again: int
    """How many rows of the batch were stored before."""

    broken: tuple[Key, ...]
    """Rows that differ from what is stored (refused, and kept as dead letters) or do not join the row before them."""


class Store:
    """One connection, to a SQLite file or a PostgreSQL URL. Every method that writes returns after the commit.

    What is personal is encrypted before it is stored (headquarters/sealing.py).
    """

    def __init__(self, place: Where | Path) -> None:
        rooms = (watermarks, ledger, checkpoints, dead_letters, projections, fleet, service, review, console)
        self.connection = open_engine(place, SCHEMA + "".join(room.SCHEMA for room in rooms))
        for audit in (service.AUDIT, console.AUDIT):
            self.connection.keep_unchanged(audit)
        ledger.adopt(self.connection)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def add(self, arrivals: Iterable[Arrival], now_ms: int) -> Stored:
        """Store a batch in one transaction, each row once, and advance the watermarks.

        Any number of collectors may do this at once: those that have rows of the same kiosk wait for one another, and
        whoever comes later sees what the other has stored.
        """
        batch = sorted(arrivals, key=lambda arrival: arrival.key)
        self.connection.sealing.prepare((arrival.kiosk, arrival.row) for arrival in batch)
        with self.connection.transaction():
            self.connection.lock(arrival.kiosk for arrival in batch)
            new, stored, hashes = self._insert(batch, now_ms)
            refused = [arrival for arrival in batch if hashes[arrival.key] != arrival.row.hash]
            fresh: dict[tuple[str, Lane], list[OutboxRow]] = defaultdict(list)
            for arrival in new:
                fresh[arrival.kiosk, arrival.row.lane].append(arrival.row)
            before = ledger.heads(self.connection, {arrival.kiosk for arrival in new})
            marks, faults = watermarks.advance(self.connection, {arrival.kiosk for arrival in batch}, fresh, now_ms)
            with self.connection.pipeline():
                ledger.add(self.connection, stored, before)
                dead_letters.bury(self.connection, [_differing(arrival) for arrival in refused], now_ms)
                rows = [(arrival.kiosk, arrival.branch, arrival.row) for arrival in new]
                projections.project(self.connection, rows)
                service.project(self.connection, rows)
                fleet.project(self.connection, rows)
                checkpoints.project(self.connection, rows)
            self._destroy(new)  # before the commit: a break brings the rows again
        broken = (*(arrival.key for arrival in refused), *faults)
        return Stored(_acknowledged(batch, marks, hashes), tuple(new), len(batch) - len(new) - len(refused), broken)

    def watermarks(self, kiosk: str) -> dict[Lane, Mark]:
        """Return the mark of each lane; sequence 0 where nothing has come."""
        return self.watermarks_of([kiosk])[kiosk]

    def watermarks_of(self, kiosks: Iterable[str]) -> dict[str, dict[Lane, Mark]]:
        """Return the same for several kiosks."""
        names = list(kiosks)
        found = watermarks.read(self.connection, names) if names else {}
        return {kiosk: {lane: watermarks.mark_of(found, kiosk, lane) for lane in LANES} for kiosk in names}

    def gaps(self, before_ms: int) -> set[str]:
        """Return the kiosks that have a gap since before a time."""
        rows = self.connection.execute("SELECT DISTINCT kiosk FROM watermarks WHERE gap_since_ms <= ?", (before_ms,))
        return {row["kiosk"] for row in rows}

    def bury(self, letters: Iterable[dead_letters.DeadLetter], now_ms: int) -> None:
        """Keep what could not be stored, with the reason."""
        with self.connection.transaction():
            dead_letters.bury(self.connection, letters, now_ms)

    def count(self, kiosk: str | None = None) -> list[dict[str, Any]]:
        """Return per kiosk and lane: events stored, the watermark, and whether there is a gap."""
        rows = self.connection.execute(
            "SELECT e.kiosk, e.lane, COUNT(*) AS stored, COALESCE(MAX(w.sequence), 0) AS watermark, "
            "MAX(w.gap_since_ms) IS NOT NULL AS gap FROM events e LEFT JOIN watermarks w "
            "ON w.kiosk = e.kiosk AND w.lane = e.lane "
            "WHERE CAST(?1 AS TEXT) IS NULL OR e.kiosk = ?1 GROUP BY e.kiosk, e.lane ORDER BY e.kiosk, e.lane",
            (kiosk,),
        )
        return [{**dict(row), "gap": bool(row["gap"])} for row in rows]

    def events(self, session_id: str, branches: Collection[str] = ()) -> list[dict[str, Any]]:
        """Return a session's events in the order of their time; with branches named, of these only."""
        rows = self.connection.execute(
            "SELECT kiosk, branch, lane, sequence, id, type, at_ms, hash, body FROM events WHERE session_id = ? "
            "ORDER BY at_ms, lane, sequence",
            (session_id,),
        )
        opened = self.connection.sealing.open
        found = [{**dict(row), "body": opened(row["kiosk"], row["id"], row["body"])} for row in rows]
        return [row for row in found if row.pop("branch") in branches or not branches]

    def _insert(self, batch: list[Arrival], now_ms: int) -> tuple[list[Arrival], list[tuple[Any, ...]], dict[Key, str]]:
        """Insert what is new; return that, as it is stored, and the hash of each row of the batch, "" where none is."""
        once = {arrival.key: arrival for arrival in reversed(batch)}
        rows = [self._columns(once[key], now_ms) for key in sorted(once)]
        told = self.connection.insert_new("events", COLUMNS, rows, KEY)
        new = [once[key] for key, is_new in zip(sorted(once), told, strict=True) if is_new]
        hashes = {arrival.key: arrival.row.hash for arrival in new}
        known = self._hashes([key for key in once if key not in hashes])
        stored = [row for row, is_new in zip(rows, told, strict=True) if is_new]
        return new, stored, {**dict.fromkeys(once, ""), **known, **hashes}

    def _destroy(self, new: Iterable[Arrival]) -> None:
        """Destroy the keys of what kiosks say is past its time."""
        told = [place for arrival in new for place in destroyed_places(arrival.kiosk, arrival.row)]
        if told:
            self.connection.sealing.keys.destroy(told)

    def _columns(self, arrival: Arrival, now_ms: int) -> tuple[Any, ...]:
        row = arrival.row
        body = self.connection.sealing.body(arrival.kiosk, row.id, row.type, row.at_ms, row.body)
        return (
            *arrival.key, arrival.branch, row.id, row.type, row.session_id, row.at_ms, row.previous_hash, row.hash, body,
            now_ms,
        )  # fmt: skip

    def _hashes(self, keys: list[Key]) -> dict[Key, str]:
        found: dict[Key, str] = {}
        for at in range(0, len(keys), CHUNK):
            some = keys[at : at + CHUNK]
            given = ", ".join(["(?, ?, ?)"] * len(some))
            rows = self.connection.execute(
                f"SELECT kiosk, lane, sequence, hash FROM events WHERE (kiosk, lane, sequence) IN (VALUES {given})",  # noqa: S608 - placeholders only
                [part for key in some for part in key],
            )
            found.update({(row["kiosk"], row["lane"], row["sequence"]): row["hash"] for row in rows})
        return found


def _acknowledged(
    batch: list[Arrival], marks: watermarks.Marks, hashes: dict[Key, str]
) -> dict[tuple[str, str], dict[Lane, Mark]]:
    """Return what to tell each kiosk: the watermark, or the last row of the batch where the watermark is further."""
    found: dict[tuple[str, str], dict[Lane, Mark]] = {}
    for arrival in batch:  # in the order of their sequence: the last one of a lane counts
        kiosk, lane, sequence = arrival.key
        mark = watermarks.mark_of(marks, kiosk, lane)
        if sequence < mark.sequence:
            mark = Mark(sequence=sequence, hash=hashes[arrival.key] or GENESIS)
        found.setdefault((arrival.branch, kiosk), {})[lane] = mark
    return found


def _differing(arrival: Arrival) -> dead_letters.DeadLetter:
    row = arrival.row
    attributes = {"id": row.id, "type": row.type, "hash": row.hash, "prevhash": row.previous_hash}
    reason = f"{row.lane} {row.sequence} or its id is stored with another hash"
    return dead_letters.DeadLetter(
        arrival.kiosk, row.lane, "hq.differs", reason, orjson.dumps(attributes).decode(), orjson.dumps(row.body)
    )
