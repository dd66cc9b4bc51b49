"""Random faults against the pure session: a model bank, a model machine and a careless customer; the machine's own
counts and the ledger are the oracle (where each note is, what was debited, every id the host saw).

A plan is a list of moves. ``go`` does the obvious next thing; the others break something. A move that does not fit
does nothing, so that a failing plan shrinks to a few words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from guitai import session as core
from guitai.dialogue.state import Session
from guitai.journal.committed import COMMITTED, request_of, settles
from guitai.journal.store import Unfinished
from guitai.messages import bank, card, cash, device, face, handover, voice
from guitai.messages.bank import BankUnreachable, DebitOutcome, TransferOutcome
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
from guitai.messages.session import CloseSession, CoreResumed, Occurred, SessionOpened, TimerFired
from guitai.messages.touch import Entered, Pressed
from guitai.money import Fen, yuan
from guitai.shell.leftovers import Leftovers

from .world import understood

CARRIED = (
    *(cash.Dispense, cash.Present, cash.Retract, cash.Reject, cash.AskPresentStatus, card.MoveCard, card.CheckPin),
    *(bank.LookUpCustomer, bank.AskBalance, bank.PostTransfer, bank.DecideHold, bank.AskTransfer, bank.ReserveDebit),
    *(bank.SettleDebit, bank.AskDebit, bank.SendSms, bank.CheckSms),
)
AMOUNT = yuan(500)
ENOUGH = 400
"""More answers and timers than any session needs to end once nothing breaks any more."""


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

    def do(self, effect: Any) -> Any:
        match effect:
            case bank.LookUpCustomer(request_id):
                payee = bank.Payee("陈浩然", "4471", "本行", "payee-1")
                return bank.CustomerKnown(request_id, "刘*芳", "浙江杭州", "fair", 3, yuan(800), 4, 0, (payee,))
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
                if self.transfers.get(transfer_id) in ("held", "delayed"):
                    self.transfers[transfer_id] = "posted" if decision == "release" else "refused"
                return TransferOutcome(request_id, self.transfers.get(transfer_id, "absent"))
            case bank.AskTransfer(id_):
                return TransferOutcome(id_, self.transfers.get(id_, "absent"))
            case bank.ReserveDebit(request_id=id_, amount=amount):
                return DebitOutcome(id_, self.debits.setdefault(id_, Debit(amount)).status)
            case bank.AskDebit(id_):
                return DebitOutcome(id_, self.debits[id_].status if id_ in self.debits else "absent")
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

    went_out: bool = False
    given: dict[str, Fen] = field(default_factory=dict)
    """Notes the customer took, by debit."""

    def do(self, effect: Any) -> list[Any]:
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
            if self.card in ("customer", "bin"):
                return [CardOffered(request_id), CardTaken()]
            self.card = "exit"
            return [CardOffered(request_id)]
        if self.card == "customer":
            return [CardMoveFailed(request_id, "device.no_media")]
        self.card = "bin"
        return [CardRetained(request_id)]

    def broken(self, effect: Any) -> Any:
        """Return the certain failure of an effect; the notes stay where they are."""
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
    return name_of(effect).split(".")[0] in ("cash", "card", "pin")


@dataclass
class Run:
    """One session under a plan: the core's shell in miniature, with the rules checked at every step."""

    business: str = "withdraw"
    region: str = "浙江杭州"
    state: Session = field(default_factory=core.initial)
    record: list[tuple[Occurred, tuple[object, ...]]] = field(default_factory=list)
    now_ms: int = 1_764_000_000_000
    ledger: Ledger = field(default_factory=Ledger)
    queue: list[Any] = field(default_factory=list)
    """Effects nobody has carried out yet, oldest first."""

    late: list[Any] = field(default_factory=list)
    """Outcomes of what was carried out, on their way."""

    told: list[Any] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    confirms: int = 0
    pin_right: bool = False
    contents: dict[str, Any] = field(default_factory=dict)
    dispensed: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    was_retained: bool = False

    def __post_init__(self) -> None:
        self.machine = Machine(self.ledger)
        self.happen(SessionOpened("S1", "kiosk-001", "heping", self.region, True, 10, "rules"))

    @property
    def closed(self) -> bool:
        return self.state.stage == "closed"

    def happen(self, event: Any) -> None:
        if self.closed:
            return
        self.now_ms += 100
        self._watch(event)
        occurred = Occurred(len(self.record) + 1, self.now_ms, event)
        before = self.state.stage
        self.state, effects = core.step(self.state, occurred)
        self.record.append((occurred, effects))
        for effect in effects:
            self._check(effect)
            if isinstance(effect, CARRIED):
                self.queue.append(effect)
        names = ", ".join(f"{name_of(e)}" for e in effects if name_of(e).split(".")[0] not in ("voice", "session"))
        self.log.append(f"  {event} [{before}>{self.state.stage} card={self.state.card}] {names}")
        if any(isinstance(effect, CloseSession) for effect in effects):
            self._check_closed()

    def _watch(self, event: Any) -> None:
        match event:
            case Pressed("confirm"):
                self.confirms += 1
            case card.CardInserted():
                self.pin_right = self.was_retained = False
            case CardRetained():
                self.was_retained = True
            case card.PinChecked(right=True):
                self.pin_right = True

    def _check(self, effect: Any) -> None:
        match effect:
            case bank.PostTransfer(request_id=id_) | bank.ReserveDebit(request_id=id_):
                if id_ not in self.contents:
                    rule(self.pin_right, "money without a PIN for this card", effect)
                same = self.contents.setdefault(id_, effect) == effect
                rule(same, "one id, two contents", (self.contents[id_], effect))
                rule(len(self.contents) <= self.confirms, "moved more often than confirmed", list(self.contents))
            case cash.Dispense(debit_id=id_):
                rule(id_ not in self.dispensed, "dispensed twice", id_)
                rule(id_ not in self.undone, "notes out after the debit was undone", effect)
                self.dispensed.add(id_)
            case cash.Present():
                rule(self.machine.card not in ("reader", "exit"), "notes before the card", self.machine.card)
                rule(not self.was_retained, "notes out though the card was retained", effect)
                assert self.state.task is not None
                rule(self.state.task.request_id not in self.undone, "notes out after the debit was undone", effect)
            case bank.SettleDebit(debit_id=id_, result=result):
                if result != "commit":
                    self.undone.add(id_)

    def _check_closed(self) -> None:
        rule(self.machine.card not in ("reader", "exit"), "closed with the card left", self.machine.card)
        rule(self.state.card == "none", "closed while the card was thought inside", self.state.card)
        rule(sum(isinstance(e, CloseSession) for _, es in self.record for e in es) == 1, "closed twice")
        asyncio.run(tie_up(self))
        for id_, debit in self.ledger.debits.items():
            taken = self.machine.given.get(id_, Fen(0))
            rule(debit.status != "reserved", "closed with a debit nobody settles", (id_, self.machine))
            if debit.status == "committed":
                rule(taken == debit.amount, "debited but not paid out", (id_, taken))
            if debit.status == "reversed":
                rule(taken == 0, "paid out but not debited", (id_, taken))
        disputed = any(debit.status == "disputed" for debit in self.ledger.debits.values())
        rule(not self.machine.exit or disputed, "closed with notes at the exit")

    def unfinished(self) -> list[Any]:
        asked: dict[str, Any] = {}
        for occurred, effects in self.record:
            if (done := settles(occurred.event)) is not None:
                asked.pop(done, None)
            for effect in effects:
                if name_of(effect) in COMMITTED and (id_ := request_of(effect)):
                    asked[id_] = effect
        return list(asked.values())

    def answer(self, how: str, nth: int = 0) -> bool:
        """Carry out the nth waiting effect, well or badly; its outcome is told now or later."""
        if nth >= len(self.queue):
            return False
        effect = self.queue.pop(nth)
        outcomes = self.late if how == "late" else []
        done = how in ("well", "late", "lost_done")
        if of_device(effect):
            answers = self.machine.do(effect) if done else []
            if how == "fails":
                answers = [self.machine.broken(effect)]
            elif how.startswith("lost"):
                answers = [lost(effect)]
            outcomes += answers
        else:
            answer = self.ledger.do(effect) if done else None
            outcomes += [answer if how in ("well", "late") else BankUnreachable(effect.request_id)]
        if outcomes is not self.late:
            self.tell(*outcomes)
        return True

    def tell(self, *events: Any) -> None:
        for event in events:
            if event is not None:
                self.told = [*self.told, event][-12:]
                self.happen(event)

    def deliver(self) -> bool:
        if not self.late:
            return False
        self.tell(self.late.pop(0))
        return True

    def fire(self) -> bool:
        if not self.state.timer_ends_ms:
            return False
        self.now_ms = max(self.now_ms, self.state.timer_ends_ms)
        self.happen(TimerFired(self.state.timer))
        return True

    def crash(self) -> None:
        """Core dies and comes back; what it had asked for or was about to hear is gone."""
        self.queue, self.late, self.told = [], [], []
        state = core.initial()
        for occurred, effects in self.record:
            state, again = core.step(state, occurred)
            rule(again == effects, "replay differs", occurred)
        rule(state == self.state, "replay differs")
        self.happen(CoreResumed(tuple(effect.request_id for effect in self.unfinished())))
        self.happen(device.DeviceState("devices", True))
        if self.machine.card in ("customer", "bin"):
            self.happen(CardTaken())

    def blink(self, *, hard: bool) -> None:
        """Another device's line blinks; `hard`: also the line on which outcomes were on their way."""
        self.happen(device.DeviceState("devices", False, "device.not_connected"))
        if hard:
            self.late = [lost_event(event) for event in self.late]
            while self.deliver():
                pass
        self.happen(device.DeviceState("devices", True))

    def told_again(self, nth: int) -> None:
        if len(self.told) < nth:
            return
        event = self.told[-nth]
        stale = isinstance(event, NotesTaken) and not self.machine.given.get(self.machine.last)
        if isinstance(event, CardTaken) and self.machine.card in ("reader", "exit"):
            return
        if not stale:
            self.happen(event)

    def go(self) -> bool:
        """Do the obvious next thing."""
        return self.deliver() or self.answer("well") or self.customer() or self.fire()

    def customer(self) -> bool:
        state = self.state
        if self.machine.card == "exit" and state.stage in ("take_card", "ending"):
            self.tell(self.machine.take_card())
            return True
        if self.machine.exit and state.stage == "take_cash":
            self.tell(self.machine.take_notes())
            return True
        if state.stage == "card" and self.machine.card == "customer":
            self.insert()
            return True
        event = self._next(state)
        if event is not None:
            self.happen(event)
        return event is not None

    def insert(self) -> None:
        if self.machine.card in ("customer", "bin") and core.wants_card(self.state):
            self.machine.card = "reader"
            self.happen(card.CardInserted("token", "3802"))

    def _next(self, state: Session) -> Any:
        help_id = state.handover.escalation_id if state.handover else ""
        match state.stage:
            case "open":
                return Pressed(f"start:{self.business}")
            case "slot":
                values = {"payee": "陈浩然", "amount": str(AMOUNT), "account": "v1|6688|19"}
                return Entered(state.asking, values[state.asking])
            case "confirm":
                return Pressed("confirm")
            case "question":
                return Pressed("met:yes")
            case "sms":
                return Entered("sms", "", "v2")
            case "result":
                return Pressed("solved:yes")
            case "teller":
                return handover.TellerLeft(help_id, "0218")
        return None

    def come_to_an_end(self) -> None:
        """From here on nothing breaks and the customer is gone: the session must close by itself."""
        if not self.closed:
            self.log.append("-- everybody leaves")
            self.happen(face.CustomerLeft())
        for _ in range(ENOUGH):
            if self.closed:
                return
            if self.deliver() or self.answer("well"):
                continue
            if self.state.stage == "teller" and self.state.handover:
                self.happen(handover.TellerLeft(self.state.handover.escalation_id, "0218", lapsed=True))
                continue
            rule(self.fire(), "stuck", self.state.stage)
        rule(self.closed, "never ends", self.state.stage)

    def teller(self, move: str) -> None:
        help_id = self.state.handover.escalation_id if self.state.handover else ""
        events: dict[str, Any] = {
            "joins": handover.TellerJoined(help_id, "0218", "林柜员", 600_000),
            "leaves": handover.TellerLeft(help_id, "0218"),
            "approves": handover.TellerDecided(help_id, "0218", "approve", ""),
            "rejects": handover.TellerDecided(help_id, "0218", "reject", ""),
        }
        if help_id:
            self.happen(events[move])

    def move(self, name: str) -> None:
        self.log.append(name)
        MOVES[name](self)


