"""What leaves the recogniser's room: no PIN, and nothing made of a cough."""

from __future__ import annotations

import numpy as np
import pytest

from edge_models.speech.asr import Transcript
from edge_models.speech.audio import RATE_HZ, Samples, to_int16
from edge_models.speech.customer import room_noise
from edge_models.speech.listen import Meaning, finished, repaired, said
from edge_models.speech.prosody import Usual
from guitai.messages.spoken_secrets import REDACTED
from guitai.messages.voice import CustomerSaid, IntentGuess, ListenMode, SpeechUnclear, Understanding

SILENCE = np.zeros(RATE_HZ, np.int16)


class Saying:
    """A recogniser that always hears the same."""

    name = "saying"

    def __init__(self, text: str, confidence: float = 0.9) -> None:
        self._heard = Transcript(text, confidence)

    def transcribe(self, utterance: Samples, mode: ListenMode) -> Transcript:
        return self._heard


@pytest.mark.parametrize("mode", ["free", "yes_no", "digits", "name", "amount"])
@pytest.mark.parametrize("text", ["我的密码是一二三四五六。", "密码,1 2 3 4 5 6", "三八二七六一是我的密码"])
def test_a_spoken_pin_leaves_in_no_mode(mode: ListenMode, text: str):
    found = repaired(Saying(text), SILENCE, mode)
    assert REDACTED in found.text
    assert not any(char in found.text for char in "一二三四五六七八123456")


def test_confidence_and_language_are_passed_on():
    found = repaired(Saying("查余额", 0.61), SILENCE)
    assert (found.confidence, found.language) == (0.61, "zh")


def test_uncertain_words_ask_again():
    assert said(Meaning(Transcript("查余额", 0.3), None), 0, Usual()) == SpeechUnclear("low_confidence")
    assert said(Meaning(Transcript("", 0.0), None), 0, Usual()) == SpeechUnclear("empty")


def test_certain_words_carry_their_confidence():
    meaning = Understanding((IntentGuess("query_balance", 0.99),))
    event = said(Meaning(Transcript("查余额", 0.8), meaning), 5, Usual())
    assert isinstance(event, CustomerSaid)
    assert event.confidence == 0.8


def test_uncertain_words_do_not_end_an_utterance_sooner():
    meaning = Understanding((IntentGuess("query_balance", 0.99),))
    sure, unsure = (finished(Meaning(Transcript("查余额", c), meaning), "free") for c in (0.9, 0.46))
    assert sure is not None
    assert unsure is not None
    assert unsure < sure
    assert finished(Meaning(Transcript("查余额", 0.3), None), "free") is None


@pytest.mark.models
def test_no_words_out_of_a_cough(whisper):
    rng = np.random.default_rng(4)
    burst = rng.standard_normal(int(0.25 * RATE_HZ)) * np.exp(-np.arange(int(0.25 * RATE_HZ)) / 1200) * 0.4
    wave = room_noise(2 * RATE_HZ, -55.0)
    for at in (4000, 9000):
        wave[at : at + len(burst)] += burst.astype(np.float32)
    assert repaired(whisper, to_int16(wave)).text == ""
