"""Rooms and noises around a clean voice, pure: what the benches put between a customer and the microphone.

A room is its direct sound and a tail of noise that decays exponentially (Polack 1988); a murmur is noise with the long
spectrum of speech that swells as syllables do. Simulated, so they show what breaks, not what a branch sounds like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from edge_models.speech.audio import RATE_HZ, Floats
from edge_models.speech.customer import room_noise

Noise = Literal["fan", "hum", "murmur"]

_SYLLABLES_HZ = 4.0
_MAINS_HZ = 50.0
_PREDELAY_S = 0.003


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer stands."""

    decay_s: float
    """Time in which the reverberation falls by 60 dB."""

    direct_db: float
    """Direct sound above the whole reverberation."""

    noise: Noise
    snr_db: float
    """Voice above noise, both RMS."""

    seed: int


SEEN = (Place(0.25, 9.0, "fan", 25.0, 1), Place(0.4, 6.0, "fan", 18.0, 2), Place(0.3, 8.0, "hum", 20.0, 3))
"""Places thresholds may be tuned in."""

UNSEEN = Place(0.6, 4.0, "murmur", 15.0, 91)
"""A hall with people in it. Nothing is ever tuned here."""


def heard(voice: Floats, place: Place) -> Floats:
    """Return a 16 kHz voice as the microphone hears it there, as long as the voice was."""
    reverberant = np.convolve(voice, _response(place))[: len(voice)].astype(np.float32)
    loudness = float(np.sqrt(np.mean(reverberant**2))) if len(voice) else 0.0
    level_db = 20 * np.log10(max(loudness, 1e-6)) - place.snr_db
    wave: Floats = (reverberant + noise(place.noise, len(voice), float(level_db), place.seed)).astype(np.float32)
    return wave


def noise(kind: Noise, length: int, level_db: float, seed: int) -> Floats:
    """Return `length` samples of noise at `level_db` of full scale (RMS)."""
    base = room_noise(length, level_db, seed)
    at_s = np.arange(length) / RATE_HZ
    if kind == "hum":
        mains = [np.sin(2 * np.pi * _MAINS_HZ * k * at_s) / k for k in (1, 2, 3, 5)]
        base = base + _scaled(np.sum(mains, axis=0), level_db)
    elif kind == "murmur":
        voices = [
            1 + np.sin(2 * np.pi * _SYLLABLES_HZ * (1 + 0.13 * k) * at_s + seed * k) * (0.5 + 0.5 * np.sin(at_s * k))
            for k in range(1, 5)
        ]
        base = _scaled(_speech_shaped(length, seed) * np.sum(voices, axis=0), level_db)
    found: Floats = base.astype(np.float32)
    return found


def _response(place: Place) -> Floats:
    length, start = int(place.decay_s * RATE_HZ), int(_PREDELAY_S * RATE_HZ)
    tail = np.random.default_rng(place.seed).standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    tail[:start] = 0.0
    tail *= 10 ** (-place.direct_db / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    response: Floats = tail.astype(np.float32)
    return response


def _speech_shaped(length: int, seed: int) -> Floats:
    """Return noise flat to 500 Hz, then falling by 9 dB an octave, as the long-term spectrum of speech does."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(max(length, 2)))
    hz = np.fft.rfftfreq(max(length, 2), 1 / RATE_HZ)
    shaped: Floats = np.fft.irfft(spectrum / (1 + (hz / 500.0) ** 3) ** 0.5, max(length, 2))[:length].astype(np.float32)
    return shaped


def _scaled(wave: npt.NDArray[Any], level_db: float) -> Floats:
    rms = float(np.sqrt(np.mean(np.square(wave)))) if len(wave) else 0.0
    scaled: Floats = (wave * (10 ** (level_db / 20) / max(rms, 1e-9))).astype(np.float32)
    return scaled
