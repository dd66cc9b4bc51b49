"""Changes the pace of kept sound without changing its pitch: WSOLA (Verhelst and Roelands 1993). Pure."""

from __future__ import annotations

import numpy as np

from edge_models.speech.audio import Floats, to_float, to_int16
from edge_models.speech.tts import Mark, Sound

_WINDOW_S = 0.03
_SEARCH_S = 0.01


def at_pace(sound: Sound, rate_hz: int, speed: float) -> Sound:
    """Return the sound `speed` times as fast, marks included; best between 0.75 and 1.3."""
    wave = _wsola(to_float(sound.samples), int(_WINDOW_S * rate_hz) // 2, int(_SEARCH_S * rate_hz), speed)
    marks = tuple(Mark(m.phoneme, round(m.start_s / speed, 4), round(m.end_s / speed, 4)) for m in sound.marks)
    return Sound(to_int16(wave), marks)


def _wsola(wave: Floats, hop: int, search: int, speed: float) -> Floats:
    """Overlap windows of two hops; each is taken where it best continues the one before."""
    length = round(len(wave) / speed)
    window = np.hanning(2 * hop + 1)[:-1].astype(np.float32)
    padded = np.pad(wave, (hop + search, 3 * hop + 2 * search))
    out = np.zeros(length + 3 * hop, dtype=np.float32)
    following = search  # where the next window would begin if the pace did not change
    for at in range(0, length + hop, hop):
        nominal = min(round(at * speed), len(wave)) + search
        wanted = padded[following : following + 2 * hop]
        around = padded[nominal - search : nominal + search + 2 * hop]
        best = nominal - search + int(np.argmax(np.correlate(around, wanted, "valid")))
        out[at : at + 2 * hop] += window * padded[best : best + 2 * hop]
        following = best + hop
    return out[hop : hop + length]
