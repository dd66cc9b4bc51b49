"""Droppable debug logs for headquarters: capped, not chained, first to go when the disk is full; drops are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from guitai.journal.chain import canonical
from guitai.journal.database import Connection
from guitai.journal.ledger import Changes, Ledger


class DebugLog:
    """The newest `cap` rows."""

    def __init__(self, connection: Connection, ledger: Ledger, cap: int) -> None:
        self._connection, self._ledger = connection, ledger
        self._cap = cap
        self._uncounted = 0
        """Drops the full disk would not let us write down yet."""

    def add(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        """Keep rows of (time, body); the oldest go (and are counted) beyond the cap."""
        with self._ledger.writing() as changes:
            self._connection.executemany(
                "INSERT INTO debug_log(at_ms, body) VALUES(?, ?)", [(at_ms, canonical(body)) for at_ms, body in rows]
            )
            self._trim_to(self._cap, changes)
        self._uncounted = 0

    def missed(self, count: int) -> None:
        """Count rows that could not be kept at all."""
        self._uncounted += count

    def rows(self, limit: int) -> tuple[tuple[int, int, dict[str, Any]], ...]:
        """Return (number, at_ms, body), oldest first."""
        rows = self._connection.execute("SELECT number, at_ms, body FROM debug_log ORDER BY number LIMIT ?", (limit,))
        return tuple((number, at_ms, orjson.loads(body)) for number, at_ms, body in rows)

    def delivered(self, number: int) -> None:
        """Forget the rows up to `number`, inside a transaction; they are not counted as dropped."""
        self._connection.execute("DELETE FROM debug_log WHERE number <= ?", (number,))

    def dropped(self) -> int:
        """Return how many rows were dropped since the journal was made."""
        row = self._connection.execute("SELECT value FROM counter WHERE name = 'debug_dropped'").fetchone()
        return (row[0] if row else 0) + self._uncounted

    def shed(self) -> bool:
        """Drop everything to make room; return whether there was anything."""
        with self._ledger.writing() as changes:
            shed = self._trim_to(0, changes) > 0
        self._uncounted = 0
        return shed

    def _trim_to(self, cap: int, changes: Changes) -> int:
        """Drop the oldest. Rows only ever leave from the old end, so numbers are contiguous and tell the count."""
        first, last = self._connection.execute("SELECT min(number), max(number) FROM debug_log").fetchone()
        excess = 0 if first is None else max(0, last - first + 1 - cap)
        if excess:
            self._connection.execute("DELETE FROM debug_log WHERE number < ?", (first + excess,))
        self._count(excess + self._uncounted, changes)
        return excess

    def _count(self, drops: int, changes: Changes) -> None:
        if drops:
            ((value,),) = self._connection.execute(
                "INSERT INTO counter(name, value) VALUES('debug_dropped', ?) "
                "ON CONFLICT(name) DO UPDATE SET value = value + excluded.value RETURNING value",
                (drops,),
            ).fetchall()
            changes.append(["counter", "debug_dropped", value])
