"""Kokoro and the fallback voice speak, and one takes over from the other."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from edge_models.speech import engines
from edge_models.speech.tts.fallback import Espeak
from edge_models.speech.tts.kokoro import Kokoro
from guitai.config import Config, Speech
from guitai.errors import GuitaiError


def seconds(engine, text: str, language: str = "zh") -> float:
    return sum(len(sound.samples) for sound in engine.say(text, language, 1.0)) / engine.rate_hz


def phonemes(engine, text: str, language: str = "zh") -> list[str]:
    return [m.phoneme for sound in engine.say(text, language, 1.0) for m in sound.marks if m.phoneme]


@pytest.mark.models
def test_kokoro_speaks_both_languages(kokoro: Kokoro):
    assert kokoro.languages() == ("zh", "en")
    assert 0.5 < seconds(kokoro, "您好，ATM 在右边。") < 4.0
    if shutil.which("espeak-ng"):
        assert 0.4 < seconds(kokoro, "Please take your card.", "en") < 4.0


@pytest.mark.models
def test_slower_is_longer(kokoro: Kokoro):
    slow, normal = (sum(len(s.samples) for s in kokoro.say("请取走您的卡。", "zh", speed)) for speed in (0.8, 1.0))
    assert slow > normal * 1.1


@pytest.mark.models
@pytest.mark.parametrize(
    ("mixed", "without"), [("转账给Tom。", "转账给。"), ("请到ATM取款。", "请到取款。"), ("请插入U盾。", "请插入盾。")]
)
def test_english_words_in_mandarin_are_spoken(kokoro: Kokoro, mixed: str, without: str):
    assert len(phonemes(kokoro, mixed)) > len(phonemes(kokoro, without))


@pytest.mark.models
@pytest.mark.espeak
def test_a_han_name_in_english_is_spoken(kokoro: Kokoro):
    assert set("ꭧwei") <= set(phonemes(kokoro, "5,000 yuan to 张伟.", "en"))
    assert phonemes(kokoro, "Please take your card.") == phonemes(kokoro, "Please take your card.", "en")


@pytest.mark.models
def test_a_language_without_a_voice_is_refused(kokoro: Kokoro, models_dir):
    only_mandarin = kokoro.with_voice(models_dir / "kokoro-voices" / "zm_yunxi.bin")
    with pytest.raises(GuitaiError, match=r"speech\.unknown_voice"):
        list(only_mandarin.say("Hello.", "en", 1.0))
    assert only_mandarin.languages() == ("zh",)


@pytest.mark.models
def test_an_interrupted_clause_ends_there(kokoro: Kokoro):
    with ThreadPoolExecutor(1) as worker:
        spoken = worker.submit(
            lambda: list(kokoro.say("请您稍等一下，我马上帮您接通人工柜员来看一看。" * 3, "zh", 1.0))
        )
        while kokoro._run_options is None and not spoken.done():
            pass
        kokoro.interrupt()
        with pytest.raises(GuitaiError, match=r"speech\.interrupted"):
            spoken.result()


@pytest.mark.models
def test_an_unknown_voice_falls_back_or_is_named(config: Config):
    wrong = config.model_copy(update={"speech": Speech(voice_zh="zf_nobody")})
    if shutil.which("espeak-ng"):
        assert engines.speaker(wrong).engine.name == "pyttsx3"
    else:
        with pytest.raises(GuitaiError, match=r"speech\.unknown_voice"):
            engines.speaker(wrong)


@pytest.mark.espeak
def test_missing_models_fall_back(config: Config, tmp_path):
    empty = config.model_copy(update={"paths": config.paths.model_copy(update={"models": tmp_path})})
    assert engines.speaker(empty).engine.name == "pyttsx3"


@pytest.mark.espeak
def test_the_fallback_speaks(tmp_path):
    engine = Espeak()
    (sound,) = engine.say("请取走您的卡。", "zh", 1.0)
    assert sound.samples.dtype == np.int16
    assert 0.5 < len(sound.samples) / engine.rate_hz < 4.0
    (slow,) = engine.say("请取走您的卡。", "zh", 0.8)
    assert len(slow.samples) > len(sound.samples) * 1.2
    assert 0.5 < seconds(engine, "5,000 yuan to 张伟.", "en") < 4.0


def test_an_unknown_engine_is_refused(config: Config):
    with pytest.raises(GuitaiError, match=r"speech\.unknown_engine"):
        engines.recogniser(config.model_copy(update={"speech": Speech(asr="ears")}))
    with pytest.raises(GuitaiError, match=r"speech\.unknown_engine"):
        engines.speaker(config.model_copy(update={"speech": Speech(tts="mouth")}))