def lost(effect: Any) -> Any:
    """Return what the port says of a command that was sent and not answered."""
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
        case CardOffered(request_id) | CardRetained(request_id):
            return CardMoveFailed(request_id, "device.outcome_unknown")
        case _:
            return event


def say_human(run: Run) -> None:
    run.happen(voice.CustomerSaid("找人工", 0.9, understood("human_agent")))


def sound_deceived(run: Run) -> None:
    scam = voice.ScamSignal(0.96, "strong", "police_impersonation", ("安全账户",))
    run.happen(voice.CustomerSaid("警察让我转的", 0.9, understood("chitchat", 0.5, scam=scam)))


def crash_taking(run: Run) -> None:
    """Card and notes are taken while core is down."""
    run.machine.take_card()
    run.machine.take_notes()
    run.crash()


MOVES: dict[str, Callable[[Run], Any]] = {
    "go": Run.go,
    "lost, but done": lambda run: run.answer("lost_done"),
    "lost, not done": lambda run: run.answer("lost_not"),
    "fails": lambda run: run.answer("fails"),
    "late": lambda run: run.answer("late"),
    "second first": lambda run: run.answer("well", 1),
    "second late": lambda run: run.answer("late", 1),
    "told": Run.deliver,
    "told again": lambda run: run.told_again(1),
    "told again, older": lambda run: run.told_again(3),
    "timer": Run.fire,
    "crash": Run.crash,
    "crash, taking": crash_taking,
    "blink": lambda run: run.blink(hard=False),
    "devices restart": lambda run: run.blink(hard=True),
    "inserts card": Run.insert,
    "takes card": lambda run: run.tell(run.machine.take_card()),
    "takes notes": lambda run: run.tell(run.machine.take_notes()),
    "leaves": lambda run: run.happen(face.CustomerLeft()),
    "comes": lambda run: run.happen(face.CustomerApproached()),
    "human": lambda run: run.happen(Pressed("human")),
    "says human": say_human,
    "sounds deceived": sound_deceived,
    "cancel": lambda run: run.happen(Pressed("cancel")),
    "end": lambda run: run.happen(Pressed("end")),
    "more": lambda run: run.happen(Pressed("solved:no")),
    "teller joins": lambda run: run.teller("joins"),
    "teller leaves": lambda run: run.teller("leaves"),
    "teller approves": lambda run: run.teller("approves"),
    "teller rejects": lambda run: run.teller("rejects"),
    "line down": lambda run: run.happen(device.LinkState(False)),
    "line up": lambda run: run.happen(device.LinkState(True)),
}

