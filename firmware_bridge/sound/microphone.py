"""Where captured sound comes from when there is no microphone: a file at real speed, or hands that feed voices."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np

from firmware_bridge.sound.blocks import FULL_SCALE, Samples, to_int16
from firmware_bridge.sound.wav import read_wav
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ

ROOM_NOISE_DBFS = -60
NOISE_S = 4


class Source(Protocol):
    """What the paced capture asks every 20 ms."""

    def read(self, end_ns: int) -> Samples:
        """Return the block of 320 samples that ends at `end_ns`."""
        ...


class FileSource:
    """A WAV once at real speed, then silence."""

    def __init__(self, path: Path) -> None:
        self._samples = read_wav(path)
        self._at = 0

    def read(self, end_ns: int) -> Samples:
        """Return the next block."""
        block = np.zeros(AUDIO_BLOCK, np.int16)
        part = self._samples[self._at : self._at + AUDIO_BLOCK]
        block[: len(part)] = part
        self._at += AUDIO_BLOCK
        return block


class Hands:
    """A quiet room into which voices are fed; two at once are mixed as the air would."""

    def __init__(self) -> None:
        self._lock = Lock()
        level = FULL_SCALE * 10 ** (ROOM_NOISE_DBFS / 20)
        noise = np.random.default_rng(0).normal(0, level, NOISE_S * AUDIO_RATE_HZ)
        self._noise = noise.astype(np.float32)
        self._blocks = 0
        self._voices: list[Samples] = []
        self._end_ns = time.monotonic_ns()

    def feed(self, samples: Samples) -> int:
        """Mix in 16 kHz samples from the next block on; return when the last is captured (CLOCK_MONOTONIC, ns)."""
        with self._lock:
            self._voices.append(samples)
            return self._end_ns + len(samples) * 1_000_000_000 // AUDIO_RATE_HZ

    def read(self, end_ns: int) -> Samples:
        """Return the next block."""
        at = self._blocks * AUDIO_BLOCK % len(self._noise)
        block = self._noise[at : at + AUDIO_BLOCK].copy()
        self._blocks += 1
        with self._lock:
            self._end_ns = end_ns
            for voice in self._voices:
                part = voice[:AUDIO_BLOCK]
                block[: len(part)] += part
            self._voices = [voice[AUDIO_BLOCK:] for voice in self._voices if len(voice) > AUDIO_BLOCK]
        return to_int16(block)
