"""How loud a stream is, and whether it is digital silence: a living microphone always hisses."""

from __future__ import annotations

import math

import numpy as np

from firmware_bridge.sound.blocks import BLOCK_NS, FULL_SCALE, Samples

FLOOR_DBFS = -100.0
DEAD_S = 10.0
"""A driver that starts up may give zeros for a moment; after so long the capsule or its cable is dead, or it is muted."""


class Meter:
    """Fed by a sound thread block by block, read by anyone."""

    def __init__(self) -> None:
        self._power = 0.0
        self._blocks = self._silent = 0

    def add(self, block: Samples | None) -> None:
        """Take a block; None is silence."""
        wave = np.zeros(1, np.float32) if block is None else block.astype(np.float32)
        power = float(np.dot(wave, wave)) / len(wave)
        still = float(wave.max() - wave.min()) <= 0  # a converter's offset may be there without any sound
        self._silent = self._silent + 1 if still else 0
        self._power, self._blocks = self._power + power, self._blocks + 1

    def dbfs(self) -> float:
        """Return the loudness since the last call, RMS in dB of full scale."""
        power, blocks = self._power, self._blocks
        self._power, self._blocks = 0.0, 0
        mean = power / max(blocks, 1) / FULL_SCALE**2
        return max(FLOOR_DBFS, 10 * math.log10(mean)) if mean > 0 else FLOOR_DBFS

    @property
    def dead(self) -> bool:
        """Whether nothing but one and the same number has come for ten seconds."""
        return self._silent * BLOCK_NS > DEAD_S * 1e9
