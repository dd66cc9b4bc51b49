"""Cash in: what the acceptor is asked to do with a customer's notes and what it did.

The order is that of XFS4IoT: start, insert (again and again), then end (the notes become the bank's, and only then is
anything credited) or roll back (the customer takes the very same notes back).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event
from guitai.money import Fen

CashInState = Literal["none", "active", "stored", "returned", "retracted", "unknown"]
Counts = tuple[tuple[int, int], ...]
"""Value of one note in fen, and how many."""


@event("cashin.started")
@dataclass(frozen=True, slots=True)
class CashInStarted:
    """The acceptor is ready: notes inserted from now on belong to this deposit."""

    request_id: str


@event("cashin.counted")
@dataclass(frozen=True, slots=True)
class NotesCounted:
    """One bunch was inserted and counted; the escrow still holds everything for the customer."""

    request_id: str
    counts: Counts
    """Everything in the escrow, not this bunch alone."""

    refused: bool
    """Whether the acceptor pushed notes back which it does not take."""

    @property
    def amount(self) -> Fen:
        """What the escrow holds."""
        return Fen(sum(note * n for note, n in self.counts))


@event("cashin.stored")
@dataclass(frozen=True, slots=True)
class NotesStored:
    """The notes went into the cassettes: they are the bank's now, and have to be credited."""

    request_id: str
    amount: Fen


@event("cashin.returned")
@dataclass(frozen=True, slots=True)
class NotesReturned:
    """The customer's own notes stand at the exit again."""

    request_id: str
    amount: Fen


@event("cashin.taken_back")
@dataclass(frozen=True, slots=True)
class NotesTakenBack:
    """The customer took the returned (or refused) notes."""


@event("cashin.retracted")
@dataclass(frozen=True, slots=True)
class ReturnedRetracted:
    """Returned notes nobody took went into the retract bin: they are still the customer's."""

    request_id: str
    amount: Fen | None
    """None when the machine could not count them."""


@event("cashin.failed")
@dataclass(frozen=True, slots=True)
class CashInFailed:
    """A command failed. `certain` is False when nobody knows where the notes are."""

    request_id: str
    code: str
    certain: bool


@event("cashin.status")
@dataclass(frozen=True, slots=True)
class CashInStatusKnown:
    """The machine's own answer to what became of the cash-in of `deposit_id`; ``none`` if it never heard of it."""

    request_id: str
    status: CashInState
    amount: Fen
    tray: bool = False
    """Whether notes stand in the return tray."""


@event("cash.serials")
@dataclass(frozen=True, slots=True)
class NoteSerials:
    """The serial numbers (冠字号码) of notes that were paid out or stored, where the machine reads them."""

    request_id: str
    way: Literal["out", "in"]
    serials: tuple[str, ...]


@effect("cashin.start")
@dataclass(frozen=True, slots=True)
class StartCashIn:
    """Begin a deposit. Committed; answered by cashin.started."""

    request_id: str
    deposit_id: str


@effect("cashin.insert")
@dataclass(frozen=True, slots=True)
class AcceptNotes:
    """Open the shutter, wait for a bunch of notes, count it. Committed; answered by cashin.counted."""

    request_id: str


@effect("cashin.stop")
@dataclass(frozen=True, slots=True)
class StopAccepting:
    """Wait no longer for notes; `AcceptNotes` is answered all the same."""


@effect("cashin.end")
@dataclass(frozen=True, slots=True)
class EndCashIn:
    """Store what the escrow holds. Committed; answered by cashin.stored."""

    request_id: str
    deposit_id: str


@effect("cashin.roll_back")
@dataclass(frozen=True, slots=True)
class RollBackCashIn:
    """Give the customer's notes back. Committed; answered by cashin.returned."""

    request_id: str


@effect("cashin.retract")
@dataclass(frozen=True, slots=True)
class RetractReturned:
    """Take returned notes nobody took. Committed; answered by cashin.retracted, or cashin.taken_back if they were."""

    request_id: str


@effect("cashin.ask_status")
@dataclass(frozen=True, slots=True)
class AskCashInStatus:
    """Ask the machine what became of the cash-in of `deposit_id` (never repeats anything)."""

    request_id: str
    deposit_id: str
