"""Pitch of known sounds, pace of known words, and differences that name nobody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_models.speech.audio import RATE_HZ, Floats
from edge_models.speech.prosody import USUAL_UTTERANCES, Usual, measure
from guitai.messages.codec import event_from, to_data
from guitai.messages.voice import CustomerSaid, IntentGuess, Prosody, Understanding

WORDS = "我想查一下余额"


def voice(hz: float, seconds: float = 2.0, level: float = 0.2) -> Floats:
    """Return a buzz with the harmonics of a voice."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    wave = sum(np.sin(2 * np.pi * hz * n * at) / n for n in range(1, 9))
    return (level * np.asarray(wave) / 2).astype(np.float32)


@settings(max_examples=25, deadline=None)
@given(st.floats(85, 380))
def test_pitch_is_right_within_a_quarter_tone(hz: float) -> None:
    found = measure(voice(hz), WORDS)
    assert found is not None
    assert abs(1200 * np.log2(found.pitch_hz / hz)) < 50
    assert found.spread_cents < 50
    assert found.jitter < 0.01


@pytest.mark.parametrize("sound", [np.zeros(RATE_HZ), np.zeros(0), np.zeros(100), voice(150, 0.2)])
def test_too_little_voice_says_nothing(sound: Floats) -> None:
    assert measure(sound.astype(np.float32), WORDS) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1, 1, width=32), max_size=40), st.integers(0, 900), st.floats(0, 1), st.text(max_size=12))
def test_any_sound_is_measured_or_left(cycle: list[float], repeats: int, level: float, text: str) -> None:
    found = measure(np.tile(np.array(cycle, dtype=np.float32), repeats) * np.float32(level), text)
    if found is not None:
        usual = Usual()
        usual.compare(found)
        again = usual.compare(found)
        assert (again.pitch_cents, again.spread_cents, again.level_cb, again.jitter_permille) == (0, 0, 0, 0)
        assert 0 <= again.pause_percent <= 100


def test_noise_has_no_pitch() -> None:
    noise = np.random.default_rng(1).standard_normal(2 * RATE_HZ).astype(np.float32) * 0.1
    assert measure(noise, WORDS) is None


def test_pace_leaves_the_pauses_out() -> None:
    rest = np.zeros(RATE_HZ, dtype=np.float32)
    plain = measure(voice(150), WORDS)
    paused = measure(np.concatenate([voice(150, 1.0), rest, voice(150, 1.0)]), WORDS)
    assert plain is not None
    assert paused is not None
    assert plain.syllables_per_s == pytest.approx(7 / 2, rel=0.1)
    assert paused.syllables_per_s == pytest.approx(plain.syllables_per_s, rel=0.1)
    assert plain.pause_share == 0
    assert paused.pause_share == pytest.approx(1 / 3, abs=0.05)


def test_the_first_utterances_are_the_measure() -> None:
    usual, calm = Usual(), measure(voice(120), WORDS)
    assert calm is not None
    seen = [usual.compare(calm).known for _ in range(5)]
    assert seen == [0, 1, 2, USUAL_UTTERANCES, USUAL_UTTERANCES]
    raised = measure(voice(120 * 2 ** (4 / 12), 1.0, 0.4), WORDS)
    assert raised is not None
    now = usual.compare(raised)
    assert now.pitch_cents == pytest.approx(400, abs=20)
    assert now.level_cb == pytest.approx(60, abs=5)
    assert now.rate_percent == pytest.approx(200, abs=15)
    usual.forget()
    assert usual.compare(raised) == Prosody(known=0, pause_percent=now.pause_percent)


def test_an_old_recording_has_no_prosody_and_a_new_one_round_trips() -> None:
    said = CustomerSaid(WORDS, 0.9, Understanding((IntentGuess("query_balance", 0.9),)), prosody=Prosody(2, 310))
    data = to_data(said)
    assert event_from(data) == said
    del data["prosody"]
    assert event_from(data).prosody is None
