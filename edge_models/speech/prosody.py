"""How something was said: pitch, loudness, pace, pauses. Compared with the same customer's first utterances only.

Measured values stay in this process and die with the session; what leaves it are differences, which name nobody.
Pitch is found by YIN (de Cheveigné and Kawahara, 2002), all frames at once, at 8 kHz.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt

from edge_models.speech.audio import RATE_HZ, Floats
from guitai.messages.voice import Prosody

USUAL_UTTERANCES = 3
"""The customer's usual way is the median of this many utterances at the session's beginning."""

LOWEST_HZ, HIGHEST_HZ = 70, 400
LEAST_VOICED_S = 0.25
"""Less voice than this says nothing about the speaker."""

_YIN_HZ = RATE_HZ // 2
_HOP = 128
"""Samples from frame to frame: 16 ms."""

_WINDOW = 240
"""Samples compared at each lag: 30 ms."""

_LAGS = _YIN_HZ // LOWEST_HZ + 2
_FFT = 384
"""At least a frame, and a length with small factors."""

_DIP = 0.2
"""A frame is voiced where the normalised difference falls below this; 0.1 to 0.2 in the paper."""

_QUIET_DB = 25.0
"""A frame this far below the loud ones is a pause."""

_SILENCE_DB = -60.0
"""Nothing this quiet is a voice before a kiosk."""

_SYLLABLE = re.compile(r"[\u4e00-\u9fff]|\d|[aeiouy]+", re.IGNORECASE)
"""A character, a figure, or an English vowel group."""

Frames = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measured:
    """One utterance's voice. Never leaves the process."""

    pitch_hz: float
    spread_cents: float
    """Width of the middle half of the pitch, in hundredths of a semitone."""

    level_db: float
    """Of the voiced frames, relative to full scale."""

    syllables_per_s: float
    """Over the time that is not pause."""

    pause_share: float
    """Of the time from the first sound to the last, in [0, 1]."""

    jitter: float
    """Proxy: median deviation of a frame's period from its neighbours' mean, relative to the period."""


class Usual:
    """How one customer speaks by themselves: begins anew with every session."""

    def __init__(self) -> None:
        self._first: list[Measured] = []

    def forget(self) -> None:
        """Begin with a new customer."""
        self._first.clear()

    def compare(self, now: Measured) -> Prosody:
        """Return how an utterance differs from the usual way, and take the first ones into it."""
        known = len(self._first)
        usual = _middle(self._first) if known else now
        if known < USUAL_UTTERANCES:
            self._first.append(now)
        return Prosody(
            known=known,
            pitch_cents=round(1200 * float(np.log2(now.pitch_hz / usual.pitch_hz))),
            spread_cents=round(now.spread_cents - usual.spread_cents),
            level_cb=round(10 * (now.level_db - usual.level_db)),
            rate_percent=round(100 * now.syllables_per_s / usual.syllables_per_s) if usual.syllables_per_s else 100,
            pause_percent=round(100 * now.pause_share),
            jitter_permille=round(1000 * (now.jitter - usual.jitter)),
        )


def measure(sound: Floats, text: str) -> Measured | None:
    """Return the voice of one utterance, None if too little of it is voiced.

    Args:
        sound: float32 mono in [-1, 1] at 16 kHz, the utterance with what little silence surrounds it.
        text: The words heard in it.
    """
    frames = _frames(sound)
    if not len(frames):
        return None
    levels_db = 10 * np.log10(np.mean(frames[:, :_WINDOW] ** 2, axis=1) + 1e-12)
    active = levels_db > max(np.percentile(levels_db, 95) - _QUIET_DB, _SILENCE_DB)
    periods, dips = np.ones(len(frames)), np.ones(len(frames))
    periods[active], dips[active] = _yin(frames[active])
    voiced = active & (dips < _DIP)
    if voiced.sum() * _HOP < LEAST_VOICED_S * _YIN_HZ:
        return None
    pitches = _YIN_HZ / periods[voiced]
    low, high = np.percentile(pitches, [25, 75])
    inside = active[active.argmax() : len(active) - active[::-1].argmax()]
    return Measured(
        pitch_hz=float(np.median(pitches)),
        spread_cents=float(1200 * np.log2(high / low)),
        level_db=float(np.median(levels_db[voiced])),
        syllables_per_s=len(_SYLLABLE.findall(text)) * _YIN_HZ / (int(active.sum()) * _HOP),
        pause_share=1.0 - float(inside.mean()),
        jitter=_jitter(periods, voiced),
    )


def _frames(sound: Floats) -> Frames:
    """Return overlapping frames of 8 kHz sound, one each 16 ms; each holds the window and all its lags."""
    even = sound[: len(sound) // 2 * 2].astype(np.float32)
    halved = (even[::2] + even[1::2]) / 2
    length = _WINDOW + _LAGS
    if len(halved) < length:
        return np.empty((0, length), dtype=np.float32)
    halved = halved - halved.mean()
    return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(halved, length)[::_HOP])


def _yin(frames: Frames) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return each frame's period in samples, and how far the difference dips there (0 perfectly periodic)."""
    spectrum = np.fft.rfft(frames, _FFT)
    window = np.fft.rfft(frames[:, :_WINDOW], _FFT)
    product = np.fft.irfft(spectrum * np.conj(window), _FFT)[:, :_LAGS]
    sums = np.concatenate([np.zeros((len(frames), 1)), np.cumsum(frames.astype(np.float64) ** 2, axis=1)], axis=1)
    energy = sums[:, _WINDOW : _WINDOW + _LAGS] - sums[:, :_LAGS]
    difference = np.maximum(energy[:, :1] + energy - 2 * product, 0.0)
    running = np.cumsum(difference[:, 1:], axis=1)
    shape = np.ones_like(difference)
    shape[:, 1:] = difference[:, 1:] * np.arange(1, _LAGS) / np.maximum(running, 1e-12)
    first = _YIN_HZ // HIGHEST_HZ
    inner = shape[:, first : _LAGS - 1]
    is_dip = (inner < _DIP) & (inner <= shape[:, first - 1 : _LAGS - 2]) & (inner < shape[:, first + 1 :])
    at = np.where(is_dip.any(axis=1), is_dip.argmax(axis=1), inner.argmin(axis=1)) + first
    row = np.arange(len(frames))
    left, middle, right = shape[row, at - 1], shape[row, at], shape[row, at + 1]
    bend = left - 2 * middle + right
    shift = np.where(np.abs(bend) > 1e-9, (left - right) / (2 * np.where(bend == 0, 1.0, bend)), 0.0)
    return at + np.clip(shift, -0.5, 0.5), middle


def _jitter(periods: npt.NDArray[np.float64], voiced: npt.NDArray[np.bool_]) -> float:
    whole = voiced[:-2] & voiced[1:-1] & voiced[2:]
    if not whole.any():
        return 0.0
    mean = (periods[:-2] + periods[1:-1] + periods[2:]) / 3
    return float(np.median((np.abs(periods[1:-1] - mean) / mean)[whole]))


def _middle(utterances: list[Measured]) -> Measured:
    return Measured(
        pitch_hz=median(one.pitch_hz for one in utterances),
        spread_cents=median(one.spread_cents for one in utterances),
        level_db=median(one.level_db for one in utterances),
        syllables_per_s=median(one.syllables_per_s for one in utterances),
        pause_share=median(one.pause_share for one in utterances),
        jitter=median(one.jitter for one in utterances),
    )
