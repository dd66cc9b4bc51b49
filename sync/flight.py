"""Which rows are on their way: what to publish, what to publish again, what headquarters has. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guitai.errors import GuitaiError
from guitai.messages.sync import OutboxRow
from guitai.tables import Lane
from guitai.wire.commands import Mark

RESEND_AFTER_NS = 10_000_000_000
"""A row that headquarters has not acknowledged by then is published again."""


@dataclass(slots=True)
class _Row:
    row: OutboxRow
    published_ns: int | None = None


class Flight:
    """Rows that core has handed over and headquarters has not acknowledged.

    A row leaves only through `acknowledged`. Publishing twice is harmless: headquarters knows a row by its id.
    """

    def __init__(self, resend_after_ns: int = RESEND_AFTER_NS) -> None:
        self._resend_after_ns = resend_after_ns
        self._rows: dict[tuple[Lane, int], _Row] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, rows: Iterable[OutboxRow]) -> None:
        """Take over rows of a batch; those already on their way stay as they are."""
        for row in rows:
            self._rows.setdefault((row.lane, row.sequence), _Row(row))

    def due(self, now_ns: int) -> list[OutboxRow]:
        """Return the rows to publish now, in the order in which core gave them."""
        return [
            entry.row
            for entry in self._rows.values()
            if entry.published_ns is None or now_ns - entry.published_ns >= self._resend_after_ns
        ]

    def published(self, row: OutboxRow, now_ns: int) -> None:
        """Note that a row was handed to the line."""
        if entry := self._rows.get((row.lane, row.sequence)):
            entry.published_ns = now_ns

    def unanswered(self, now_ns: int) -> bool:
        """Tell whether headquarters owes us an acknowledgement for too long."""
        return any(
            entry.published_ns is not None and now_ns - entry.published_ns >= self._resend_after_ns
            for entry in self._rows.values()
        )

    def publish_again(self) -> None:
        """The line broke, or headquarters misses something: nothing published counts any more."""
        for entry in self._rows.values():
            entry.published_ns = None

    def forget(self) -> None:
        """Core has gone; it will hand the rows over again."""
        self._rows.clear()

    def acknowledgeable(self, lanes: Mapping[Lane, Mark]) -> dict[Lane, int]:
        """Return the marks that name a row on its way, hash and all: headquarters has it and every row before it.

        A mark of a row that is not on its way says nothing new. Raises GuitaiError ``mqtt.bad_watermark`` if
        headquarters' hash is not ours.
        """
        found: dict[Lane, int] = {}
        for lane, mark in lanes.items():
            entry = self._rows.get((lane, mark.sequence))
            if entry is None:
                continue
            if entry.row.hash != mark.hash:
                raise GuitaiError("mqtt.bad_watermark", lane=lane, sequence=mark.sequence)
            found[lane] = mark.sequence
        return found

    def acknowledged(self, watermarks: Mapping[Lane, int]) -> None:
        """Core has deleted up to these."""
        for lane, sequence in list(self._rows):
            if sequence <= watermarks.get(lane, 0):
                del self._rows[lane, sequence]
