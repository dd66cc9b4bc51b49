"""Rates, trims, the clause cache and the bench's own arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.speech.audio import louder, resample, rms, trim
from edge_models.speech.customer import room_noise
from edge_models.speech.scoring import distance
from edge_models.speech.tts import Mark, Sound
from edge_models.speech.tts.cache import ClauseCache


@pytest.mark.parametrize(("from_hz", "to_hz"), [(24_000, 16_000), (22_050, 16_000), (8_000, 16_000), (22_050, 24_000)])
def test_a_tone_survives_resampling(from_hz: int, to_hz: int):
    tone = np.sin(2 * np.pi * 440 * np.arange(from_hz) / from_hz).astype(np.float32)
    wanted = np.sin(2 * np.pi * 440 * np.arange(to_hz) / to_hz)
    got = resample(tone, from_hz, to_hz)
    assert len(got) == to_hz
    assert np.abs(got - wanted)[400:-400].max() < 1e-3


def test_silence_at_the_edges_is_cut():
    wave = np.concatenate([np.zeros(1000), np.ones(100), np.zeros(1000)]).astype(np.float32)
    assert len(trim(wave, 1000, 0.01, 0.02)) == 10 + 100 + 20
    assert len(trim(np.zeros(50, dtype=np.float32), 1000, 0.1, 0.1)) == 0


def test_room_noise_has_the_level_asked_for():
    noise = room_noise(16_000, -50.0)
    assert 20 * np.log10(np.sqrt(np.mean(noise**2))) == pytest.approx(-50.0, abs=0.1)


def test_a_kept_clause_comes_back_and_a_damaged_one_does_not(tmp_path):
    cache = ClauseCache(tmp_path, "tone", 24_000)
    sound = Sound(np.arange(10, dtype=np.int16), (Mark("a", 0.0, 0.1),))
    assert cache.get("您好", "v", 1.0) is None
    cache.put("您好", "v", 1.0, sound)
    found = cache.get("您好", "v", 1.0)
    assert found is not None
    assert found.samples.tolist() == list(range(10))
    assert found.marks == sound.marks
    assert cache.get("您好", "v", 0.8) is None
    for file in tmp_path.iterdir():
        file.write_bytes(b"junk")
    assert cache.get("您好", "v", 1.0) is None


def test_distance():
    assert distance("查余额", "查一下余额") == 2
    assert distance("", "abc") == 3


@given(st.floats(0.1, 4.0))
def test_a_louder_voice_is_louder_and_never_clipped(gain: float):
    before = (9000 * np.sin(np.arange(4800) / 17)).astype(np.int16)
    after = louder(before, gain)
    assert np.abs(after.astype(int)).max() < 32767
    if gain < 2.5:
        assert rms(after) == pytest.approx(rms(before) * gain, rel=0.01)
    else:
        assert rms(after) > rms(before) * 2
