"""Every recogniser keeps the same promises, whichever the configuration names."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from edge_models.speech import engines
from edge_models.speech.asr import Recogniser, Transcript
from edge_models.speech.audio import RATE_HZ, Samples, resample, to_float, to_int16
from edge_models.speech.customer import Customer
from guitai.errors import GuitaiError

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]
ENGINES = ("whisper", pytest.param("vosk", marks=pytest.mark.espeak), "wyoming")
LONGEST_WORDS = 600
"""Characters; more than anybody says in half a minute."""


@pytest.fixture(scope="module", params=ENGINES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def setting(name: str, request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("second_server") if name == "wyoming" else name


@pytest.fixture(scope="module")
def engine(name: str, configured, request: pytest.FixtureRequest) -> Recogniser:
    return engines.recogniser(configured(asr=setting(name, request)))


@pytest.fixture(scope="module")
def spoken(name: str, models: Path, state: Path) -> tuple[Samples, str]:
    """A sentence in the model's language, and words of it."""
    if name != "vosk":
        return Customer(models, state).say("我想转账五千块", "zf_xiaoxiao").samples, "转账"
    file = state / "korean.wav"
    subprocess.run(["espeak-ng", "-v", "ko", "-s", "130", "-w", str(file), "감사합니다"], check=True)
    with wave.open(str(file), "rb") as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        return to_int16(resample(to_float(samples), sound.getframerate(), RATE_HZ)), "니다"


def test_it_is_what_was_configured(engine: Recogniser, name: str):
    assert engine.name == ("remote" if name == "wyoming" else name)


def test_words_are_heard(engine: Recogniser, spoken: tuple[Samples, str]):
    found = engine.transcribe(spoken[0], "free")
    assert isinstance(found, Transcript)
    assert spoken[1] in found.text.replace(" ", "")
    assert 0 < found.confidence <= 1
    assert found.language in ("zh", "en")


@pytest.mark.parametrize("samples", [1, 160, RATE_HZ, 3 * RATE_HZ])
def test_silence_has_no_words(engine: Recogniser, samples: int):
    assert engine.transcribe(np.zeros(samples, np.int16), "free").text == ""


def test_no_sound_at_all_has_no_words(engine: Recogniser):
    assert heard_or_refused(engine, np.zeros(0, np.int16)) == ""


def test_noise_has_no_words(engine: Recogniser):
    noise = np.random.default_rng(5).normal(0, 200, 2 * RATE_HZ).astype(np.int16)
    found = engine.transcribe(noise, "free")
    assert found.text == ""
    assert found.confidence == 0


def test_long_sound_is_bounded(engine: Recogniser, spoken: tuple[Samples, str]):
    pause = np.zeros(27 * RATE_HZ, np.int16)
    assert len(heard_or_refused(engine, np.concatenate([spoken[0], pause, spoken[0]]))) < LONGEST_WORDS


def test_it_may_be_closed_and_opened_again(engine: Recogniser, name: str, configured, spoken, request):
    again = engines.recogniser(configured(asr=setting(name, request)))
    assert again.transcribe(spoken[0], "free").text == engine.transcribe(spoken[0], "free").text


def test_a_broken_one_is_refused(name: str, configured, damaged, tmp_path: Path):
    if name == "whisper":
        config = configured(damaged("whisper-base"), asr=name)
    elif name == "vosk":
        config = configured(tmp_path, asr=name)
    else:
        config = configured(asr=f"unix://{tmp_path}/nobody")
    with pytest.raises(GuitaiError, match=r"^(models|speech)\."):
        engines.recogniser(config).transcribe(np.zeros(RATE_HZ, np.int16), "free")


def heard_or_refused(engine: Recogniser, samples: Samples) -> str:
    """A server may refuse what is too short or too long; it says so with an error of ours."""
    try:
        return engine.transcribe(samples, "free").text
    except GuitaiError as error:
        assert error.code == "speech.remote_failed"  # noqa: PT017
        return ""
