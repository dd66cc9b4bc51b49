"""What the mouth does when: the marks of a sound follow each other from its first sample to its last."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge_models.speech.tts import PAUSE, Mark
from edge_models.speech.tts.kokoro import FRAME, Kokoro
from edge_models.speech.tts.marks import MIN_PAUSE_S, marks, shifted

RATE_HZ = 24_000
LETTERS = st.sampled_from(["a", "n", "ʂ", "→", "ˈ", " ", ",", ".", ""])
SILENT_FLOOR = 0.011
"""A little above the floor a pause is found by, and the samples are rounded to int16 after it was."""


def sound(*stretches: tuple[float, float]) -> np.ndarray:
    """Stretches of (seconds, loudness)."""
    return np.concatenate([np.full(int(s * RATE_HZ), loud, np.float32) for s, loud in stretches])


def test_tones_belong_to_their_vowel_and_silence_to_nobody():
    wave = sound((0.2, 0), (0.4, 0.5), (0.3, 0), (0.2, 0.5), (0.1, 0))
    found = marks(["", "m", "a", "↘", ",", "ˈ", "o", "."], [0.2, 0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1], wave, RATE_HZ)
    assert found == (
        Mark(PAUSE, 0.0, 0.2),
        Mark("m", 0.2, 0.3),
        Mark("a", 0.3, 0.6),
        Mark(PAUSE, 0.6, 0.9),
        Mark("o", 0.9, 1.1),
        Mark(PAUSE, 1.1, 1.2),
    )


def test_a_stop_consonant_is_no_pause():
    wave = sound((0.2, 0.5), (0.06, 0), (0.2, 0.5))
    assert [mark.phoneme for mark in marks(["a", "k", "a"], [0.2, 0.1, 0.16], wave, RATE_HZ)] == ["a", "k", "a"]


@example([("a", 14), ("a", 20), ("a", 1)], [(1, False), (4, False), (40, False), (40, False), (1, True)])
@given(
    st.lists(st.tuples(LETTERS, st.integers(1, 20)), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=8),
)
def test_marks_cover_any_sound(symbols, stretches):
    wave = sound(*((ticks / 100, 0.5 * loud) for ticks, loud in stretches))
    found = marks([s for s, _ in symbols], [n * 0.025 for _, n in symbols], wave, RATE_HZ)
    assert found[0].start_s == 0
    assert found[-1].end_s == pytest.approx(len(wave) / RATE_HZ, abs=1e-3)
    assert all(a.end_s == b.start_s for a, b in pairwise(found))
    assert all(mark.end_s > mark.start_s for mark in found)


def test_a_later_clause_is_marked_later():
    assert shifted([Mark("a", 0.1, 0.2)], 1.5) == (Mark("a", 1.6, 1.7),)


@pytest.mark.models
@pytest.mark.parametrize(("text", "language"), [("请您稍等，我帮您接通。", "zh"), ("Please take your card.", "en")])
def test_kokoro_tells_its_phonemes(kokoro: Kokoro, text: str, language):
    (spoken,) = kokoro.say(text, language, 1.0)
    assert sum(m.end_s - m.start_s for m in spoken.marks) == pytest.approx(len(spoken.samples) / RATE_HZ, abs=1e-3)
    assert all(a.end_s == b.start_s for a, b in pairwise(spoken.marks))
    assert spoken.marks[-1].phoneme == PAUSE
    assert len({m.phoneme for m in spoken.marks}) > 8
    loudest = np.abs(spoken.samples.astype(int)).max()
    for mark in spoken.marks:
        here = np.abs(spoken.samples[round(mark.start_s * RATE_HZ) : round(mark.end_s * RATE_HZ)].astype(int))
        if mark.phoneme == PAUSE:
            assert here.max() <= SILENT_FLOOR * loudest
        elif mark.end_s - mark.start_s > MIN_PAUSE_S:
            assert here.max() > SILENT_FLOOR * loudest


@pytest.mark.models
def test_the_models_lengths_add_up_to_its_sound(kokoro: Kokoro):
    symbols = list(kokoro._phonemes("请取走您的卡。", "zh"))
    wave, lengths = kokoro._run(symbols, kokoro.styles[kokoro.names["zh"]], 1.0)
    assert lengths.shape == (len(symbols) + 2,)
    assert lengths.sum() * FRAME == len(wave)


@pytest.mark.models
def test_no_voice_loses_its_last_syllable(kokoro: Kokoro, models_dir: Path):
    # With the lengths of the closing silence capped this one ended at 开, after 1.35 s.
    slow = kokoro.with_voice(models_dir / "kokoro-voices" / "zm_yunyang.bin")
    (spoken,) = slow.say("国庆那几天你们开门吗", "zh", 0.9)
    assert len(spoken.samples) / RATE_HZ > 1.6
