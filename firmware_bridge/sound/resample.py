"""Change of sample rate by a polyphase windowed-sinc filter, block by block without seams."""

from __future__ import annotations

from math import ceil, gcd

import numpy as np

from firmware_bridge.sound.blocks import Floats, Samples

TAPS = 25
"""Filter length in samples of the lower rate: a pass band to 0.9 of Nyquist, 70 dB beyond it."""

KAISER_BETA = 7.0
PASS = 0.92


class Resampler:
    """A stream from one rate to another.

    `live`: every block of input gives its share of output at once, late by half the filter. Otherwise the output lies
    exactly over the input, and `flush` brings the end.
    """

    def __init__(self, from_hz: int, to_hz: int, *, live: bool = False) -> None:
        common = gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        self._taps = 1 if self._up == self._down else TAPS * ceil(max(1, self._down / self._up)) | 1
        self._phases = _phases(self._up, self._down, self._taps)
        self._history = np.zeros(self._taps - 1, np.float32)
        self._tick = 0 if live else self._taps // 2 * self._up
        """Place of the next output sample, in 1/up of an input sample from the start of the next block."""

    def feed(self, samples: Samples | Floats) -> Floats:
        """Return the output samples that are due after `samples`."""
        if self._taps == 1:
            return samples.astype(np.float32)
        line = np.concatenate([self._history, samples.astype(np.float32)])
        ticks = range(self._tick, len(samples) * self._up, self._down)
        self._tick = self._tick + len(ticks) * self._down - len(samples) * self._up
        self._history = line[len(line) - (self._taps - 1) :]
        return self._filter(line, ticks) if ticks else np.zeros(0, np.float32)

    def flush(self) -> Floats:
        """Return what the filter still holds."""
        return self.feed(np.zeros(self._taps // 2, np.float32)) if self._taps > 1 else np.zeros(0, np.float32)

    def _filter(self, line: Floats, ticks: range) -> Floats:
        windows = np.lib.stride_tricks.sliding_window_view(line, self._taps)
        out: Floats
        if 1 in (self._up, self._down):  # a whole multiple: every window meets the same phases
            out = (np.ascontiguousarray(windows[ticks.start // self._up :: self._down]) @ self._phases.T).ravel()
        else:
            at = np.arange(ticks.start, ticks.stop, ticks.step)
            out = np.einsum("ij,ij->i", windows[at // self._up], self._phases[at % self._up])
        return out


def resample(samples: Samples, from_hz: int, to_hz: int) -> Floats:
    """Return a whole recording at another rate."""
    stream = Resampler(from_hz, to_hz)
    return np.concatenate([stream.feed(samples), stream.flush()])


def _phases(up: int, down: int, taps: int) -> Floats:
    """Return the filter's `up` phases, each `taps` long and turned round to lie against a window of the input."""
    if taps == 1:
        return np.ones((1, 1), np.float32)
    length = up * taps
    cutoff = PASS * min(1.0, up / down) / up
    centre = np.arange(length) - (length - up) / 2
    window = np.i0(KAISER_BETA * np.sqrt(np.clip(1 - (2 * centre / length) ** 2, 0, 1)))  # Kaiser's, about `centre`
    kernel = np.sinc(cutoff * centre) * window
    phases = kernel.reshape(taps, up).T[:, ::-1]
    return np.ascontiguousarray(phases / phases.sum(axis=1, keepdims=True), dtype=np.float32)
