"""A model bank and a model machine: where the card, every note and every debit is, by their own counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from guitai.messages import bank, business, card, cash, cash_in
from guitai.messages.bank import DebitOutcome, DepositOutcome, TransferOutcome
from guitai.messages.card import CardMoveFailed, CardOffered, CardRetained, CardTaken
from guitai.messages.cash import (
    CashFailed,
    NotesPresented,
    NotesRetracted,
    NotesStacked,
    NotesTaken,
    PresentStatusKnown,
)
from guitai.messages.codec import name_of
from guitai.money import Fen, yuan

from . import fault_acceptor
from .fault_acceptor import Acceptor


class BrokenRuleError(AssertionError):
    """The session broke a rule; the first word names it."""


def rule(holds: object, name: str, detail: object = "") -> None:
    if not holds:
        raise BrokenRuleError(f"{name}: {detail}")


@dataclass
class Debit:
    """One cash debit in the ledger."""

    amount: Fen
    status: Any = "reserved"
    token: bool = False


@dataclass
class Ledger:
    """The host: idempotent under every id, as headquarters/bank is."""

    debits: dict[str, Debit] = field(default_factory=dict)
    transfers: dict[str, Any] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    deposits: dict[str, bank.PostDeposit] = field(default_factory=dict)

    def do(self, effect: Any) -> Any:
        match effect:
            case bank.LookUpCustomer(request_id):
                payee = bank.Payee("陈浩然", "4471", "本行", "payee-1")
                return bank.CustomerKnown(request_id, "刘*芳", "浙江杭州", "fair", 3, yuan(800), 4, 0, (payee,))
            case business.Inquire(request_id):
                return business.Inquired(request_id, (("available_fen", str(yuan(20_000))),))
            case bank.AskBalance(request_id):
                return bank.BalanceKnown(request_id, yuan(20_000))
            case bank.SendSms(request_id):
                return bank.SmsSent(request_id, "0628")
            case bank.CheckSms(request_id):
                return bank.SmsChecked(request_id, True, 3)
            case bank.PostTransfer(request_id=id_, mode=mode):
                self.transfers.setdefault(id_, {"now": "posted", "delay_24h": "delayed", "hold": "held"}[mode])
                return TransferOutcome(id_, self.transfers[id_])
            case bank.DecideHold(request_id, transfer_id, decision):
                if self.transfers.get(transfer_id) in ("held", "delayed") and decision != "confirm":
                    self.transfers[transfer_id] = "posted" if decision == "release" else "refused"
                return TransferOutcome(request_id, self.transfers.get(transfer_id, "absent"))
            case bank.AskTransfer(id_):
                return TransferOutcome(id_, self.transfers.get(id_, "absent"))
            case bank.ReserveDebit(request_id=id_, amount=amount):
                return DebitOutcome(id_, self.debits.setdefault(id_, Debit(amount)).status)
            case bank.AskDebit(id_):
                return DebitOutcome(id_, self.debits[id_].status if id_ in self.debits else "absent")
            case bank.PostDeposit(request_id=id_, result=result):
                rule(self.deposits.setdefault(id_, effect) == effect, "one id, two deposits", effect)
                return DepositOutcome(id_, "credited" if result == "credit" else "disputed")
            case bank.SettleDebit(request_id, debit_id, result, taken):
                return self._settle(request_id, debit_id, result, taken)
        raise AssertionError(effect)

    def _settle(self, request_id: str, debit_id: str, result: str, taken: Fen) -> DebitOutcome:
        debit = self.debits[debit_id]
        if debit.status == "reserved" and request_id not in self.settled:
            certain = taken == (0 if result == "reverse" else debit.amount)
            debit.status = {"commit": "committed", "reverse": "reversed"}.get(result, "disputed")
            debit.status = debit.status if certain or result == "dispute" else "disputed"
        self.settled.add(request_id)
        return DebitOutcome(request_id, debit.status)


class LedgerHost:
    """The model ledger as a `BankHost`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __getattr__(self, _name: str) -> Callable[[Any], Any]:
        async def do(effect: Any) -> Any:
            return self._ledger.do(effect)

        return do