BUSINESSES = ("withdraw", "transfer", "balance")
REGIONS = ("浙江杭州", "广东揭阳")
"""The branch's own, where risk is low, and a remote one: a question and a code."""


class LooseEnds:
    """The part of the journal that `Leftovers` reads and writes."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.read = asyncio.Event()

    def loose_ends(self) -> tuple[tuple[str, Unfinished], ...]:
        self.read.set()
        return tuple(("S1", Unfinished(effect.request_id, effect)) for effect in self._run.unfinished())

    def next_seq(self, _session_id: str) -> int:
        return len(self._run.record) + 1

    def append(self, _session_id: str, occurred: Occurred, effects: tuple[object, ...]) -> tuple[()]:
        self._run.record.append((occurred, effects))
        return ()


class LedgerHost:
    """The model ledger as a `BankHost`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __getattr__(self, _name: str) -> Callable[[Any], Any]:
        async def do(effect: Any) -> Any:
            return self._ledger.do(effect)

        return do


class _Clock:
    def unix_ms(self) -> int:
        return 1_764_000_999_000


async def tie_up(run: Run) -> None:
    """Let the real `Leftovers` look twice, with the host there again."""
    journal = LooseEnds(run)
    leftovers = Leftovers(journal, LedgerHost(run.ledger), _Clock())  # type: ignore[arg-type]  # only what it uses
    task = asyncio.create_task(leftovers.run())
    for _ in range(2):
        journal.read.clear()
        leftovers.look()
        await asyncio.wait_for(journal.read.wait(), 5)
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()


