"""Recognisers behind one interface, chosen by configuration and by what is provisioned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from edge_models.speech.audio import Samples
from guitai.messages.voice import ListenMode


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, as far as the engine can tell."""

    text: str
    """Empty when there were no words."""

    confidence: float
    """In [0, 1]; how it is made is the engine's own affair, its calibration is not promised."""

    language: Literal["zh", "en"] = "zh"


class Recogniser(Protocol):
    """One way to hear. Not thread safe: one thread at a time calls it."""

    name: str

    def transcribe(self, utterance: Samples, mode: ListenMode) -> Transcript:
        """Return the words of 16 kHz mono samples. Raises GuitaiError ``speech.*``."""
        ...


class Stream(Protocol):
    """Words while they are spoken."""

    def feed(self, samples: Samples) -> str:
        """Take more samples, return the words so far."""
        ...


class Streaming(Recogniser, Protocol):
    """A recogniser that also knows the words before the sentence ends."""

    def stream(self, mode: ListenMode) -> Stream:
        """Begin an utterance."""
        ...
