"""Kept sound at another pace: as long as asked for, as high and as loud as before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.speech.tts import Mark, Sound
from edge_models.speech.tts.stretch import at_pace

RATE_HZ = 24_000


def tone(hz: float, seconds: float) -> np.ndarray:
    return (8000 * np.sin(np.arange(int(seconds * RATE_HZ)) * 2 * np.pi * hz / RATE_HZ)).astype(np.int16)


def pitch_hz(samples: np.ndarray) -> float:
    middle = samples[len(samples) // 4 : -len(samples) // 4].astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(middle * np.hanning(len(middle))))) * RATE_HZ / len(middle))


@pytest.mark.parametrize("speed", [0.8, 0.88, 1.0, 1.2])
def test_the_length_changes_and_pitch_and_level_do_not(speed: float):
    before = tone(220, 2.0)
    after = at_pace(Sound(before, (Mark("a", 0.0, 1.0), Mark("", 1.0, 2.0))), RATE_HZ, speed)
    assert len(after.samples) == round(len(before) / speed)
    assert pitch_hz(after.samples) == pytest.approx(220, abs=1)
    assert np.abs(after.samples[2400:-2400].astype(int)).mean() == pytest.approx(np.abs(before).mean(), rel=0.02)
    assert after.marks[-1] == Mark("", round(1.0 / speed, 4), round(2.0 / speed, 4))


@given(st.integers(0, 3000), st.floats(0.75, 1.3))
def test_any_sound_can_be_stretched(length: int, speed: float):
    noise = np.random.default_rng(1).integers(-9000, 9000, length).astype(np.int16)
    assert len(at_pace(Sound(noise), RATE_HZ, speed).samples) == round(length / speed)
