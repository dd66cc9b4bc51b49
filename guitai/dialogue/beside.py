"""What goes on beside a session's errand: a recording, a human, a question, an answer that waits for other words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.handover import Why
from guitai.messages.takeover import Page, Shown
from guitai.messages.voice import IntentGuess
from guitai.money import Fen


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
class Receipt:
    """What proves an errand, at its end: on paper, as a code for the phone, or not wanted."""

    title: str
    lines: tuple[str, ...]
    chosen: Literal["", "paper", "phone", "none"] = ""
    reference: str = ""
    """Under which a phone finds it, once that was asked for."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A human was asked for, or takes part."""

    escalation_id: str
    why: Why
    teller_id: str = ""
    """Who holds the lease; empty: nobody yet."""

    teller_name: str = ""
    silent: bool = False
    """Somebody may be forcing the customer: the kiosk shows nothing of it."""

    position: int = 0
    """In the queue, 1 is next; 0: headquarters has not told."""

    wait_s: int = 0
    limit_fen: Fen = Fen(0)
    lease_until_ms: int = 0
    """Wall time at which the lease ends, whatever happens."""

    lost: bool = False
    """No beat of the teller's console for a while: nothing is taken from them until it beats again."""

    video: Literal["asked", "agreed", "refused"] = "asked"
    """Whether the customer wants sound and pictures; refused: the teller types, the machine speaks, until they want it after all."""

    picture: bool = False
    """Whether the teller's picture arrives."""

    listener_id: str = ""
    listener_name: str = ""
    page: Page | None = None
    """What the teller has put before the customer."""

    sheet: int = 0
    """Which part of a long page is open."""

    filled: tuple[tuple[str, str], ...] = ()
    """Fields of the form that have a value."""

    wants: Literal["", "signature", "recording", "id_card"] = ""
    """What the customer is asked for by the teller."""

    papers: tuple[tuple[Shown, str], ...] = ()
    """What was laid down while a teller was there, with the reference of its picture: the latest of each kind."""

    recorded: bool = False
    """Whether the customer agreed to be recorded."""

    recording_id: str = ""
    """The recording that runs."""

    used: tuple[str, ...] = ()
    """Approvals that were taken: each counts once."""

    decided: bool = False
    releasing: bool = False
    """What is held is to be released: the customer's finger comes first."""


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