@dataclass
class Machine:
    """Reader and dispenser: where the card and every note is, and what the port would say of it."""

    ledger: Ledger
    card: str = "customer"
    stacker: Fen = Fen(0)
    exit: Fen = Fen(0)
    inside: Fen = Fen(0)
    """In the reject or the retract bin."""

    last: str = ""
    """The debit the last dispense was for."""

    acceptor: Acceptor = field(default_factory=Acceptor)
    went_out: bool = False
    given: dict[str, Fen] = field(default_factory=dict)
    """Notes the customer took, by debit."""

    def do(self, effect: Any) -> list[Any]:
        if name_of(effect).startswith("cashin."):
            return [self.acceptor.do(effect)]
        match effect:
            case cash.Dispense(request_id, amount, debit_id):
                return [self.dispense(request_id, amount, debit_id)]
            case cash.Present(request_id, _):
                if not self.stacker:
                    return [CashFailed(request_id, "device.no_items", certain=True)]
                self.stacker, self.exit, self.went_out = Fen(0), self.stacker, True
                return [NotesPresented(request_id, self.exit)]
            case cash.Retract(request_id):
                if not self.exit:
                    if gone := self.given.get(self.last):
                        return [NotesTaken(gone)]
                    return [CashFailed(request_id, "device.no_items", certain=True)]
                amount, self.exit = self.exit, Fen(0)
                self.inside = Fen(self.inside + amount)
                return [NotesRetracted(request_id, amount)]
            case cash.Reject(request_id):
                amount, self.stacker = self.stacker, Fen(0)
                self.inside = Fen(self.inside + amount)
                return [NotesRetracted(request_id, amount)]
            case cash.AskPresentStatus(request_id, debit_id):
                return [self.status(request_id, debit_id)]
            case card.MoveCard(request_id, to):
                return self.move(request_id, to)
            case card.CheckPin(request_id):
                right = card.PinChecked(request_id, True, 3)
                return [right if self.card == "reader" else card.PinAbandoned(request_id, "device")]
        raise AssertionError(effect)

    def dispense(self, request_id: str, amount: Fen, debit_id: str, part: bool = False) -> Any:
        debit = self.ledger.debits.get(debit_id)
        if debit is None or debit.status != "reserved" or debit.token:
            return CashFailed(request_id, "bank.refused", certain=True)
        rule(not self.stacker and not self.exit, "dispensed onto other notes", debit_id)
        debit.token, self.last, self.went_out = True, debit_id, False
        self.stacker = Fen(amount // 2) if part else amount
        return CashFailed(request_id, "device.jam", certain=True) if part else NotesStacked(request_id, amount)

    def status(self, request_id: str, debit_id: str) -> PresentStatusKnown:
        if debit_id != self.last:
            return PresentStatusKnown(request_id, "not_presented", Fen(0))
        if self.exit:
            return PresentStatusKnown(request_id, "presented", self.exit)
        if self.given.get(debit_id):
            return PresentStatusKnown(request_id, "presented", self.given[debit_id], taken=True)
        return PresentStatusKnown(request_id, "not_presented", Fen(0) if self.went_out else self.stacker)

    def move(self, request_id: str, to: str) -> list[Any]:
        if to == "exit":
            if self.card == "bin":
                return [CardRetained(request_id)]
            if self.card == "customer":
                return [CardOffered(request_id), CardTaken()]
            self.card = "exit"
            return [CardOffered(request_id)]
        if self.card == "customer":
            return [CardMoveFailed(request_id, "device.no_media")]
        self.card = "bin"
        return [CardRetained(request_id)]

    def broken(self, effect: Any) -> Any:
        """Return the certain failure of an effect; the notes stay where they are."""
        if name_of(effect).startswith("cashin."):
            return self.acceptor.broken(effect)
        match effect:
            case cash.Dispense(request_id, amount, debit_id):
                return self.dispense(request_id, amount, debit_id, part=True)
            case cash.AskPresentStatus(request_id):
                return PresentStatusKnown(request_id, "unknown", Fen(0))
            case card.MoveCard(request_id):
                return CardMoveFailed(request_id, "device.jam")
            case card.CheckPin(request_id):
                return card.PinAbandoned(request_id, "device")
            case _:
                return CashFailed(effect.request_id, "device.jam", certain=True)

    def take_notes(self) -> NotesTaken | None:
        if not self.exit:
            return None
        amount, self.exit = self.exit, Fen(0)
        self.given[self.last] = Fen(self.given.get(self.last, 0) + amount)
        return NotesTaken(amount)

    def take_card(self) -> CardTaken | None:
        if self.card != "exit":
            return None
        self.card = "customer"
        return CardTaken()


def of_device(effect: object) -> bool:
    return name_of(effect).split(".")[0] in ("cash", "cashin", "card", "pin")


def lost(effect: Any) -> Any:
    """Return what the port says of a command that was sent and not answered."""
    if name_of(effect).startswith("cashin."):
        return fault_acceptor.lost(effect)
    match effect:
        case cash.AskPresentStatus(request_id):
            return PresentStatusKnown(request_id, "unknown", Fen(0))
        case card.MoveCard(request_id):
            return CardMoveFailed(request_id, "device.outcome_unknown")
        case card.CheckPin(request_id):
            return card.PinAbandoned(request_id, "device")
        case _:
            return CashFailed(effect.request_id, "device.outcome_unknown", certain=False)


def lost_event(event: Any) -> Any:
    match event:
        case NotesStacked(request_id) | NotesPresented(request_id) | NotesRetracted(request_id):
            return CashFailed(request_id, "device.outcome_unknown", certain=False)
        case (
            cash_in.CashInStarted(request_id)
            | cash_in.NotesCounted(request_id)
            | cash_in.NotesStored(request_id)
            | cash_in.NotesReturned(request_id)
            | cash_in.ReturnedRetracted(request_id)
        ):
            return cash_in.CashInFailed(request_id, "device.outcome_unknown", certain=False)
        case CardOffered(request_id) | CardRetained(request_id):
            return CardMoveFailed(request_id, "device.outcome_unknown")
        case _:
            return event
