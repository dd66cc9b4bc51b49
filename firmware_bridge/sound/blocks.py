"""Rates and block sizes that capture and playback share: everything moves in blocks of 20 ms on one clock."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SPEAKER_RATE_HZ = 48_000
"""Devices are opened at 48 kHz, the rate every sound card has; the ring is 16 kHz."""

SPEAKER_BLOCK = 960
BLOCK_NS = 20_000_000
FULL_SCALE = 32_768

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]


def to_int16(samples: Floats) -> Samples:
    """Return samples rounded and clipped (they are on the int16 scale already)."""
    return np.clip(np.rint(samples), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
