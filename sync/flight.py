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
"""What the broker has not acknowledged by then is published again; where headquarters has not, it is probed for."""

PATIENCE, MOST_PATIENT = 2, 16
"""Times the age of the last answer, and times `RESEND_AFTER_NS`, that a row is waited for (RFC 6298 in the small)."""

SAVED_AFTER_NS = 5_000_000_000
"""After so long the broker has on its disk what it has acknowledged (Mosquitto saves every two seconds, counted whole)."""

DROPPED_AGAIN_NS = 2_000_000_000
"""A headquarters that is just coming up answers us before all its collectors have subscribed: what was dropped meanwhile waits so long."""

BATCH_ROWS = 50
AHEAD_ROWS = 2 * BATCH_ROWS
"""Rows of a lane that wait here beyond its window, so that there is something at hand when the window opens."""


@dataclass(slots=True)
class _Published:
    """A row on its way."""

    row: OutboxRow
    at_ns: int
    kept_ns: int | None = None
    """When the broker said that it has it."""

    dropped: bool = False
    """The broker had nobody to keep it for."""


@dataclass(slots=True)
class _Lane:
    """Rows that core has handed over, in sequence: those published, oldest publication first, and those that wait."""

    window: Window
    published: dict[int, _Published] = field(default_factory=dict)
    waiting: deque[OutboxRow] = field(default_factory=deque)
    patience_ns: int = 0
    """How long a row may be unanswered: twice as long after each time that was too long, down again by answers."""

    last: int = 0
    """The highest sequence core has handed over."""

    def __len__(self) -> int:
        return len(self.published) + len(self.waiting)


class Flight:
    """Rows that core has handed over and headquarters has not acknowledged.

    A row leaves only through `acknowledged`. Publishing twice is harmless, headquarters knows a row by its id, but behind a
    backlog it makes the backlog longer. So what the broker holds is published again only when something tells that it is
    lost: headquarters asks, or the broker has forgotten us. Each lane has a window of its own, so that a backlog of one is
    never in another's way.
    """

    def __init__(self, resend_after_ns: int = RESEND_AFTER_NS) -> None:
        self._resend_after_ns = resend_after_ns
        self._heard_ns = self._alive_ns = 0
        """When headquarters, and the broker, last said anything."""

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

    def due(self, lane: Lane, most: int) -> list[OutboxRow]:
        """Return at most `most` rows of a lane to publish now, as its window lets them go."""
        here = self._lanes[lane]
        room = max(0, here.window.size - len(here.published))
        return [here.waiting[n] for n in range(min(most, room, len(here.waiting)))]

    def published(self, rows: Iterable[OutboxRow], now_ns: int) -> None:
        """Note that the rows `due` gave were handed to the line."""
        for row in rows:
            lane = self._lanes[row.lane]
            if lane.waiting and lane.waiting[0] is row:
                lane.published[row.sequence] = _Published(lane.waiting.popleft(), now_ns)

    def at_broker(self, rows: Iterable[OutboxRow], now_ns: int, *, kept: bool) -> None:
        """The broker has acknowledged rows; `kept` is False if it had nobody to keep them for."""
        self._alive_ns = now_ns
        for row in rows:
            if (one := self._lanes[row.lane].published.get(row.sequence)) is not None:
                one.kept_ns, one.dropped = now_ns, not kept

    def owed(self) -> bool:
        """Tell whether headquarters owes an acknowledgement."""
        return any(lane.published for lane in self._lanes.values())

    def unanswered(self, now_ns: int) -> bool:
        """Tell whether headquarters owes us an acknowledgement for too long."""
        return any(self._late(lane, now_ns) for lane in self._lanes.values())

    def publish_again(self) -> None:
        """Headquarters misses something: nothing published counts any more."""
        for lane in self._lanes.values():
            self._take_back(lane, list(lane.published))

    def reconnected(self, *, session_present: bool) -> None:
        """There is a new connection: take back what cannot be with the broker.

        A broker that knows our session has what it acknowledged before it last saved, even if it died. When that was
        nobody tells; it went on living for some time after, which shows in what it said later.
        """
        if not session_present:
            self.publish_again()
            return
        saved_ns = self._alive_ns - SAVED_AFTER_NS
        for lane in self._lanes.values():
            safe = {n for n, one in lane.published.items() if one.kept_ns is not None and one.kept_ns <= saved_ns}
            self._take_back(lane, [n for n in lane.published if n not in safe])

    def give_up_on_lost(self, now_ns: int) -> None:
        """Take back what the broker has not got or dropped, and where nothing is answered for too long a single row.

        That one is the newest, a probe: it makes headquarters acknowledge all it has, or see that something is missing, and
        ask for it. As long as headquarters says nothing at all it may be away: then the broker keeps what is published.
        """
        for lane in self._lanes.values():
            lost = [n for n, one in lane.published.items() if self._lost(lane, one, now_ns)]
            if not lost and lane.published:
                newest = next(reversed(lane.published.values()))
                if self._unanswered(lane, newest, now_ns):
                    lost = [newest.row.sequence]
            if any(not lane.published[n].dropped for n in lost):
                lane.patience_ns = self._patience_ns(lane.patience_ns)
            self._take_back(lane, lost)

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
        self._heard_ns = self._alive_ns = now_ns
        found: dict[Lane, int] = {}
        for name, mark in lanes.items():
            row, at_ns = self._row(name, mark.sequence)
            if row is None:
                continue
            if row.hash != mark.hash:
                raise GuitaiError("mqtt.bad_watermark", lane=name, sequence=mark.sequence)
            found[name] = mark.sequence
            if at_ns is not None:
                lane = self._lanes[name]
                # A headquarters with a backlog answers late: what is only late must not be added to the backlog.
                lane.patience_ns = self._patience_ns(now_ns - at_ns)
                rows = sum(1 for sequence in lane.published if sequence <= mark.sequence)
                lane.window.answered(rows, now_ns - at_ns, now_ns)
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
        if (one := lane.published.get(sequence)) is not None:
            return one.row, one.at_ns
        # Taken back since it was published, and acknowledged all the same.
        if lane.waiting and lane.waiting[0].sequence <= sequence <= lane.waiting[-1].sequence:
            return next((row for row in lane.waiting if row.sequence == sequence), None), None
        return None, None

    def _late(self, lane: _Lane, now_ns: int) -> bool:
        if not lane.published:
            return False
        return now_ns - next(iter(lane.published.values())).at_ns >= self._resend_after_ns

    def _lost(self, lane: _Lane, one: _Published, now_ns: int) -> bool:
        if one.dropped:
            # Somebody is there now, or was there before and will soon be all there.
            return self._heard_ns > one.at_ns or (self._heard_ns > 0 and now_ns - one.at_ns >= DROPPED_AGAIN_NS)
        return one.kept_ns is None and now_ns - one.at_ns >= lane.patience_ns and self._alive_ns > one.at_ns

    def _unanswered(self, lane: _Lane, one: _Published, now_ns: int) -> bool:
        return now_ns - one.at_ns >= lane.patience_ns and self._heard_ns > one.at_ns

    def _patience_ns(self, age_ns: int) -> int:
        least_ns = self._resend_after_ns
        return min(max(least_ns, PATIENCE * age_ns), MOST_PATIENT * least_ns)

    def _take_back(self, lane: _Lane, sequences: Iterable[int]) -> None:
        """Put publications back in front of what waits, in sequence."""
        if rows := [lane.published.pop(sequence).row for sequence in sequences]:
            lane.waiting = deque(sorted([*rows, *lane.waiting], key=lambda row: row.sequence))
