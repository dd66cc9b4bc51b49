"""A model acceptor: where the notes of a deposit are, by its own counts, and what the port would say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from guitai.messages import cash_in
from guitai.messages.cash_in import CashInFailed, CashInStatusKnown
from guitai.money import Fen, yuan

BUNCH = yuan(500)


@dataclass
class Acceptor:
    """One deposit at a time."""

    deposit: str = ""
    status: Any = "none"
    escrow: Fen = Fen(0)
    exit: Fen = Fen(0)
    retracted: Fen = Fen(0)
    stored: dict[str, Fen] = field(default_factory=dict)
    bunches: int = 1
    """How many bunches the customer still has."""

    stopped: bool = False
    forged: bool = False
    """Whether the next bunch has notes the machine does not take."""

    tray: bool = False
    """Whether refused notes stand in the return tray."""

    kept: int = 0

    def do(self, effect: Any) -> Any:
        match effect:
            case cash_in.StartCashIn(request_id, deposit_id):
                if self.escrow or self.exit:
                    return CashInFailed(request_id, "device.items_left", certain=True)
                self.deposit, self.status = deposit_id, "active"
                return cash_in.CashInStarted(request_id)
            case cash_in.AcceptNotes(request_id):
                if self.status != "active":
                    return CashInFailed(request_id, "device.no_cash_in", certain=True)
                refused = False
                if self.bunches and not self.stopped:
                    self.bunches -= 1
                    self.escrow = Fen(self.escrow + BUNCH)
                    refused, self.forged = self.forged, False
                    self.tray = self.tray or refused
                self.stopped = False
                counts = ((100_00, self.escrow // 100_00),) if self.escrow else ()
                return cash_in.NotesCounted(request_id, counts, refused)
            case cash_in.EndCashIn(request_id, deposit_id):
                if self.status != "active":
                    return CashInFailed(request_id, "device.no_cash_in", certain=True)
                amount, self.escrow, self.status = self.escrow, Fen(0), "stored"
                self.stored[deposit_id] = amount
                return cash_in.NotesStored(request_id, amount)
            case cash_in.RollBackCashIn(request_id):
                if self.status != "active":
                    return CashInFailed(request_id, "device.no_cash_in", certain=True)
                self.exit, self.escrow, self.status = self.escrow, Fen(0), "returned"
                return cash_in.NotesReturned(request_id, self.exit)
            case cash_in.RetractReturned(request_id):
                if self.tray and not self.exit:
                    self.tray, self.kept = False, self.kept + 1
                    return cash_in.ReturnedRetracted(request_id, None)
                if not self.exit:
                    return cash_in.NotesTakenBack()
                self.kept, self.tray = self.kept + self.tray, False
                amount, self.exit, self.status = self.exit, Fen(0), "retracted"
                self.retracted = Fen(self.retracted + amount)
                return cash_in.ReturnedRetracted(request_id, amount)
            case cash_in.AskCashInStatus(request_id, deposit_id):
                return self.known(request_id, deposit_id)
        raise AssertionError(effect)

    def known(self, request_id: str, deposit_id: str) -> CashInStatusKnown:
        if deposit_id != self.deposit:
            return CashInStatusKnown(request_id, "none", Fen(0))
        amounts = {
            "active": self.escrow, "stored": self.stored.get(deposit_id, Fen(0)), "returned": self.exit,
            "retracted": self.retracted,
        }  # fmt: skip
        return CashInStatusKnown(request_id, self.status, amounts.get(self.status, Fen(0)), self.tray)

    def broken(self, effect: Any) -> Any:
        if isinstance(effect, cash_in.AskCashInStatus):
            return CashInStatusKnown(effect.request_id, "unknown", Fen(0))
        return CashInFailed(effect.request_id, "device.jam", certain=True)

    def take(self) -> cash_in.NotesTakenBack | None:
        if not self.exit and not self.tray:
            return None
        self.exit, self.tray = Fen(0), False
        return cash_in.NotesTakenBack()

    @property
    def waits(self) -> bool:
        """Whether the acceptor is ready for notes nobody has."""
        return self.status == "active" and (not self.bunches or self.tray) and not self.stopped

    @property
    def holds(self) -> Fen:
        """What of the customer's is in the machine and not stored."""
        return Fen(self.escrow + self.exit + self.retracted)


def lost(effect: Any) -> Any:
    """Return what the port says of a command that was sent and not answered."""
    if isinstance(effect, cash_in.AskCashInStatus):
        return CashInStatusKnown(effect.request_id, "unknown", Fen(0))
    return CashInFailed(effect.request_id, "device.outcome_unknown", certain=False)
