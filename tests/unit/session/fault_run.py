"""One session under a plan of faults: the core's shell in miniature, with the rules checked at every step."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from guitai import session as core
from guitai.dialogue.state import Session
from guitai.journal import Unfinished
from guitai.journal.committed import COMMITTED, request_of, settles, settles_cash_before
from guitai.messages import bank, business, card, cash, cash_in, device, face, handover
from guitai.messages.bank import BankUnreachable
from guitai.messages.card import CardRetained, CardTaken
from guitai.messages.cash import NotesTaken
from guitai.messages.codec import name_of
from guitai.messages.session import CloseSession, CoreResumed, Occurred, SessionOpened, TimerFired
from guitai.messages.touch import Entered, Pressed
from guitai.money import Fen, yuan
from guitai.shell.leftovers import Leftovers

from .fault_models import Ledger, LedgerHost, Machine, lost, lost_event, of_device, rule

CARRIED = (
    *(cash.Dispense, cash.Present, cash.Retract, cash.Reject, cash.AskPresentStatus, card.MoveCard, card.CheckPin),
    *(
        business.Inquire,
        bank.LookUpCustomer,
        bank.AskBalance,
        bank.PostTransfer,
        bank.DecideHold,
        bank.AskTransfer,
        bank.ReserveDebit,
    ),
    *(bank.SettleDebit, bank.AskDebit, bank.SendSms, bank.CheckSms, bank.PostDeposit),
    *(cash_in.StartCashIn, cash_in.AcceptNotes, cash_in.EndCashIn, cash_in.RollBackCashIn, cash_in.RetractReturned),
    cash_in.AskCashInStatus,
)
AMOUNT = yuan(500)
ENOUGH = 400
"""More answers and timers than any session needs to end once nothing breaks any more."""


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
            case cash_in.StopAccepting():
                self.machine.acceptor.stopped = True
            case cash_in.EndCashIn(deposit_id=id_):
                rule(self.confirms, "stored without a finger", effect)
            case bank.PostDeposit(amount=amount, result="credit"):
                assert self.state.task is not None
                stored = self.machine.acceptor.stored.get(self.state.task.request_id)
                rule(stored == amount, "credited before it was stored", (stored, effect))
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
        self._check_deposits()
        disputed = any(debit.status == "disputed" for debit in self.ledger.debits.values())
        rule(not self.machine.exit or disputed, "closed with notes at the exit")

    def _check_deposits(self) -> None:
        acceptor, posts = self.machine.acceptor, list(self.ledger.deposits.values())
        disputed = any(post.result == "dispute" for post in posts)
        credited = sum(post.amount for post in posts if post.result == "credit")
        rule(credited == sum(acceptor.stored.values()) or disputed, "stored but not credited", (posts, acceptor))
        rule(credited <= sum(acceptor.stored.values()), "credited more than was stored", (posts, acceptor))
        rule(not acceptor.tray or disputed, "closed with refused notes in the tray", acceptor)
        rule(not acceptor.kept or disputed, "refused notes kept and nobody told", acceptor)
        rule(not acceptor.holds or disputed, "closed with the customer's notes in the machine", acceptor)

    def unfinished(self) -> list[Any]:
        asked: dict[str, Any] = {}
        before: dict[str, tuple[str, ...]] = {}
        for occurred, effects in self.record:
            if (done := settles(occurred.event)) is not None:
                asked.pop(done, None)
            for id_ in before.get(settles_cash_before(occurred.event) or "", ()):
                asked.pop(id_, None)
            for effect in effects:
                if isinstance(effect, cash.AskPresentStatus | cash_in.AskCashInStatus):
                    family = name_of(effect).partition("ask")[0]
                    before[effect.request_id] = tuple(k for k, e in asked.items() if name_of(e).startswith(family))
                if name_of(effect) in COMMITTED and (id_ := request_of(effect)):
                    asked[id_] = effect
        return list(asked.values())

    def answer(self, how: str, nth: int = 0) -> bool:
        """Carry out the nth waiting effect, well or badly; its outcome is told now or later."""
        if nth >= len(self.queue):
            return False
        if isinstance(self.queue[nth], cash_in.AcceptNotes) and self.machine.acceptor.waits:
            return False  # the shutter is open and nobody comes
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
        if self.machine.card == "customer":
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
        if (self.machine.acceptor.exit or self.machine.acceptor.tray) and state.stage == "take_back":
            self.tell(self.machine.acceptor.take())
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
                values = {"payee": "陈浩然", "amount": str(AMOUNT // 100), "account": "v1|6688|19"}
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
            self.machine.acceptor.bunches = 0
            self.happen(face.CustomerLeft())
        for _ in range(ENOUGH):
            if self.closed:
                return
            if self.deliver() or any(self.answer("well", nth) for nth in range(len(self.queue))):
                continue
            if self.state.stage == "teller" and self.state.handover:
                self.happen(handover.TellerLeft(self.state.handover.escalation_id, "0218", lapsed=True))
                continue
            rule(self.fire(), "stuck", self.state.stage)
        rule(self.closed, "never ends", self.state.stage)

    def teller(self, move: str) -> None:
        help_id = self.state.handover.escalation_id if self.state.handover else ""
        events: dict[str, Any] = {
            "joins": handover.TellerJoined(help_id, "0218", "林柜员", 600_000, yuan(1_000_000)),
            "leaves": handover.TellerLeft(help_id, "0218"),
            "approves": handover.TellerDecided(help_id, "0218", "approve", ""),
            "rejects": handover.TellerDecided(help_id, "0218", "reject", ""),
        }
        if help_id:
            self.happen(events[move])


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
        await asyncio.wait_for(journal.read.wait(), 60)
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
