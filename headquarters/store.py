"""What headquarters keeps: every event once, verified per lane up to a watermark, sessions and escalations beside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from guitai.messages.sync import GENESIS, OutboxRow
from guitai.tables import LANES, Lane
from guitai.wire.commands import Mark
from headquarters import projections
from headquarters.database import open_database, transaction
from headquarters.review import cases as review
from headquarters.service import tables as service

SCHEMA = """
CREATE TABLE IF NOT EXISTS events(
  kiosk TEXT NOT NULL, branch TEXT NOT NULL, lane TEXT NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL,
  type TEXT NOT NULL, session_id TEXT NOT NULL, at_ms INTEGER NOT NULL, previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL, body TEXT NOT NULL, received_ms INTEGER NOT NULL,
  PRIMARY KEY(kiosk, lane, sequence), UNIQUE(kiosk, id)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_session ON events(session_id, at_ms);
CREATE TABLE IF NOT EXISTS watermarks(
  kiosk TEXT NOT NULL, lane TEXT NOT NULL, sequence INTEGER NOT NULL, hash TEXT NOT NULL, gap_since_ms INTEGER,
  PRIMARY KEY(kiosk, lane)) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row with where it came from."""

    branch: str
    kiosk: str
    row: OutboxRow


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch changed."""

    marks: dict[tuple[str, str], dict[Lane, Mark]]
    """Per (branch, kiosk) that sent something, new or not: what to acknowledge.

    Never beyond what was in the batch, and with the hash that is stored there: a kiosk that was set up afresh and
    counts from one again finds another hash than its own, and deletes nothing.
    """

    new: tuple[Arrival, ...]
    broken: tuple[tuple[str, Lane, int], ...]
    """(kiosk, lane, sequence) that differs from what is stored or does not join the row before it."""


class Store:
    """One SQLite file. Every method that writes returns after the commit."""

    def __init__(self, path: Path) -> None:
        self.connection = open_database(path, SCHEMA + projections.SCHEMA + service.SCHEMA + review.SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def add(self, arrivals: Iterable[Arrival], now_ms: int) -> Stored:
        """Store a batch in one transaction, each row once, and advance the watermarks."""
        new: list[Arrival] = []
        broken: list[tuple[str, Lane, int]] = []
        highest: dict[tuple[str, str, Lane], int] = {}
        with transaction(self.connection):
            for arrival in arrivals:
                row, place = arrival.row, (arrival.branch, arrival.kiosk, arrival.row.lane)
                highest[place] = max(highest.get(place, 0), row.sequence)
                if self._insert(arrival, now_ms):
                    new.append(arrival)
                    projections.project(self.connection, arrival.kiosk, arrival.branch, row)
                    service.project(self.connection, arrival.kiosk, arrival.branch, row)
                elif self._hash_at(arrival.kiosk, row.lane, row.sequence) != row.hash:
                    broken.append((arrival.kiosk, row.lane, row.sequence))
            for _, kiosk, lane in highest:
                if (fault := self._advance(kiosk, lane, now_ms)) is not None:
                    broken.append((kiosk, lane, fault))
        marks: dict[tuple[str, str], dict[Lane, Mark]] = {}
        for (branch, kiosk, lane), sequence in highest.items():
            marks.setdefault((branch, kiosk), {})[lane] = self._mark(kiosk, lane, sequence)
        return Stored(marks, tuple(new), tuple(broken))

    def watermarks(self, kiosk: str) -> dict[Lane, Mark]:
        """Return the mark of each lane; sequence 0 where nothing has come."""
        marks: dict[Lane, Mark] = {lane: Mark(sequence=0, hash=GENESIS) for lane in LANES}
        for row in self.connection.execute("SELECT lane, sequence, hash FROM watermarks WHERE kiosk = ?", (kiosk,)):
            marks[row["lane"]] = Mark(sequence=row["sequence"], hash=row["hash"])
        return marks

    def gaps(self, before_ms: int) -> set[str]:
        """Return the kiosks that have a gap since before a time."""
        rows = self.connection.execute("SELECT DISTINCT kiosk FROM watermarks WHERE gap_since_ms <= ?", (before_ms,))
        return {row["kiosk"] for row in rows}

    def asked_again(self, kiosk: str, now_ms: int) -> None:
        """The kiosk was asked for what is missing: the gap's clock starts again."""
        self.connection.execute(
            "UPDATE watermarks SET gap_since_ms = ? WHERE kiosk = ? AND gap_since_ms IS NOT NULL", (now_ms, kiosk)
        )

    def count(self, kiosk: str | None = None) -> list[dict[str, Any]]:
        """Return per kiosk and lane: events stored, the watermark, and whether there is a gap."""
        rows = self.connection.execute(
            "SELECT e.kiosk, e.lane, COUNT(*) AS stored, COALESCE(w.sequence, 0) AS watermark, "
            "w.gap_since_ms IS NOT NULL AS gap FROM events e LEFT JOIN watermarks w USING(kiosk, lane) "
            "WHERE ? IS NULL OR e.kiosk = ? GROUP BY e.kiosk, e.lane",
            (kiosk, kiosk),
        )
        return [{**dict(row), "gap": bool(row["gap"])} for row in rows]

    def events(self, session_id: str) -> list[dict[str, Any]]:
        """Return a session's events in the order of their time."""
        rows = self.connection.execute(
            "SELECT kiosk, lane, sequence, id, type, at_ms, hash, body FROM events WHERE session_id = ? "
            "ORDER BY at_ms, lane, sequence",
            (session_id,),
        )
        return [{**dict(row), "body": orjson.loads(row["body"])} for row in rows]

    def _mark(self, kiosk: str, lane: Lane, sequence: int) -> Mark:
        mark = self.watermarks(kiosk)[lane]
        return mark if sequence >= mark.sequence else Mark(sequence=sequence, hash=self._hash_at(kiosk, lane, sequence))

    def _hash_at(self, kiosk: str, lane: Lane, sequence: int) -> str:
        row = self.connection.execute(
            "SELECT hash FROM events WHERE kiosk = ? AND lane = ? AND sequence = ?", (kiosk, lane, sequence)
        ).fetchone()
        return str(row["hash"]) if row else GENESIS

    def _insert(self, arrival: Arrival, now_ms: int) -> bool:
        row = arrival.row
        values = (
            arrival.kiosk, arrival.branch, row.lane, row.sequence, row.id, row.type, row.session_id, row.at_ms,
            row.previous_hash, row.hash, orjson.dumps(row.body).decode(), now_ms,
        )  # fmt: skip
        try:
            self.connection.execute("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError:
            return False
        return True

    def _advance(self, kiosk: str, lane: Lane, now_ms: int) -> int | None:
        """Move the watermark over contiguous rows whose hashes join; return the sequence where they do not."""
        mark = self.watermarks(kiosk)[lane]
        sequence, digest, fault = mark.sequence, mark.hash, None
        for row in self.connection.execute(
            "SELECT sequence, previous_hash, hash FROM events WHERE kiosk = ? AND lane = ? AND sequence > ? "
            "ORDER BY sequence",
            (kiosk, lane, sequence),
        ):
            if row["sequence"] != sequence + 1:
                break
            if row["previous_hash"] != digest:
                fault = sequence + 1
                break
            sequence, digest = row["sequence"], row["hash"]
        self._set_mark(kiosk, lane, sequence, digest, now_ms)
        return fault

    def _set_mark(self, kiosk: str, lane: Lane, sequence: int, digest: str, now_ms: int) -> None:
        beyond = self.connection.execute(
            "SELECT 1 FROM events WHERE kiosk = ? AND lane = ? AND sequence > ? LIMIT 1", (kiosk, lane, sequence)
        ).fetchone()
        self.connection.execute(
            "INSERT INTO watermarks VALUES(?, ?, ?, ?, ?) ON CONFLICT(kiosk, lane) DO UPDATE SET "
            "sequence = excluded.sequence, hash = excluded.hash, "
            "gap_since_ms = CASE WHEN excluded.gap_since_ms IS NULL THEN NULL "
            "ELSE COALESCE(gap_since_ms, excluded.gap_since_ms) END",
            (kiosk, lane, sequence, digest, now_ms if beyond else None),
        )
