"""A clock for sound without a sound card: calls its work every 20 ms by absolute deadlines, so nothing drifts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from firmware_bridge.sound.blocks import BLOCK_NS

HOPELESSLY_LATE_NS = 1_000_000_000
"""After a stand-still (a suspended laptop) the clock starts anew instead of rushing through what it missed."""


class Pacer:
    """A thread, because sound must not wait for whatever else the event loop is doing."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self._work = work
        self._stop = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound-clock", daemon=True)

    def start(self) -> None:
        """Begin; `work` gets each deadline in nanoseconds of CLOCK_MONOTONIC. Returns after the first."""
        self._thread.start()
        self._begun.wait()

    def stop(self) -> None:
        """End and wait for the work at hand."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        deadline = time.monotonic_ns()
        while not self._stop.is_set():
            late_ns = time.monotonic_ns() - deadline
            if late_ns < 0:
                time.sleep(-late_ns / 1e9)
            elif late_ns > HOPELESSLY_LATE_NS:
                deadline += late_ns // BLOCK_NS * BLOCK_NS
            try:
                self._work(deadline)
            finally:
                self._begun.set()
            deadline += BLOCK_NS
