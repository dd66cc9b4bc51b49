"""Every voice keeps the same promises, whichever the configuration names."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from edge_models.speech import engines
from edge_models.speech.tts import Engine, Language
from guitai.errors import GuitaiError

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]
ENGINES = ("kokoro", "pyttsx3", "wyoming")
NAMES = {"wyoming": "remote"}


@pytest.fixture(scope="module", params=ENGINES)
def name(request: pytest.FixtureRequest) -> str:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    return str(request.param)


def setting(name: str, request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("second_server") if name == "wyoming" else name


@pytest.fixture(scope="module")
def engine(name: str, configured, request: pytest.FixtureRequest) -> Engine:
    return engines.speaker(configured(tts=setting(name, request))).engine


def seconds(engine: Engine, clause: str, language: Language = "zh", speed: float = 1.0) -> float:
    total = 0
    for sound in engine.say(clause, language, speed):
        assert sound.samples.dtype == np.int16
        assert sound.samples.ndim == 1
        total += len(sound.samples)
    return total / engine.rate_hz


def test_it_is_what_was_configured(engine: Engine, name: str):
    assert engine.name == NAMES.get(name, name)
    assert engine.languages() == ("zh", "en")
    assert all(engine.voice(language) for language in engine.languages())
    assert engine.rate_hz >= 16_000


@pytest.mark.parametrize(("clause", "language"), [("请取走您的卡。", "zh"), ("Please take your card.", "en")])
def test_a_clause_is_spoken(engine: Engine, clause: str, language: Language):
    assert 0.6 < seconds(engine, clause, language) < 4.0


def test_it_is_sound_and_not_silence(engine: Engine):
    loudest = max(np.abs(sound.samples.astype(int)).max() for sound in engine.say("请取走您的卡。", "zh", 1.0))
    assert 3_000 < loudest <= 32_768


def test_figures_are_read(engine: Engine):
    written, spoken = seconds(engine, "转账5,000元。"), seconds(engine, "转账五千元。")
    assert written == pytest.approx(spoken, rel=0.05)


def test_slower_is_longer(engine: Engine):
    assert seconds(engine, "请取走您的卡。", speed=0.8) > 1.1 * seconds(engine, "请取走您的卡。")


@pytest.mark.parametrize("clause", ["", "。", "…"])
def test_no_words_are_no_speech(engine: Engine, clause: str):
    assert seconds(engine, clause) < 1.0


def test_a_long_clause_is_bounded(engine: Engine):
    assert 4 < seconds(engine, "请您稍等一下，我帮您接通人工柜员。" * 2) < 30


def test_it_may_be_closed_and_opened_again(engine: Engine, name: str, configured, request):
    again = engines.speaker(configured(tts=setting(name, request))).engine
    assert seconds(again, "好的。") == pytest.approx(seconds(engine, "好的。"), rel=0.1)


def test_a_broken_one_is_refused_or_replaced(name: str, configured, damaged, tmp_path: Path):
    if name == "pyttsx3":
        pytest.skip("it has no model file; what it cannot do is the program's own affair")
    if name == "kokoro":
        assert engines.speaker(configured(damaged("kokoro"), tts=name)).engine.name == "pyttsx3"
        return
    with pytest.raises(GuitaiError, match=r"^speech\.remote_failed"):
        seconds(engines.speaker(configured(tts=f"unix://{tmp_path}/nobody")).engine, "好的。")