def carry_through(business: str, plan: list[str], region: str = "浙江杭州") -> Run:
    run = Run(business, region)
    try:
        for move in plan:
            run.move(move)
        run.come_to_an_end()
    except AssertionError as error:
        raise type(error)(f"{error}\n" + "\n".join(run.log)) from error
    return run


def plans() -> st.SearchStrategy[list[str]]:
    names = [*MOVES, *["go"] * 25]
    start = st.integers(0, 14).map(lambda n: ["go"] * n)
    return st.tuples(start, st.lists(st.sampled_from(names), max_size=16)).map(lambda parts: parts[0] + parts[1])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(BUSINESSES), plans(), st.sampled_from(REGIONS))
def test_no_plan_of_faults_moves_money_twice_or_loses_it(business: str, plan: list[str], region: str) -> None:
    note(f"{business} {region}: {plan}")
    carry_through(business, plan, region)


def test_the_obvious_withdrawal_pays_out_what_it_debits() -> None:
    run = carry_through("withdraw", ["go"] * 14)
    assert [d.status for d in run.ledger.debits.values()] == ["committed"]
    assert list(run.machine.given.values()) == [AMOUNT]


def test_the_obvious_transfer_is_posted_once() -> None:
    run = carry_through("transfer", ["go"] * 16)
    assert list(run.ledger.transfers.values()) == ["posted"]
