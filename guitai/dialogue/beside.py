"""What goes on beside a session's errand: a recording, a human, a question, an answer that waits for other words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.handover import Why
from guitai.messages.voice import IntentGuess


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound and pictures of an offer and of the consent to it."""

    recording_id: str
    kind: str
    """Of the errand's flow."""

    place: Literal["starting", "running", "ending", "kept"] = "starting"
    read: bool = False
    """The offer was read aloud to its end."""

    readings: int = 0
    """How often it was read anew."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A human was asked for, or takes part."""

    escalation_id: str
    why: Why
    teller_id: str = ""
    teller_name: str = ""
    silent: bool = False
    """Somebody may be forcing the customer: the kiosk shows nothing of it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the customer asked last, masked, and the answer or the errand it led to."""

    text: str
    intents: tuple[IntentGuess, ...]
    answer_id: str = ""
    errand: str = ""
    language: Literal["zh", "en"] = "zh"
    fresh: bool = True
    """Nothing was said since."""


@dataclass(frozen=True, slots=True)
class Unphrased:
    """A reviewed answer while other words for it are asked for."""

    request_id: str
    lead: str
    more: str
    spoken: str
    """What was being said when it was asked for."""
