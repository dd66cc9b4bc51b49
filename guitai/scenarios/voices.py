"""Customers who speak: a Kokoro voice says the script's words, the real recogniser hears them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from edge_models.speech import engines
from edge_models.speech.audio import RATE_HZ
from edge_models.speech.clips import load
from edge_models.speech.endpoint import PAUSE_FRAMES, needed_s
from edge_models.speech.listen import Recognition, finished, said
from edge_models.speech.prosody import Usual
from edge_models.speech.tts.phonemes import is_english
from edge_models.speech.vad import FRAME_S
from edge_models.speech.words import load_dictionary
from guitai.config import Config
from guitai.demo.voices import Line, prepare
from guitai.messages.voice import CustomerSaid, ListenMode, SpeechUnclear, Understanding
from guitai.scenarios.model import Scenario

VOICES = ("zm_yunxi", "zf_xiaoxiao", "zm_yunyang", "zf_xiaobei")
ENGLISH = "af_heart"
"""Says sentences without a Chinese character."""

AGAIN_SPEED = 0.85
"""Who was not understood says it again, slower."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the recogniser made of an utterance."""

    event: CustomerSaid | SpeechUnclear
    text: str
    """The recogniser's words, also those it was too unsure of."""

    after_speech_s: float
    """From the end of speech until the words are known: the pause that ends it, and the recogniser."""


class Voices:
    """Keeps every spoken line as a WAV file under the state folder: it is made once."""

    def __init__(self, config: Config, understand: Callable[[str], Understanding]) -> None:
        self._config = config
        self._folder = config.paths.state / "voices"
        load_dictionary(config.paths.state / "jieba")
        self._recognition = Recognition(engines.recogniser(config), understand)

    def rehearse(self, scenarios: Iterable[Scenario]) -> None:
        """Make the sound of every line a script has."""
        self._prepare(lines_of(scenarios))
        self._recognition.hear(np.zeros(RATE_HZ, np.int16), "free")  # the first run is slower than all others

    def hear(self, who: str, text: str, mode: ListenMode, *, again: bool = False) -> Heard:
        """Return what is understood when a customer says it, or says it again."""
        line = line_of(who, text, AGAIN_SPEED if again else 1.0)
        self._prepare((line,))
        utterance = load(line.file(self._folder))
        began_s, spent_s = time.perf_counter(), time.process_time()
        found = self._recognition.hear(utterance, mode)
        # On a machine that does much else besides, the clock counts others' work; threads count twice otherwise.
        took_s = min(time.perf_counter() - began_s, time.process_time() - spent_s)
        # The recogniser works in the first short pause while the rest of the pause is still waited for.
        after_s = max(PAUSE_FRAMES * FRAME_S + took_s, needed_s(mode, finished(found, mode)))
        return Heard(said(found, time.monotonic_ns(), Usual()), found.transcript.text, after_s)

    def _prepare(self, lines: tuple[Line, ...]) -> None:
        prepare(lines, self._folder, self._config.paths.models, self._config.paths.state)


_NUMBER = re.compile(r"(?<![转取存还付买\d])\d{5,}(?!\d|\s*(?:[十百千万亿点块元圆年月号岁次天位个%.,]|yuan))")
"""Many digits that are no sum: a PIN, a card, a telephone."""

_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def lines_of(scenarios: Iterable[Scenario]) -> tuple[Line, ...]:
    """Return every line that customers speak in these scripts, said for the first time."""
    return tuple(
        line_of(scenario.id, turn.text)
        for scenario in scenarios
        for turn in scenario.turns
        if turn.do == "say" and turn.actor != "teller" and turn.text
    )


def line_of(who: str, text: str, speed: float = 1.0) -> Line:
    """Return a customer's line; one customer has one voice, and says a PIN or a telephone digit by digit."""
    if is_english(text):
        return Line(_NUMBER.sub(lambda number: " ".join(number[0]), text), ENGLISH, speed)
    text = _NUMBER.sub(lambda number: number[0].translate(_DIGITS), text)
    return Line(text, VOICES[sum(map(ord, who)) % len(VOICES)], speed)
