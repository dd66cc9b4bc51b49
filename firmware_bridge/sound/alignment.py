"""Finds in the sound itself how late the echo comes after its reference, where time stamps do not tell the truth."""

from __future__ import annotations

import numpy as np

from firmware_bridge.sound.blocks import Floats, Samples
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ

WINDOW = 1 << 15
"""Two seconds of microphone and reference are compared."""

EVERY_BLOCKS = AUDIO_RATE_HZ // AUDIO_BLOCK
"""Between two looks lies a second of the kiosk's voice."""

EARLIEST, LATEST = -AUDIO_RATE_HZ // 3, AUDIO_RATE_HZ // 2
CLEAR = 12.0
"""A peak so many times as high as the spread of the rest is an echo: no voice is like another one so much."""

GOOD = range(AUDIO_RATE_HZ // 500, AUDIO_RATE_HZ * 16 // 100)
"""An echo that comes 2 to 160 ms after its reference is well within what the filter models."""

WANTED = AUDIO_RATE_HZ * 16 // 1000
SAME = AUDIO_RATE_HZ // 500
"""Two looks in a row must agree within 2 ms."""


class Aligner:
    """Feed it what is taken from microphone and reference; it says by how much they lie wrong, once sure.

    Generalised cross-correlation with phase transform (Knapp and Carter 1976).
    """

    def __init__(self) -> None:
        self._near, self._far = np.zeros(WINDOW, np.float32), np.zeros(WINDOW, np.float32)
        self._blocks = 0
        self._before: int | None = None

    def feed(self, near: Samples, far: Samples) -> int:
        """Take two blocks that belong together; return how many samples earlier the reference is to be taken, mostly 0."""
        for line, block in ((self._near, near), (self._far, far)):
            line[:-AUDIO_BLOCK] = line[AUDIO_BLOCK:]
            line[-AUDIO_BLOCK:] = block
        self._blocks += 1
        if self._blocks % EVERY_BLOCKS:
            return 0
        lag, before = self._lag(), self._before
        self._before = lag
        if lag is None or before is None or lag in GOOD or abs(lag - before) > SAME:
            return 0
        self._before = None
        self._far[:] = 0  # what was taken so far lies wrong
        return lag - WANTED

    def _lag(self) -> int | None:
        cross = np.fft.rfft(self._near, 2 * WINDOW) * np.conj(np.fft.rfft(self._far, 2 * WINDOW))
        alike: Floats = np.fft.irfft(cross / (np.abs(cross) + 1e-3)).astype(np.float32)
        wanted = np.concatenate([alike[EARLIEST:], alike[:LATEST]])
        place = int(np.argmax(np.abs(wanted)))
        return place + EARLIEST if abs(wanted[place]) > CLEAR * wanted.std() else None
