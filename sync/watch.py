"""Whether the line works: a watchdog on headquarters' own acknowledgements, and the measure of our clock's skew. Pure."""

from __future__ import annotations

from collections import deque

SILENT_NS = 30_000_000_000
"""So long may headquarters owe an answer to what was published; then the line is torn down and built anew."""

SAMPLES = 64
TELL_MS = 1_000
"""A skew that changed by more is told at once, not only with the next birth."""


class Watchdog:
    """A line counts as up when headquarters has answered over it, not when a broker has."""

    def __init__(self) -> None:
        self._since_ns: int | None = None
        self._answered = False

    def connected(self, now_ns: int) -> None:
        """The broker has accepted us, and our birth is published: headquarters owes an answer to it."""
        self._since_ns, self._answered = now_ns, False

    def disconnected(self) -> None:
        """The line is down; somebody else builds it anew."""
        self._since_ns = None

    def owed(self, now_ns: int) -> None:
        """From now on something is owed, where nothing was before."""
        if self._since_ns is not None and self._answered:
            self._since_ns = now_ns

    def heard(self, now_ns: int) -> None:
        """Headquarters answered."""
        if self._since_ns is not None:
            self._since_ns, self._answered = now_ns, True

    def silent(self, now_ns: int, *, owing: bool) -> bool:
        """Tell whether headquarters has owed an answer for too long; `owing`: something published is unacknowledged."""
        if self._since_ns is None or (self._answered and not owing):
            return False
        return now_ns - self._since_ns >= SILENT_NS


class Skew:
    """Our wall clock against headquarters'.

    Each answer gives our time of receipt less headquarters' time of sending: the skew and the way, which is never negative.
    So the least of the last samples is the best (as the minimum filter of NTP, RFC 5905 section 10).
    """

    def __init__(self) -> None:
        self._samples: deque[int] = deque(maxlen=SAMPLES)
        self._told_ms: int | None = None

    def note(self, ours_ms: int, headquarters_ms: int) -> None:
        """Take an answer in."""
        self._samples.append(ours_ms - headquarters_ms)

    @property
    def ms(self) -> int | None:
        """By how much our clock is ahead (positive) or behind; None while unknown."""
        return min(self._samples) if self._samples else None

    def told(self) -> int | None:
        """Return the skew for telling it."""
        self._told_ms = self.ms
        return self._told_ms

    def to_tell(self) -> bool:
        """Tell whether headquarters knows another skew than we do."""
        if self.ms is None:
            return False
        return self._told_ms is None or abs(self.ms - self._told_ms) > TELL_MS
