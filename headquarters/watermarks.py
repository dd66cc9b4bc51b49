"""How far each (kiosk, lane) is stored without a gap and verified along its hash chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from guitai.messages.sync import GENESIS, OutboxRow
from guitai.tables import Lane
from guitai.wire.commands import Mark
from headquarters.engine import Engine

SCHEMA = """
CREATE TABLE IF NOT EXISTS watermarks(
  kiosk TEXT NOT NULL, lane TEXT NOT NULL, sequence INTEGER NOT NULL, hash TEXT NOT NULL, gap_since_ms INTEGER,
  PRIMARY KEY(kiosk, lane)) STRICT, WITHOUT ROWID;
"""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """One lane's mark, and since when rows beyond it wait for one that is missing."""

    mark: Mark
    gap_since_ms: int | None = None


Marks = dict[tuple[str, Lane], Standing]
START = Standing(Mark(sequence=0, hash=GENESIS))


def read(connection: Engine, kiosks: Iterable[str]) -> Marks:
    """Return how the lanes of some kiosks stand; those without a row have received nothing."""
    names = sorted(set(kiosks))
    given = ", ".join("?" * len(names))
    rows = connection.execute(f"SELECT * FROM watermarks WHERE kiosk IN ({given})", names)  # noqa: S608 - placeholders only
    return {
        (row["kiosk"], row["lane"]): Standing(Mark(sequence=row["sequence"], hash=row["hash"]), row["gap_since_ms"])
        for row in rows
    }


def mark_of(marks: Marks, kiosk: str, lane: Lane) -> Mark:
    """Return a lane's mark."""
    return marks.get((kiosk, lane), START).mark


def advance(
    connection: Engine, kiosks: Iterable[str], fresh: Mapping[tuple[str, Lane], Sequence[OutboxRow]], now_ms: int
) -> tuple[Marks, list[tuple[str, Lane, int]]]:
    """Move the marks of lanes over contiguous rows whose hashes join, after `fresh` rows (by sequence) were stored.

    Returns how the lanes of `kiosks` stand now, and (kiosk, lane, sequence) of each row that does not join. Part of the
    transaction that stored the rows and has locked their kiosks.
    """
    marks = read(connection, kiosks)
    faults = []
    for (kiosk, lane), rows in fresh.items():
        before = marks.get((kiosk, lane), START)
        # Rows beyond the mark are stored only where a gap is noted; elsewhere this batch holds all there is to walk.
        waiting = rows if before.gap_since_ms is None else _beyond(connection, kiosk, lane, before.mark, rows)
        mark, fault, more = walk(before.mark, waiting)
        stuck_ms = before.gap_since_ms if mark == before.mark else None
        marks[kiosk, lane] = Standing(mark, (stuck_ms or now_ms) if more else None)
        if fault is not None:
            faults.append((kiosk, lane, fault))
    connection.executemany(
        "INSERT INTO watermarks VALUES(?, ?, ?, ?, ?) ON CONFLICT(kiosk, lane) DO UPDATE SET "
        "sequence = excluded.sequence, hash = excluded.hash, gap_since_ms = excluded.gap_since_ms",
        [(*key, marks[key].mark.sequence, marks[key].mark.hash, marks[key].gap_since_ms) for key in fresh],
    )
    return marks, faults


def walk(mark: Mark, rows: Iterable[OutboxRow | Link]) -> tuple[Mark, int | None, bool]:
    """Return the mark after the rows that follow it, the sequence that does not join, and whether rows are left over."""
    sequence, digest = mark.sequence, mark.hash
    for row in rows:
        if row.sequence != sequence + 1 or row.previous_hash != digest:
            fault = row.sequence if row.sequence == sequence + 1 else None
            return Mark(sequence=sequence, hash=digest), fault, True
        sequence, digest = row.sequence, row.hash
    return Mark(sequence=sequence, hash=digest), None, False


@dataclass(frozen=True, slots=True)
class Link:
    """What of a stored row the chain is walked by."""

    sequence: int
    previous_hash: str
    hash: str


def _beyond(
    connection: Engine, kiosk: str, lane: Lane, mark: Mark, rows: Sequence[OutboxRow]
) -> Iterator[OutboxRow | Link]:
    """Yield what is stored beyond a mark; without the row that was missing nothing else needs to be read."""
    if all(row.sequence != mark.sequence + 1 for row in rows):
        yield rows[-1]
        return
    sequence = mark.sequence
    while True:
        found = connection.execute(
            "SELECT sequence, previous_hash, hash FROM events WHERE kiosk = ? AND lane = ? AND sequence > ? "
            "ORDER BY sequence LIMIT ?",
            (kiosk, lane, sequence, CHUNK),
        ).fetchall()
        for row in found:
            yield Link(row["sequence"], row["previous_hash"], row["hash"])
        if len(found) < CHUNK:
            return
        sequence = found[-1]["sequence"]
