"""Time comes in through here, so that tests and replays can bring their own."""

from __future__ import annotations

import time
from typing import NewType, Protocol

UnixMs = NewType("UnixMs", int)
"""Milliseconds since 1970-01-01T00:00:00Z."""

DurationMs = NewType("DurationMs", int)


class Clock(Protocol):
    """What a shell needs to know of time."""

    def unix_ms(self) -> UnixMs:
        """Return wall time."""
        ...

    def monotonic_ns(self) -> int:
        """Return nanoseconds of CLOCK_MONOTONIC, comparable between processes of one machine."""
        ...


class SystemClock:
    """The machine's own clock."""

    def unix_ms(self) -> UnixMs:
        """Return wall time."""
        return UnixMs(time.time_ns() // 1_000_000)

    def monotonic_ns(self) -> int:
        """Return CLOCK_MONOTONIC."""
        return time.monotonic_ns()
