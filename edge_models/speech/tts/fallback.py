"""The fallback voice: pyttsx3 with espeak-ng, saved to a file and read back. Plain, small, always there."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from edge_models.speech.audio import to_float, to_int16, trim
from edge_models.speech.tts import Language, Sound
from edge_models.speech.tts.reading import aloud
from guitai.errors import GuitaiError

_VOICES: dict[Language, tuple[str, ...]] = {"zh": ("cmn", "zh"), "en": ("en-us", "en")}
_WORDS_PER_MINUTE = 170
_EDGE_S = 0.05


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
        """Yield the clause's sound in one piece."""
        self._engine.setProperty("voice", self._voices[language])
        self._engine.setProperty("rate", int(_WORDS_PER_MINUTE * speed))
        with tempfile.TemporaryDirectory(prefix="guitai-voice-") as folder:
            file = Path(folder) / "clause.wav"
            self._engine.save_to_file(aloud(clause) if language == "zh" else clause, str(file))
            self._engine.runAndWait()
            yield Sound(self._read(file))

    def interrupt(self) -> None:
        """A clause takes some milliseconds: nothing to stop."""

    def _read(self, file: Path) -> Any:
        try:
            with wave.open(str(file), "rb") as sound:
                rate = sound.getframerate()
                samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
        except (OSError, EOFError, wave.Error) as error:
            raise GuitaiError("speech.voice_failed", engine=self.name, reason="espeak-ng wrote no sound") from error
        assert rate == self.rate_hz
        return to_int16(trim(to_float(samples), rate, _EDGE_S, 0.2))


def _pick(known: list[str], wanted: tuple[str, ...]) -> str:
    for prefix in wanted:
        for voice in known:
            if voice.split("/")[-1].lower().startswith(prefix):
                return voice
    return ""
