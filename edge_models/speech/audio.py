"""Small signal helpers on mono audio: rates, edges of silence, loudness."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Samples = npt.NDArray[np.int16]

RATE_HZ = 16_000
"""Rate of everything that listens."""

_TAPS_PER_PHASE = 16
_FULL_SCALE = 32767.0
_KNEE = 0.7
"""Of full scale: up to here a louder voice keeps its shape."""


def to_float(samples: Samples) -> Floats:
    """Return int16 samples as float32 in [-1, 1]."""
    return samples.astype(np.float32) / 32768.0


def to_int16(wave: npt.NDArray[Any]) -> Samples:
    """Return a float wave as int16, clipped."""
    return np.clip(np.round(wave * _FULL_SCALE), -32768, 32767).astype(np.int16)


def resample(wave: Floats, from_hz: int, to_hz: int) -> Floats:
    """Return the wave at another rate: polyphase windowed sinc, flat to about 0.9 of the lower Nyquist frequency."""
    if from_hz == to_hz or not wave.size:
        return wave.astype(np.float32)
    common = int(np.gcd(from_hz, to_hz))
    up, down = to_hz // common, from_hz // common
    taps = _lowpass(up, down)
    half = (len(taps) - 1) // 2
    length = -(-len(wave) * up // down)
    padded = np.concatenate([wave, np.zeros(half // up + down + 2, dtype=np.float32)]).astype(np.float64)
    out = np.empty(length, dtype=np.float32)
    for phase in range(up):
        # Output samples n with n * down % up == phase share one sub-filter.
        first = next(n for n in range(up) if (n * down + half) % up == phase)
        wanted = np.arange(first, length, up)
        if not wanted.size:
            continue
        branch = np.convolve(padded, taps[phase::up])
        out[wanted] = branch[(wanted * down + half) // up]
    return out


def trim(wave: Floats, rate_hz: int, lead_s: float, tail_s: float, floor: float = 0.01) -> Floats:
    """Return the wave with the silence at its edges cut down to `lead_s` and `tail_s` seconds."""
    start, end = sounding(wave, floor)
    if start == end:
        return wave[:0]
    return wave[max(start - int(lead_s * rate_hz), 0) : end + int(tail_s * rate_hz)]


def sounding(wave: Floats, floor: float = 0.01) -> tuple[int, int]:
    """Return where sound begins and ends, as a slice; it is louder than `floor` times the loudest sample."""
    loud = np.flatnonzero(np.abs(wave) > floor * max(float(np.abs(wave).max(initial=0.0)), 1e-6))
    return (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, 0)


def louder(samples: Samples, gain: float) -> Samples:
    """Return the samples `gain` times as loud; peaks are rounded off instead of clipped."""
    wave = to_float(samples) * gain
    over = np.abs(wave) > _KNEE
    wave[over] = np.sign(wave[over]) * (_KNEE + (1 - _KNEE) * np.tanh((np.abs(wave[over]) - _KNEE) / (1 - _KNEE)))
    return to_int16(wave)


def rms(samples: Samples) -> float:
    """Return the loudness of int16 samples in [0, 1]."""
    return float(np.sqrt(np.mean(to_float(samples) ** 2))) if samples.size else 0.0


def _lowpass(up: int, down: int) -> npt.NDArray[np.float64]:
    widest = max(up, down)
    half = _TAPS_PER_PHASE * widest
    at = np.arange(-half, half + 1)
    taps = np.sinc(at / widest * 0.95) * np.kaiser(len(at), 8.0)
    scaled: npt.NDArray[np.float64] = taps / taps.sum() * up
    return scaled
