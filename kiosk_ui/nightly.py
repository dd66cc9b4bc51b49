"""The window's nightly restart: at an hour of the bank's choosing, and only while nobody is there. Pure."""

from __future__ import annotations

from dataclasses import dataclass

LOOK_EVERY_S = 60.0
QUIET_S = 600.0
"""So long nobody may have touched anything, or been greeted."""

LEAST_UPTIME_S = 12 * 3600.0
"""A window that was begun anew since the last night is fresh enough."""

WINDOW_MIN = 120
"""After the hour it waits so many minutes for a quiet moment; then the next night will do."""


@dataclass(frozen=True, slots=True)
class Night:
    """When to begin anew; `at` is ``HH:MM``, empty: never."""

    at: str

    def due(self, clock: str, *, up_s: float, quiet_s: float, screen: str) -> bool:
        """Return whether the window may end now; `clock` is the local time, ``HH:MM``."""
        if not self.at or screen != "attract" or quiet_s < QUIET_S or up_s < LEAST_UPTIME_S:
            return False
        return (_minutes(clock) - _minutes(self.at)) % (24 * 60) < WINDOW_MIN


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
