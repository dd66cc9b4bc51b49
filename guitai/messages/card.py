"""Card: what the reader did with it and what the session wants done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event


@event("card.inserted")
@dataclass(frozen=True, slots=True)
class CardInserted:
    """A readable card is in the reader. The number itself stays in the daemon: only a token and the tail are events."""

    card_token: str
    """A keyed hash of the number, the same for the same card; the bank knows the card under it."""

    tail: str
    """Last four digits."""


@event("card.unreadable")
@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """A card came in but could not be read; it goes back."""

    code: str


@event("card.offered")
@dataclass(frozen=True, slots=True)
class CardOffered:
    """The card stands in the exit slot; the customer may take it."""

    request_id: str


@event("card.taken")
@dataclass(frozen=True, slots=True)
class CardTaken:
    """The customer took the card."""


@event("card.retained")
@dataclass(frozen=True, slots=True)
class CardRetained:
    """The card went into the retain bin."""

    request_id: str


@event("card.move_failed")
@dataclass(frozen=True, slots=True)
class CardMoveFailed:
    """The reader could not move the card."""

    request_id: str
    code: str


@effect("card.accept")
@dataclass(frozen=True, slots=True)
class AcceptCard:
    """Be ready to take a card in and read it."""


@effect("card.refuse")
@dataclass(frozen=True, slots=True)
class RefuseCard:
    """Stop waiting for a card."""


@effect("card.move")
@dataclass(frozen=True, slots=True)
class MoveCard:
    """Move the card to the customer or to the retain bin. Committed."""

    request_id: str
    to: Literal["exit", "retain"]


@effect("card.retention")
@dataclass(frozen=True, slots=True)
class RecordRetention:
    """The record of a kept card: by its number on the slip the customer asks for it at the counter."""

    case_number: str
    tail: str
    why: Literal["untaken", "issuer"]


@event("pin.keyed")
@dataclass(frozen=True, slots=True)
class PinKeyed:
    """The PIN pad counts this many digits; never which."""

    count: int


@event("pin.checked")
@dataclass(frozen=True, slots=True)
class PinChecked:
    """The bank's answer to the PIN block the pad made."""

    request_id: str
    right: bool
    tries_left: int


@event("pin.abandoned")
@dataclass(frozen=True, slots=True)
class PinAbandoned:
    """Entry was cancelled, timed out or could not be checked."""

    request_id: str
    reason: Literal["cancelled", "timeout", "device", "bank"]


@effect("pin.check")
@dataclass(frozen=True, slots=True)
class CheckPin:
    """Let the customer enter the PIN and have the bank check the block. The block never becomes an event."""

    request_id: str


@event("pin.entered")
@dataclass(frozen=True, slots=True)
class PinEntered:
    """A new PIN was entered; core keeps its encrypted block in memory until the host is told."""

    request_id: str


@effect("pin.enter_new")
@dataclass(frozen=True, slots=True)
class EnterNewPin:
    """Let the customer enter a new PIN, or enter it again. The block never becomes an event."""

    request_id: str
    again: bool = False


@effect("pin.cancel")
@dataclass(frozen=True, slots=True)
class CancelPin:
    """Stop a PIN entry."""
