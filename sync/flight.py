"""Which rows are on their way: what to publish, what to publish again, what headquarters has. No I/O, no clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from guitai.errors import GuitaiError
from guitai.messages.sync import OutboxRow
from guitai.tables import LANES, Lane
from guitai.wire.commands import Mark
from sync.window import Window

RESEND_AFTER_NS = 10_000_000_000
"""A row that headquarters has not acknowledged by then is published again."""

PATIENCE, MOST_PATIENT = 2, 16
"""Times the age of the last answer, and times `RESEND_AFTER_NS`, that a row is waited for (RFC 6298 in the small)."""

BATCH_ROWS = 50
AHEAD_ROWS = 2 * BATCH_ROWS
"""Rows of a lane that wait here beyond its window, so that there is something at hand when the window opens."""


@dataclass(slots=True)
class _Lane:
    """Rows that core has handed over, in sequence: those published, oldest publication first, and those that wait."""

    window: Window
    published: dict[int, tuple[OutboxRow, int]] = field(default_factory=dict)
    waiting: deque[OutboxRow] = field(default_factory=deque)
    patience_ns: int = 0
    """How long a row may be unanswered before it is published again: twice as long after each time, down again by answers."""

    last: int = 0
    """The highest sequence core has handed over."""

    def __len__(self) -> int:
        return len(self.published) + len(self.waiting)


class Flight:
    """Rows that core has handed over and headquarters has not acknowledged.

    A row leaves only through `acknowledged`. Publishing twice is harmless: headquarters knows a row by its id. Each lane has
    a window of its own, so that a backlog of one is never in another's way.
    """

    def __init__(self, resend_after_ns: int = RESEND_AFTER_NS) -> None:
        self._resend_after_ns = resend_after_ns
        self._heard_ns = 0
        self._lanes: dict[Lane, _Lane] = {lane: _Lane(Window(lane), patience_ns=resend_after_ns) for lane in LANES}

    def __len__(self) -> int:
        return sum(len(lane) for lane in self._lanes.values())

    def wanted(self) -> dict[Lane, tuple[int, int]]:
        """Return for each lane that has room: beyond which sequence, and how many rows, core shall hand over."""
        return {
            name: (lane.last, room)
            for name, lane in self._lanes.items()
            if (room := lane.window.size + AHEAD_ROWS - len(lane)) > 0
        }

    def take(self, rows: Iterable[OutboxRow]) -> None:
        """Take over rows of a batch; those handed over before stay as they are."""
        for row in rows:
            lane = self._lanes[row.lane]
            if row.sequence > lane.last:
                lane.last = row.sequence
                lane.waiting.append(row)

    def due(self, lane: Lane, most: int, now_ns: int) -> list[OutboxRow]:
        """Return at most `most` rows of a lane to publish now: what went unanswered too long, then what its window lets go."""
        here = self._lanes[lane]
        self._give_up_on(here, now_ns)
        room = max(0, here.window.size - len(here.published))
        return [here.waiting[n] for n in range(min(most, room, len(here.waiting)))]

    def published(self, rows: Iterable[OutboxRow], now_ns: int) -> None:
        """Note that the rows `due` gave were handed to the line."""
        for row in rows:
            lane = self._lanes[row.lane]
            if lane.waiting and lane.waiting[0] is row:
                lane.published[row.sequence] = (lane.waiting.popleft(), now_ns)

    def owed(self) -> bool:
        """Tell whether headquarters owes an acknowledgement."""
        return any(lane.published for lane in self._lanes.values())

    def unanswered(self, now_ns: int) -> bool:
        """Tell whether headquarters owes us an acknowledgement for too long."""
        return any(self._late(lane, now_ns) for lane in self._lanes.values())

    def publish_again(self) -> None:
        """The line broke, or headquarters misses something: nothing published counts any more."""
        for lane in self._lanes.values():
            self._take_back(lane, len(lane.published))

    def forget(self) -> None:
        """Core has gone; it will hand the rows over again."""
        for lane in self._lanes.values():
            lane.published.clear()
            lane.waiting.clear()
            lane.last = 0

    def acknowledgeable(self, lanes: Mapping[Lane, Mark], now_ns: int) -> dict[Lane, int]:
        """Return the marks that name a row published, hash and all: headquarters has it and every row before it.

        A mark of a row that is not on its way says nothing new. Raises GuitaiError ``mqtt.bad_watermark`` if
        headquarters' hash is not ours.
        """
        self._heard_ns = now_ns
        found: dict[Lane, int] = {}
        for name, mark in lanes.items():
            row, published_ns = self._row(name, mark.sequence)
            if row is None:
                continue
            if row.hash != mark.hash:
                raise GuitaiError("mqtt.bad_watermark", lane=name, sequence=mark.sequence)
            found[name] = mark.sequence
            if published_ns is not None:
                lane = self._lanes[name]
                # A headquarters with a backlog answers late: what is only late must not be added to the backlog.
                lane.patience_ns = self._patience_ns(now_ns - published_ns)
                rows = sum(1 for sequence in lane.published if sequence <= mark.sequence)
                lane.window.answered(rows, now_ns - published_ns, now_ns)
        return found

    def acknowledged(self, watermarks: Mapping[Lane, int]) -> None:
        """Core has deleted up to these."""
        for name, sequence in watermarks.items():
            lane = self._lanes[name]
            for gone in [number for number in lane.published if number <= sequence]:
                del lane.published[gone]
            while lane.waiting and lane.waiting[0].sequence <= sequence:
                lane.waiting.popleft()
            lane.last = max(lane.last, sequence)

    def _row(self, name: Lane, sequence: int) -> tuple[OutboxRow | None, int | None]:
        lane = self._lanes[name]
        if (entry := lane.published.get(sequence)) is not None:
            return entry
        # Taken back since it was published, and acknowledged all the same.
        if lane.waiting and lane.waiting[0].sequence <= sequence <= lane.waiting[-1].sequence:
            return next((row for row in lane.waiting if row.sequence == sequence), None), None
        return None, None

    def _late(self, lane: _Lane, now_ns: int) -> bool:
        if not lane.published:
            return False
        _, published_ns = next(iter(lane.published.values()))
        return now_ns - published_ns >= self._resend_after_ns

    def _give_up_on(self, lane: _Lane, now_ns: int) -> None:
        """Take back what has been under way too long, once headquarters has answered something else meanwhile.

        If it is away altogether, the broker keeps what is published, and nothing has to be added to that.
        """
        late = 0
        for _, published_ns in lane.published.values():
            if now_ns - published_ns < lane.patience_ns or self._heard_ns <= published_ns:
                break
            late += 1
        if late:
            lane.patience_ns = self._patience_ns(lane.patience_ns)
        self._take_back(lane, late)

    def _patience_ns(self, age_ns: int) -> int:
        least_ns = self._resend_after_ns
        return min(max(least_ns, PATIENCE * age_ns), MOST_PATIENT * least_ns)

    def _take_back(self, lane: _Lane, count: int) -> None:
        """Put the oldest publications back in front of what waits, in sequence."""
        if count:
            rows = [lane.published.pop(sequence)[0] for sequence in list(lane.published)[:count]]
            lane.waiting = deque(sorted([*rows, *lane.waiting], key=lambda row: row.sequence))
