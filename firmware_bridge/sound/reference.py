"""What the loudspeaker played, by time: gives the echo canceller the samples that belong to a microphone block."""

from __future__ import annotations

from threading import Lock

import numpy as np

from firmware_bridge.sound.blocks import Floats, Samples, to_int16
from firmware_bridge.sound.clocks import DeviceClock
from firmware_bridge.sound.resample import Resampler
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ

KEPT = 2 * AUDIO_RATE_HZ
MS = AUDIO_RATE_HZ // 1000
LEAD = 16 * MS
"""The reference is taken a little early: a filter can model echo that comes after it, never echo that comes before."""

EARLY = 100 * MS
LATE = 12 * MS
"""Time stamps jitter; samples do not. Only when the reference is too early by more than the filter spans, or late
enough to come after its own echo …"""

PATIENCE = 5
"""… for this many blocks on end is the stamp believed: realigning costs the canceller what it has learnt."""

FOLLOW = 1 / 500
"""Share by which a block's stamp moves the time of the line: over ten seconds jitter is evened out and drift is not."""

INTERPOLATE = 8
"""Samples on either side from which one between two is made."""


class Reference:
    """A timeline of 16 kHz samples, written by the loudspeaker's thread and read by the microphone's.

    Two devices have two crystals. Once both clocks' speeds are known the line is read as fast as the microphone's runs,
    in steps that are no whole samples; otherwise the echo would walk away from what the filter has learnt.
    """

    def __init__(self, from_hz: int) -> None:
        self._lock = Lock()
        self._from_hz = from_hz
        self._silent_blocks = 0
        self._resampler = Resampler(from_hz, AUDIO_RATE_HZ, live=True)
        self._line = np.zeros(KEPT, np.int16)
        self._written = self._taken = 0
        self._last_heard = -KEPT
        self._speaker, self._microphone = DeviceClock(), DeviceClock()
        self._read: float | None = None
        """Next sample to be taken; None: aligned by the next stamp."""

        self._put_off = self._take_off = 0
        """Blocks on end whose stamps disagreed with the samples."""

        self._zero_ns = 0.0
        """Time of sample 0."""

        self._lead = LEAD

    def put(self, block: Samples | None, start_ns: int, count: int) -> None:
        """Add `count` samples at the loudspeaker's rate that go out from `start_ns` on; None is silence."""
        self._silent_blocks = self._silent_blocks + 1 if block is None else 0
        if self._silent_blocks > 1:  # the filter has run empty
            fresh = np.zeros(count * AUDIO_RATE_HZ // self._from_hz, np.int16)
        else:
            fresh = to_int16(self._resampler.feed(np.zeros(count, np.int16) if block is None else block))
        with self._lock:
            self._speaker.seen(self._written / AUDIO_RATE_HZ, start_ns)
            off = self._index(start_ns) - self._written
            self._put_off = 0 if -LATE <= off <= EARLY else self._put_off + 1
            if self._written == 0 or self._put_off >= PATIENCE:
                self._zero_ns += off * 1_000_000_000 / AUDIO_RATE_HZ
                self._put_off, self._read = 0, None
            elif not self._put_off:
                self._zero_ns += FOLLOW * off * 1_000_000_000 / AUDIO_RATE_HZ
            self._line[(self._written + np.arange(len(fresh))) % KEPT] = fresh
            self._written += len(fresh)
            if block is not None:
                self._last_heard = self._written

    def take(self, start_ns: int) -> Samples | None:
        """Return the block that was playing from `start_ns` on; None if it was silent all through."""
        with self._lock:
            self._microphone.seen(self._taken / AUDIO_RATE_HZ, start_ns)
            self._taken += AUDIO_BLOCK
            due = self._index(start_ns) + self._lead
            agrees = self._read is not None and -EARLY <= due - self._read <= LATE
            self._take_off = 0 if agrees else self._take_off + 1
            if self._read is None or self._take_off >= PATIENCE:
                self._read, self._take_off = float(round(due)), 0
            first = self._read
            step = 1 + self._microphone.slower - self._speaker.slower
            self._read += AUDIO_BLOCK * step
            if first >= self._last_heard or first < 0:
                return None
            return self._between(first, step)

    def earlier(self, count: int) -> None:
        """Take the reference `count` samples earlier from now on (later, if negative): the stamps are wrong by so much."""
        with self._lock:
            self._lead -= count
            if self._read is not None:
                self._read -= count

    def _between(self, first: float, step: float) -> Samples:
        """Return a block of the line from `first` on, `step` apart: band-limited interpolation if that is between samples."""
        if step == 1 and first.is_integer():
            return self._at(int(first) + np.arange(AUDIO_BLOCK))
        at = first + step * np.arange(AUDIO_BLOCK)
        whole = np.floor(at).astype(np.int64)
        offsets = np.arange(1 - INTERPOLATE, INTERPOLATE + 1)
        away = (at - whole)[:, None] - offsets
        taps: Floats = (np.sinc(away) * np.cos(np.pi * away / (2 * INTERPOLATE + 2)) ** 2).astype(np.float32)
        return to_int16(np.einsum("ij,ij->i", taps, self._at(whole[:, None] + offsets).astype(np.float32)))

    def _at(self, places: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Samples:
        known = (places < self._written) & (places >= self._written - KEPT)
        return np.where(known, self._line[places % KEPT], 0).astype(np.int16)

    def _index(self, at_ns: int) -> float:
        return (at_ns - self._zero_ns) * AUDIO_RATE_HZ / 1_000_000_000
