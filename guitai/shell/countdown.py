"""The one timer of a session: its end is an event like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from guitai.messages.session import TimerFired


class Countdown:
    """Lets `TimerFired` happen with the serial it was set with, unless it is set anew or stopped before."""

    def __init__(self, happen: Callable[[object], None]) -> None:
        self._happen = happen
        self._handle: asyncio.TimerHandle | None = None

    def set(self, serial: int, after_ms: int) -> None:
        """Begin anew."""
        self.stop()
        self._handle = asyncio.get_running_loop().call_later(after_ms / 1000, self._happen, TimerFired(serial))

    def stop(self) -> None:
        """Let nothing happen."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
