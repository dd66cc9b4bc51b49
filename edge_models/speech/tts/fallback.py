"""The fallback voice: pyttsx3 with espeak-ng, saved to a file and read back. Plain, small, always there."""

from __future__ import annotations

import re
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pypinyin import lazy_pinyin

from edge_models.speech.audio import Samples, to_float, to_int16, trim
from edge_models.speech.tts import Language, Sound
from edge_models.speech.tts.english import aloud as aloud_in_english
from edge_models.speech.tts.phonemes import is_english
from edge_models.speech.tts.reading import aloud
from edge_models.speech.tts.stretch import at_pace
from guitai.errors import GuitaiError

_VOICES: dict[Language, tuple[str, ...]] = {"zh": ("cmn", "zh"), "en": ("en-us", "en")}
_WORDS_PER_MINUTE = 170
_EDGE_S = 0.05
_HAN = re.compile(r"[\u3400-\u9fff]+")


class Espeak:
    """The engine. Raises GuitaiError ``speech.voice_failed`` without espeak-ng."""

    name = "pyttsx3"
    rate_hz = 22_050

    def __init__(self) -> None:
        import pyttsx3

        try:
            self._engine: Any = pyttsx3.init("espeak")
            known = [str(v.id) for v in self._engine.getProperty("voices")]
        except (RuntimeError, OSError, ImportError, ReferenceError) as error:
            raise GuitaiError("speech.voice_failed", engine=self.name, reason=str(error)) from error
        self._voices = {language: _pick(known, wanted) for language, wanted in _VOICES.items()}

    def languages(self) -> tuple[Language, ...]:
        """Return the languages espeak-ng has data for."""
        return tuple(language for language, voice in self._voices.items() if voice)

    def voice(self, language: Language) -> str:
        """Return espeak-ng's name of the voice."""
        return self._voices[language]

    def say(self, clause: str, language: Language, speed: float) -> Iterator[Sound]:
        """Yield the clause's sound in one piece; nothing for a clause without words."""
        if not any(character.isalnum() for character in clause):
            return
        if self._voices["en"] and is_english(clause):
            language = "en"
        self._engine.setProperty("voice", self._voices[language])
        self._engine.setProperty("rate", _WORDS_PER_MINUTE)
        for _ in range(2):  # seen once on a busy machine: an empty file, and all was well the next time
            samples = self._saved(_written(clause, language))
            if samples.size:
                # pyttsx3 2.99 takes another rate without an error and speaks no faster: the pace is changed afterwards.
                yield at_pace(Sound(samples), self.rate_hz, speed)
                return
        raise GuitaiError("speech.voice_failed", engine=self.name, reason="espeak-ng wrote no sound")

    def _saved(self, text: str) -> Samples:
        with tempfile.TemporaryDirectory(prefix="guitai-voice-") as folder:
            file = Path(folder) / "clause.wav"
            self._engine.save_to_file(text, str(file))
            self._engine.runAndWait()
            return self._read(file)

    def interrupt(self) -> None:
        """A clause takes some milliseconds: nothing to stop."""

    def _read(self, file: Path) -> Samples:
        try:
            with wave.open(str(file), "rb") as sound:
                rate = sound.getframerate()
                samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
        except (OSError, EOFError, wave.Error) as error:
            raise GuitaiError("speech.voice_failed", engine=self.name, reason="espeak-ng wrote no sound") from error
        assert rate == self.rate_hz
        return to_int16(trim(to_float(samples), rate, _EDGE_S, 0.2))


def _written(clause: str, language: Language) -> str:
    """Return what espeak-ng reads right; its English voice has no Han characters, so names are written in pinyin."""
    if language == "zh":
        return aloud(clause)
    return _HAN.sub(lambda m: f" {' '.join(lazy_pinyin(m[0]))} ", aloud_in_english(clause))


def _pick(known: list[str], wanted: tuple[str, ...]) -> str:
    for prefix in wanted:
        for voice in known:
            if voice.split("/")[-1].lower().startswith(prefix):
                return voice
    return ""
