"""Any Wyoming voice by URI."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from edge_models.speech.audio import resample, to_float, to_int16
from edge_models.speech.client import connected
from edge_models.speech.tts import Language, Sound
from edge_models.speech.tts.english import aloud as aloud_in_english
from edge_models.speech.tts.reading import aloud


class RemoteVoice:
    """The engine. Whatever rate the server speaks at, it is heard at 24 kHz here."""

    name = "remote"
    rate_hz = 24_000

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def languages(self) -> tuple[Language, ...]:
        """Return both: what the server cannot speak it answers with an error."""
        return ("zh", "en")

    def voice(self, language: Language) -> str:
        """Return the language as the voice's name."""
        return language

    def interrupt(self) -> None:
        """Pieces are short: nothing to stop."""

    def say(self, clause: str, language: Language, speed: float) -> Iterator[Sound]:
        """Yield the server's pieces. Raises GuitaiError ``speech.remote_failed``."""
        with connected(self._uri) as server:
            text = aloud(clause) if language == "zh" else aloud_in_english(clause)
            server.send("synthesize", text=text, voice={"language": language}, context={"speed": speed})
            for frame in server.frames():
                if frame.type == "audio-chunk":
                    wave = to_float(np.frombuffer(frame.payload, dtype="<i2"))
                    yield Sound(to_int16(resample(wave, int(frame.data.get("rate", self.rate_hz)), self.rate_hz)))
                elif frame.type == "audio-stop":
                    return
