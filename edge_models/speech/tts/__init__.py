"""Voices: engines that turn a clause into sound, and what stands between a reply's text and them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from edge_models.speech.audio import Samples

Language = Literal["zh", "en"]


PAUSE = ""
"""The phoneme of a shut mouth."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One phoneme and its time, counted from the sound's first sample (the digital teller's mouth)."""

    phoneme: str
    """As the engine writes it (Kokoro: misaki's IPA without tones), or PAUSE."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Sound:
    """A spoken clause."""

    samples: Samples
    """int16, mono, at the engine's rate."""

    marks: tuple[Mark, ...] = ()
    """Without gaps from the first sample to the last; empty where the engine knows no times (pyttsx3, a remote voice)."""


class Engine(Protocol):
    """One way to speak. Not thread safe: one thread at a time calls it."""

    name: str
    rate_hz: int

    def languages(self) -> tuple[Language, ...]:
        """Return the languages it can speak now."""
        ...

    def voice(self, language: Language) -> str:
        """Return the name of the voice it uses for a language."""
        ...

    def interrupt(self) -> None:
        """Make a running `say` end soon with ``speech.interrupted``; may be called from any thread."""
        ...

    def say(self, clause: str, language: Language, speed: float) -> Iterator[Sound]:
        """Yield the clause's sound, whole or piece by piece. Raises GuitaiError ``speech.voice_failed``, ``speech.interrupted``."""
        ...
