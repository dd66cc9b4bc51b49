"""From a model's phoneme lengths and the sound itself to what a mouth does when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from edge_models.speech.audio import Floats
from edge_models.speech.tts import PAUSE, Mark

_WITH_PREVIOUS = frozenset("↓↗→↘ʰʲː̃ ")
"""Tones, aspiration, length and word gaps: the mouth keeps the shape it has."""

_WITH_NEXT = frozenset("ˈˌ")
_SILENT = frozenset('.,!?;:—…"()“”')
_STEP_S = 0.01
_FLOOR = 0.01
"""Of the loudest sample: what is quieter is silence."""

MIN_PAUSE_S = 0.1
"""A shorter silence is the closure of a stop consonant, not a pause."""

_LEAST_S = 0.0005
"""Times are rounded to a tenth of a millisecond: a phoneme must have some left within a stretch of sound."""


def marks(symbols: Sequence[str], lengths_s: Sequence[float], wave: Floats, rate_hz: int) -> tuple[Mark, ...]:
    """Return marks that follow each other without a gap from the first sample to the last.

    Args:
        symbols: The model's symbols, in order; ``""`` where it pads.
        lengths_s: How long it holds each one, from the wave's first sample on.
        wave: float32 (n,).
        rate_hz: Its rate.
    """
    spoken = _spoken(symbols, lengths_s)
    end_s = len(wave) / rate_hz
    out: list[Mark] = []
    at_s = 0.0
    for start_s, stop_s in _sounding(wave, rate_hz):
        if start_s > at_s:
            out.append(Mark(PAUSE, at_s, start_s))
        out += _within(spoken, start_s, stop_s)
        at_s = stop_s
    if end_s > at_s:
        out.append(Mark(PAUSE, at_s, end_s))
    return shifted(out, 0.0)


def shifted(some: Iterable[Mark], by_s: float) -> tuple[Mark, ...]:
    """Return the marks that much later."""
    return tuple(Mark(m.phoneme, round(m.start_s + by_s, 4), round(m.end_s + by_s, 4)) for m in some)


def _spoken(symbols: Sequence[str], lengths_s: Sequence[float]) -> list[Mark]:
    out: list[Mark] = []
    begun_s: float | None = None
    at_s = 0.0
    for symbol, length_s in zip(symbols, lengths_s, strict=True):
        end_s = at_s + length_s
        if symbol in _WITH_NEXT:
            begun_s = at_s if begun_s is None else begun_s
        elif symbol in _WITH_PREVIOUS and out and out[-1].end_s == at_s:
            out[-1] = replace(out[-1], end_s=end_s)
        elif symbol and symbol not in _SILENT and symbol not in _WITH_PREVIOUS:
            out.append(Mark(symbol, at_s if begun_s is None else begun_s, end_s))
            begun_s = None
        at_s = end_s
    return out


def _within(spoken: list[Mark], start_s: float, stop_s: float) -> list[Mark]:
    """Return the phonemes of one stretch of sound, stretched to cover all of it."""
    here = [m for m in spoken if m.end_s > start_s + _LEAST_S and m.start_s < stop_s - _LEAST_S]
    if not here:
        middle_s = (start_s + stop_s) / 2
        here = sorted(spoken, key=lambda m: abs((m.start_s + m.end_s) / 2 - middle_s))[:1]
    if not here:
        return [Mark(PAUSE, start_s, stop_s)]
    edges = [start_s, *(m.start_s for m in here[1:]), stop_s]
    return [Mark(m.phoneme, a, b) for m, a, b in zip(here, edges[:-1], edges[1:], strict=True)]


def _sounding(wave: Floats, rate_hz: int) -> list[tuple[float, float]]:
    """Return the stretches between pauses, in seconds."""
    step = int(_STEP_S * rate_hz)
    padded = np.zeros(-(-len(wave) // step) * step, dtype=np.float32)
    padded[: len(wave)] = np.abs(wave)
    peaks = padded.reshape(-1, step).max(axis=1)
    loud = np.flatnonzero(peaks > _FLOOR * max(float(peaks.max(initial=0.0)), 1e-6))
    if not loud.size:
        return []
    breaks = np.flatnonzero(np.diff(loud) > MIN_PAUSE_S / _STEP_S)
    firsts, lasts = np.r_[loud[0], loud[breaks + 1]], np.r_[loud[breaks], loud[-1]]
    end_s = len(wave) / rate_hz
    return [
        (round(float(a) * _STEP_S, 4), min(round(float(b + 1) * _STEP_S, 4), end_s))
        for a, b in zip(firsts, lasts, strict=True)
    ]
