"""What training puts between a voice and the microphone: speakers' pitch, rooms, noises, other people, levels.

Every room and noise is drawn anew. The places of `edge_models.speech.rooms`, in which hearing is measured, are not among
them: rooms here have single early echoes and a tail whose highs die sooner, and no noise is its murmur.
"""

from __future__ import annotations

import numpy as np

from edge_models.speech.audio import RATE_HZ, resample

PITCHES = (23, 24, 25, 25, 26, 27)
"""A voice played so many 25ths as fast is another speaker's: higher or lower, quicker or slower."""

FULL_SCALE_DB = -3.0


def placed(voice, others, rng):
    """Return a clean voice as some microphone hears it; `others` are voices that may talk in the background."""
    wave = resample(voice, RATE_HZ * 25, RATE_HZ * int(rng.choice(PITCHES)))
    wave = np.pad(wave, (int(rng.uniform(0, 0.45) * RATE_HZ), int(rng.uniform(0.15, 0.4) * RATE_HZ)))
    if rng.random() < 0.75:
        wave = _in(wave, _room(rng))
    wave = _coloured(wave, rng)
    loudness = max(_rms(wave), 1e-6)
    if rng.random() < 0.85:
        wave = wave + _scaled(_noise(len(wave), rng), loudness * _gain(-rng.uniform(12, 32)))
    if len(others) and rng.random() < 0.25:
        wave = wave + _scaled(babble(others, len(wave), rng), loudness * _gain(-rng.uniform(14, 26)))
    peak = max(float(np.abs(wave).max(initial=0.0)), 1e-6)
    return (wave * (_gain(FULL_SCALE_DB - rng.uniform(0, 20)) / peak)).astype(np.float32)


def empty(length, others, rng):
    """Return what a microphone hears while nobody speaks to it."""
    wave = _noise(length, rng)
    if rng.random() < 0.3:
        wave = wave + _scaled(babble(others, length, rng), 0.5 * _rms(wave))
    return _scaled(wave, _gain(-rng.uniform(25, 65)))


def babble(others, length, rng):
    """Return four voices at once, somewhere else in a large room."""
    wave = np.zeros(length, np.float32)
    for _ in range(4):
        voice = np.resize(others[rng.integers(len(others))], length)
        wave += np.roll(voice, int(rng.integers(length)))
    return _in(wave, _room(rng, direct_db=-6.0))


def _room(rng, direct_db=None):
    decay_s = rng.uniform(0.12, 0.55)
    length = int(decay_s * RATE_HZ)
    at = np.arange(length) / length
    tail = rng.standard_normal(length) * 10 ** (-3 * at)
    dull = np.convolve(rng.standard_normal(length), np.ones(6) / 6, "same") * 10 ** (-2.2 * at)
    tail = tail + rng.uniform(0, 2) * dull
    tail[: int(rng.uniform(0.002, 0.012) * RATE_HZ)] = 0.0
    for _ in range(rng.integers(1, 6)):
        tail[int(rng.uniform(0.001, 0.04) * RATE_HZ)] += rng.uniform(-0.4, 0.7) * np.sqrt(np.sum(tail**2))
    direct_db = rng.uniform(3.0, 14.0) if direct_db is None else direct_db
    tail *= _gain(-direct_db) / max(np.sqrt(np.sum(tail**2)), 1e-9)
    tail[0] = 1.0
    return tail.astype(np.float32)


def _in(wave, response):
    size = len(wave) + len(response)
    return np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(response, size), size)[: len(wave)].astype(np.float32)


def _coloured(wave, rng):
    """A microphone's own sound: a slope over the octaves, now and then a telephone's band."""
    spectrum = np.fft.rfft(wave)
    hz = np.maximum(np.fft.rfftfreq(len(wave), 1 / RATE_HZ), 50.0)
    shape = (hz / 1000.0) ** (rng.uniform(-4, 4) / 6.02)
    if rng.random() < 0.08:
        shape = shape * (hz > 250) * (hz < 3600)
    return np.fft.irfft(spectrum * shape, len(wave)).astype(np.float32)


def _noise(length, rng):
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum /= np.maximum(np.arange(len(spectrum)), 8.0) ** rng.uniform(0, 1)
    wave = np.fft.irfft(spectrum, length)
    if rng.random() < 0.3:
        hz = rng.choice([50.0, 60.0, 100.0, 120.0]) * rng.uniform(0.98, 1.02)
        at_s = np.arange(length) / RATE_HZ
        wave = wave + _rms(wave) * sum(rng.uniform(0, 1.5) * np.sin(2 * np.pi * hz * k * at_s) for k in (1, 2, 3, 5))
    return _scaled(wave.astype(np.float32), 1.0)


def _scaled(wave, loudness):
    return (wave * (loudness / max(_rms(wave), 1e-9))).astype(np.float32)


def _rms(wave):
    return float(np.sqrt(np.mean(np.square(wave)))) if len(wave) else 0.0


def _gain(db):
    return 10 ** (db / 20)
