"""Watches the beats of the teller who holds the lease and tells the edges: lost, back, over. No I/O; the clock is given."""

from __future__ import annotations

from collections.abc import Callable

from guitai.dialogue.beside import Handover
from guitai.messages.handover import TellerLeft
from guitai.messages.takeover import TellerBack, TellerLost

LOST_NS = 15_000_000_000
"""Three beats that did not come."""

GRACE_NS = 30_000_000_000
"""How long the same teller may come back after that; then the lease ends."""

AGAIN_NS = 1_000_000_000
"""An edge that was told and not taken (a journal that cannot write) is told again."""

MS = 1_000_000


class LeaseWatch:
    """One lease at a time, as the session has it. Times are the monotonic clock's: nobody can set it."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._held = ("", "")
        self._heard_ns = 0
        self._ends_ns = 0
        self._lost = False
        self._told_ns = -AGAIN_NS

    def resume(self, handover: Handover, wall_ms: int, heard_ns: int | None) -> None:
        """Take a lease over that is older than this process, with the time of its last beat; None: it is lost until one comes.

        So it is with a time later than now: it is of an earlier start of the machine, whose clock this one does not go on with.
        """
        self.follow(handover, wall_ms)
        now = self._now_ns()
        self._heard_ns = heard_ns if heard_ns is not None and heard_ns <= now else now - LOST_NS

    def follow(self, handover: Handover | None, wall_ms: int) -> None:
        """Take the lease over as it is after a step; a new one begins with a beat."""
        held = ("", "") if handover is None or not handover.teller_id else (handover.escalation_id, handover.teller_id)
        if held != self._held:
            self._held, self._heard_ns = held, self._now_ns()
            left_ms = handover.lease_until_ms - wall_ms if handover is not None else 0
            self._ends_ns = self._heard_ns + max(left_ms, 0) * MS
        lost = handover is not None and handover.lost
        if lost != self._lost:
            self._lost, self._told_ns = lost, self._now_ns() - AGAIN_NS

    def beat(self, escalation_id: str, teller_id: str) -> None:
        """The holder's console is there."""
        if (escalation_id, teller_id) == self._held:
            self._heard_ns = self._now_ns()

    def due(self) -> TellerLost | TellerBack | TellerLeft | None:
        """Return what has to be told now; the same again only after a second."""
        now = self._now_ns()
        if now < self._told_ns + AGAIN_NS or (edge := self._edge(now)) is None:
            return None
        self._told_ns = now
        return edge

    def wait_ns(self) -> int | None:
        """Return for how long nothing can be due; None while nobody holds a lease."""
        if not self._held[0]:
            return None
        now = self._now_ns()
        silent = self._heard_ns + LOST_NS + (GRACE_NS if self._lost else 0)
        back = now if self._lost and now < self._heard_ns + LOST_NS else silent
        return max(min(self._ends_ns, back, silent), self._told_ns + AGAIN_NS, now) - now

    def _edge(self, now: int) -> TellerLost | TellerBack | TellerLeft | None:
        escalation_id, teller_id = self._held
        if not escalation_id:
            return None
        silent_ns = now - self._heard_ns
        if now >= self._ends_ns or (self._lost and silent_ns >= LOST_NS + GRACE_NS):
            return TellerLeft(escalation_id, teller_id, lapsed=True)
        if self._lost:
            return TellerBack(escalation_id, teller_id) if silent_ns < LOST_NS else None
        return TellerLost(escalation_id, teller_id) if silent_ns >= LOST_NS else None
