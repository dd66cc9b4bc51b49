"""Manner: how the kiosk speaks to somebody who seems worried. Never what it decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect

Modality = Literal["words", "voice", "touch", "face"]


@dataclass(frozen=True, slots=True)
class Share:
    """What one modality brings to the anxiety index."""

    modality: Modality
    level: int
    """Its own smoothed level, per 10,000."""

    weight: int
    """Its weight per 10,000, of those modalities that were observed at all."""

    contribution: int
    """Its part of the index, per 10,000; the parts sum to the index exactly."""


@dataclass(frozen=True, slots=True)
class Mood:
    """The anxiety index after one utterance, or when the manner changed."""

    at_ms: int
    emotion: str
    """By the words: one of the eight emotions of the language step."""

    anxiety: int
    """The index per 10,000."""

    shares: tuple[Share, ...]
    """Observed modalities only; one that is missing says nothing."""


@effect("manner.changed")
@dataclass(frozen=True, slots=True)
class RecordManner:
    """Record that the kiosk speaks gently from now on, or no longer; nothing else happens."""

    gentle: bool
    mood: Mood
