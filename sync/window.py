"""How many rows of a lane may be on their way: fixed for urgent lanes, as much as the line carries for the bulk. Pure.

A row of the bulk that takes longer than `SLOW_NS` to be acknowledged waits somewhere in front of whatever is urgent: in our
buffer, the socket's, the broker's. So the window shrinks until what is on its way is worth less than a second, and grows
while answers come fast (additive increase per round trip at the least, as TCP's congestion window: RFC 5681).
"""

from __future__ import annotations

from guitai.tables import Lane

BULK = ("session", "logs")
"""Lanes that may fall behind; they go in batches."""

URGENT_ROWS = 200
BULK_LEAST, BULK_START, BULK_MOST = 50, 200, 2000
FAST_NS = 500_000_000
SLOW_NS = 1_000_000_000


class Window:
    """The window of one lane."""

    def __init__(self, lane: Lane) -> None:
        self.size = BULK_START if lane in BULK else URGENT_ROWS
        self._adapts = lane in BULK
        self._shrank_ns: int | None = None

    def answered(self, rows: int, age_ns: int, now_ns: int) -> None:
        """Headquarters has acknowledged `rows`, the newest of them published `age_ns` ago."""
        if not self._adapts:
            return
        if age_ns <= FAST_NS:
            self.size = min(BULK_MOST, self.size + rows)
        elif age_ns > SLOW_NS and (self._shrank_ns is None or now_ns - self._shrank_ns >= SLOW_NS):
            self.size = max(BULK_LEAST, self.size // 2)
            self._shrank_ns = now_ns
