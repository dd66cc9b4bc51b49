"""Cash: what the dispenser is asked to do and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event
from guitai.money import Fen

PresentState = Literal["not_presented", "presented", "unknown"]


@event("cash.stacked")
@dataclass(frozen=True, slots=True)
class NotesStacked:
    """The notes lie counted on the stacker, still inside."""

    request_id: str
    amount: Fen


@event("cash.presented")
@dataclass(frozen=True, slots=True)
class NotesPresented:
    """The notes stand at the exit."""

    request_id: str
    amount: Fen


@event("cash.taken")
@dataclass(frozen=True, slots=True)
class NotesTaken:
    """The customer removed the notes from the exit position."""

    amount: Fen


@event("cash.retracted")
@dataclass(frozen=True, slots=True)
class NotesRetracted:
    """Notes left at the exit went back into the machine."""

    request_id: str
    amount: Fen | None
    """None when the machine could not count them."""


@event("cash.failed")
@dataclass(frozen=True, slots=True)
class CashFailed:
    """A cash command failed. `certain` is False when nobody knows where the notes are."""

    request_id: str
    code: str
    certain: bool
    presented: Fen = Fen(0)
    """Notes that reached the customer before it failed."""


@event("cash.status")
@dataclass(frozen=True, slots=True)
class PresentStatusKnown:
    """The machine's own answer, after a break, to what became of the last dispense."""

    request_id: str
    status: PresentState
    amount: Fen
    """Value presented (presented) or still inside (not_presented)."""

    taken: bool = False


@effect("cash.dispense")
@dataclass(frozen=True, slots=True)
class Dispense:
    """Count notes onto the stacker, against the host token of `debit_id`. Committed."""

    request_id: str
    amount: Fen
    debit_id: str


@effect("cash.present")
@dataclass(frozen=True, slots=True)
class Present:
    """Move the stacked notes to the exit. Committed."""

    request_id: str
    amount: Fen


@effect("cash.retract")
@dataclass(frozen=True, slots=True)
class Retract:
    """Take notes back from the exit. Committed."""

    request_id: str


@effect("cash.reject")
@dataclass(frozen=True, slots=True)
class Reject:
    """Put stacked notes into the reject bin. Committed; answered by cash.retracted."""

    request_id: str


@effect("cash.ask_status")
@dataclass(frozen=True, slots=True)
class AskPresentStatus:
    """Ask the machine what became of the dispense for `debit_id` (never repeats anything)."""

    request_id: str
    debit_id: str
