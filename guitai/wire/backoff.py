"""How long to wait before the next attempt: exponential with full jitter, pure.

Source: M. Brooker, Exponential Backoff And Jitter (AWS Architecture Blog, 2015): uniform over [0, min(cap, base * 2^n)], so
that a thousand kiosks that lost the same broker do not all come back in the same second.
"""

from __future__ import annotations

from collections.abc import Callable

BASE_S, CAP_S = 0.5, 30.0


class Backoff:
    """Counts attempts since the last that worked. `chance` returns a number in [0, 1)."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._failed = 0

    def worked(self) -> None:
        """Begin anew: the next wait is a short one."""
        self._failed = 0

    def wait_s(self) -> float:
        """Return how long to wait now, and count the attempt."""
        most_s = min(CAP_S, BASE_S * 2.0**self._failed)
        if most_s < CAP_S:
            self._failed += 1
        return self._chance() * most_s
