"""What the loudspeaker played, by time: gives the echo canceller the samples that belong to a microphone block."""

from __future__ import annotations

from threading import Lock

import numpy as np

from firmware_bridge.sound.blocks import Samples, to_int16
from firmware_bridge.sound.resample import Resampler
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ

KEPT = 2 * AUDIO_RATE_HZ
LEAD = AUDIO_RATE_HZ * 4 // 1000
"""The reference is taken 4 ms early, so that even an echo without delay comes after it, the resampler's lag included."""

RESYNC = AUDIO_RATE_HZ * 40 // 1000
"""Time stamps jitter; samples do not. Only when both differ by more than 40 ms is the stamp believed."""


class Reference:
    """A timeline of 16 kHz samples, written by the loudspeaker's thread and read by the microphone's."""

    def __init__(self, from_hz: int) -> None:
        self._lock = Lock()
        self._resampler = Resampler(from_hz, AUDIO_RATE_HZ, live=True)
        self._line = np.zeros(KEPT, np.int16)
        self._written = 0
        self._last_heard = -KEPT
        self._read: int | None = None
        self._zero_ns = 0
        """Time of sample 0."""

    def put(self, block: Samples | None, start_ns: int, count: int) -> None:
        """Add `count` samples at the loudspeaker's rate that go out from `start_ns` on; None is silence."""
        fresh = to_int16(self._resampler.feed(np.zeros(count, np.int16) if block is None else block))
        with self._lock:
            if self._written == 0 or abs(self._index(start_ns) - self._written) > RESYNC:
                self._zero_ns = start_ns - self._written * 1_000_000_000 // AUDIO_RATE_HZ
                self._read = None
            self._line[(self._written + np.arange(len(fresh))) % KEPT] = fresh
            self._written += len(fresh)
            if block is not None:
                self._last_heard = self._written

    def take(self, start_ns: int) -> Samples | None:
        """Return the block that was playing from `start_ns` on; None if it was silent all through."""
        with self._lock:
            due = self._index(start_ns) + LEAD
            if self._read is None or abs(self._read - due) > RESYNC:
                self._read = due
            first, self._read = self._read, self._read + AUDIO_BLOCK
            if first >= self._last_heard or first < 0:
                return None
            places = np.arange(first, first + AUDIO_BLOCK)
            known = (places < self._written) & (places >= self._written - KEPT)
            return np.where(known, self._line[places % KEPT], 0).astype(np.int16)

    def _index(self, at_ns: int) -> int:
        return (at_ns - self._zero_ns) * AUDIO_RATE_HZ // 1_000_000_000
