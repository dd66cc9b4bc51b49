"""What counts as the same words, and clips of any kind."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.speech.audio import RATE_HZ
from edge_models.speech.clips import UTTERANCE_S, load, utterances
from edge_models.speech.scoring import cer, distance, normal
from guitai.errors import GuitaiError


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("转五千", "转5,000"),
        ("尾号三八零二", "尾号3802"),
        ("百分之三点五", "3.5%"),
        ("三万二", "32000"),
        ("我要轉帳。", "我要转账"),
        ("Hello, World", "hello world"),
        ("１２３", "一二三"),
        ("幺三八", "138"),
        ("二〇二四年", "2024年"),
    ],
)
def test_one_written_form(a: str, b: str):
    assert normal(a) == normal(b)


@pytest.mark.parametrize(("a", "b"), [("五千", "五百"), ("两三千", "二十三"), ("三点五", "三十五"), ("007", "7")])
def test_other_numbers_differ(a: str, b: str):
    assert normal(a) != normal(b)


def test_the_rate_counts_edits_over_the_truth():
    assert cer([("查余额", "查鱼额"), ("转账", "转账")]) == pytest.approx(0.2)
    assert cer([("查余额", "")]) == 1.0


@given(st.text(max_size=40))
def test_any_text_has_a_plain_form(text: str):
    assert all(c.isalnum() for c in normal(text))
    assert cer([(text, text)]) == 0.0


@given(st.text(alphabet="甲乙丙", max_size=12), st.text(alphabet="甲乙丙", max_size=12))
def test_distance_is_symmetric_and_bounded(a: str, b: str):
    assert distance(a, b) == distance(b, a)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))


def test_any_rate_and_channels_become_16_khz_mono(tmp_path: Path):
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)).astype("<i2")
    file = tmp_path / "tone.wav"
    with wave.open(str(file), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(44_100)
        out.writeframes(np.repeat(tone, 2).tobytes())
    samples = load(file)
    assert abs(len(samples) - RATE_HZ) < 100
    spectrum = np.abs(np.fft.rfft(samples[:RATE_HZ].astype(np.float64), RATE_HZ))
    assert int(np.argmax(spectrum)) == 440


@pytest.mark.parametrize("content", [b"", b"not a sound", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes):
    file = tmp_path / "bad.wav"
    file.write_bytes(content)
    with pytest.raises(GuitaiError, match=r"unreadable_clip|cannot be read"):
        load(file)


def test_long_clips_are_cut_where_it_is_quiet():
    rng = np.random.default_rng(3)
    sound = (rng.standard_normal(int(40 * RATE_HZ)) * 3000).astype(np.int16)
    sound[18 * RATE_HZ : 19 * RATE_HZ] = 0
    parts = list(utterances(sound))
    assert np.array_equal(np.concatenate(parts), sound)
    assert all(len(part) <= UTTERANCE_S * RATE_HZ for part in parts)
    assert 18 < len(parts[0]) / RATE_HZ < 19
