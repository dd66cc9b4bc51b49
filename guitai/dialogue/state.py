"""The session's whole state, immutable; every change makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any, Literal

from guitai.dialogue.anxiety import Anxiety
from guitai.dialogue.beside import Handover, Question, Receipt, Recording, Unphrased
from guitai.messages.bank import CustomerKnown, DecideHold, PostDeposit
from guitai.messages.business import PlaceOrder, Values
from guitai.messages.cash_in import Counts
from guitai.messages.handover import Line
from guitai.messages.identity import IdCardRead
from guitai.messages.knowledge import Board
from guitai.messages.risk import Factor, RiskContext, RiskDecision, Watched
from guitai.messages.session import EndReason
from guitai.messages.voice import ScamSignal
from guitai.money import Fen
from guitai.risk.conversation import Conversation, signal_of
from guitai.tables import TIMES_MS

Stage = Literal[
    "idle",  # nobody is served
    "open",  # what may we do for you
    "slot",  # asking for one missing value
    "card",  # insert the card
    "id_card",  # lay the ID card on the reader
    "pin",  # enter the PIN
    "confirm",  # a finger confirms
    "question",  # medium risk: one question
    "sms",  # a code from the customer's own phone
    "working",  # waiting for bank or device
    "take_card",
    "take_cash",
    "insert_notes",  # the shutter is open for a deposit
    "take_back",  # the customer's own notes are at the exit again
    "waiting",  # a teller was called
    "held",  # a teller was called and money is on hold
    "teller",  # a teller takes part
    "result",  # done; is it solved?
    "receipt",  # a code to be scanned with a phone
    "offer",  # something is proposed
    "still_there",  # the idle warning
    "ending",  # the card goes back, then the end
    "closed",
]
Mode = Literal["now", "delay_24h", "hold"]
CardPlace = Literal["none", "inside", "moving", "offered"]

SLIP = "slip"
"""Slot of every errand's own, set where the customer wants no paper."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """How far a deposit is, and where the customer's notes are."""

    place: Literal["starting", "accepting", "open", "ending", "returning", "returned", "over"] = "starting"
    """``open``: counted in the escrow, the customer decides; ``over``: nothing of the customer's is in the machine."""

    counts: Counts = ()
    amount: Fen = Fen(0)
    """What the escrow holds, by the machine's last word."""

    giving_back: bool = False
    waited_out: bool = False
    """Nobody inserted anything in time."""

    failures: int = 0
    stuck: bool = False
    """Notes jammed on their way in: what the machine counted is not all that was put in."""

    post: PostDeposit | None = None
    """What tells the bank, once the notes cannot go back to the customer any more."""


@dataclass(frozen=True, slots=True)
class Task:
    """What the customer wants done and how far it is."""

    kind: str
    """Of its flow."""

    slots: Values = ()
    """Filled values by slot name: amount in fen as digits, payee, account (a vault reference) … Empty: skipped."""

    said: str = ""
    """The words it began with: once the customer is known they may say more than before."""

    done: tuple[int, ...] = ()
    """Steps of the flow that are over, by their place."""

    facts: Values = ()
    """What the host told on the way."""

    results: Values = ()
    """What the host told when an order was done; it counts before what the customer had said."""

    rows: tuple[Values, ...] = ()
    """Rows of the last inquiry."""

    order: PlaceOrder | None = None
    """What the host was last told to do."""

    approved_by: str = ""
    """The teller who approved it."""

    confirmed: bool = False
    cleared: bool = False
    """Every measure the risk decision asked for has been met."""

    mode: Mode = "now"
    request_id: str = ""
    """The transfer's or debit's id at the host, once asked for."""

    decision: DecideHold | None = None
    """What carried a teller's decision to the host."""

    sms_id: str = ""
    phone_tail: str = ""
    stacked: Fen = Fen(0)
    notes: Literal[
        "none", "asked", "stacked", "presenting", "presented", "rejecting", "taken", "retracted", "unknown"
    ] = "none"
    settlement: tuple[Literal["commit", "reverse", "dispute"], Fen] | None = None
    """How the debit ends, once known: result and fen taken."""

    deposit: Deposit | None = None
    balance: Fen | None = None
    case_number: str = ""
    receipt: Receipt | None = None
    """Set at the end of an errand that a paper proves."""

    number: int = 0
    """1, 2, 3 … within the session; 0 until the step that began it is over."""

    def slot(self, name: str) -> str | None:
        """Return a slot's value, or None while it is missing."""
        return dict(self.slots).get(name)

    def amount(self) -> Fen:
        """Return the amount slot, else what the host told is to be paid, 0 while both are missing."""
        return Fen(int(self.slot("amount") or dict(self.facts).get("amount_fen") or 0))

    def over(self, index: int) -> Task:
        """Return the task with one more step over."""
        return replace(self, done=(*self.done, index))

    def with_slot(self, name: str, value: str) -> Task:
        """Return the task with one slot set."""
        return replace(self, slots=(*((k, v) for k, v in self.slots if k != name), (name, value)))


@dataclass(frozen=True, slots=True)
class Saying:
    """The words on the teller's side of the screen now."""

    key: str = "attract"
    params: tuple[tuple[str, str], ...] = ()
    text: str = ""
    """Set instead of a key's text when a human wrote the words."""

    speak_id: str = field(default="", compare=False)  # under which the loudspeaker was given them


@dataclass(frozen=True, slots=True)
class Session:
    """Everything `step` knows."""

    stage: Stage = "idle"
    session_id: str = ""
    branch: str = ""
    branch_region: str = ""
    risk_rules: str = ""
    """The signed risk rules in force, as text; empty: those that ship."""

    board: Board = Board()
    """Figures of the day for the answers that leave a place for them."""

    receipts_url: str = ""
    receipt_seed: str = ""
    given_r: tuple[tuple[Factor, int], ...] = ()
    shadow_rules: str = ""
    models_hash: str = ""
    watched: Watched = "clear"
    """What the watch list says of the accounts of this session, the gravest answer."""

    at_ms: int = 0
    next_id: int = 1
    online: bool = True
    present: bool = False
    saying: Saying = Saying()
    heard: str = ""
    hearing: Literal["listening", "heard", "uncertain"] = "listening"
    speak_id: str = ""
    """What the loudspeaker is saying now."""

    by_ear: bool = False
    """Whether the last words were spoken: a name among them is written as it sounds."""

    card: CardPlace = "none"
    card_token: str = ""
    card_tail: str = ""
    pin_count: int = 0
    pin_right: bool = False
    pin_request: str = ""
    person: IdCardRead | None = None
    """Whose ID card was read."""

    id_tries: int = 0
    customer: CustomerKnown | None = None
    task: Task | None = None
    later: tuple[Task, ...] = ()
    """What was interrupted, and what else was asked for in one breath; the first is gone on with first."""

    dropped: Task | None = None
    """What was cancelled last, as long as nothing else was begun: 接着办 takes it up again."""

    last: Task | None = None
    """The errand before: 再给他转一笔."""

    clarify: tuple[str, ...] = ()
    """Intents between which the customer was asked to choose."""

    page: str = ""
    """The page of the menu that is open."""

    asking: str = ""
    """The slot being asked for."""

    unclear: int = 0
    negatives: int = 0
    transcript: tuple[Line, ...] = ()
    named: tuple[str, ...] = ()
    """Whom its lines name, as heard and as written: who reads the transcript elsewhere sees their surnames alone."""

    intents: tuple[str, ...] = ()
    further: int = 0
    """How many of its choices, or of a result's facts, stand on the pages before the one that is open."""

    conversation: Conversation = Conversation()
    anxiety: Anxiety = Anxiety()
    phone_at_ear: bool = False
    company: bool = False
    ear: bool = False
    """Whether the customer alone hears: by handset or headphones, lifted or plugged in during this session."""

    tampered: bool = False
    devices_changed: bool = False
    """Reader or PIN pad is not the one this kiosk knows."""

    recording: Recording | None = None
    veiled: bool = False
    """Whether the customer went away from a result: what it tells shows again when a finger asks for it."""

    nudged: bool = False
    """Whether a silent customer has been helped on since anything was last said or touched."""

    proposals: tuple[Values, ...] | None = None
    """What the host proposes for this customer; None before it was asked."""

    duress: str = ""
    """Words by which somebody threatens or forces the customer; empty: none were heard."""

    phrasing: bool = False
    """Whether an endpoint may put answers into other words."""

    unphrased: Unphrased | None = None
    """The answer that waits for it."""

    suspected: bool = False
    """Whether a decision in this session was not low."""

    risk: RiskDecision | None = None
    weighed: RiskContext | None = None
    """What the decision stands on."""

    risk_ref: str = ""
    handover: Handover | None = None
    pending: tuple[tuple[str, str], ...] = ()
    """Requests without an answer: id and what kind."""

    timer: int = 0
    """Serial of the one running stage timer."""

    timer_ends_ms: int = 0
    timer_total_ms: int = 0

    before_warning: Stage = "open"
    idle_ms: int = TIMES_MS["idle"]
    warning_ms: int = TIMES_MS["warning"]
    teller_ms: int = TIMES_MS["teller"]
    hotline: str = "95500"
    large: bool = False
    high_contrast: bool = False
    low: bool = False
    """Whether the screen's parts stand low, for a customer who sits."""

    easing: bool = False
    """Whether the screen asks how it is seen and reached more easily, in place of what stands on it."""

    uncovered: bool = False
    """Whether the customer wants to see amounts and names although somebody stands close."""

    language: Literal["zh", "en"] = "zh"
    outcome: str = "none"
    satisfied: bool | None = None
    end_reason: EndReason = "done"
    tray: bool = False
    """Whether notes of the customer's stand in the acceptor's return tray."""

    leaving: EndReason | None = None
    """Why the session ends as soon as the notes of a deposit are out of the way."""

    asked_again: int = 0
    errands: int = 0
    """How many were begun."""

    verdicts: int = 0
    """How often the customer answered whether it is solved."""

    filed: tuple[str, ...] = ()
    """Work orders that were filed."""

    question: Question | None = None
    heard_ns: int = 0
    """When the utterance ended that has no reply yet (CLOCK_MONOTONIC); 0: none."""

    reply_id: str = ""
    """What the loudspeaker says to it."""

    broken: tuple[str, ...] = ()
    """Devices that are out of use."""

    def but(self, **changes: Any) -> Session:
        """Return the session with some fields changed: dataclasses.replace in half its time, and the step does it often."""
        if all(getattr(self, name) is value for name, value in changes.items()):
            return self
        values = [*_VALUES(self)]
        for name, value in changes.items():
            values[_AT[name]] = value
        return Session(*values)

    def with_handover(self, **changes: Any) -> Session:
        """Return the session with some fields of its handover changed; there has to be one."""
        assert self.handover is not None
        return self.but(handover=replace(self.handover, **changes))

    def pending_kind(self, request_id: str) -> str | None:
        """Return what an unanswered request was for."""
        return dict(self.pending).get(request_id)

    @property
    def scam(self) -> ScamSignal:
        """What the customer's words so far, taken together, say about a scam."""
        return signal_of(self.conversation)

    @property
    def attended(self) -> bool:
        """Whether a human was called, or takes part, in the open."""
        return self.handover is not None and not self.handover.silent

    @property
    def releasing(self) -> bool:
        """Whether a finger is asked to let go what a teller would release; its values stand."""
        return self.stage == "confirm" and self.handover is not None and self.handover.releasing

    @property
    def cash_moves(self) -> bool:
        """Whether a debit may stand, or notes may be on their way, of which the host has not been told the end."""
        task = self.task
        if task is not None and task.deposit is not None:
            return task.deposit.place != "over" and task.deposit.post is None
        if task is None or task.kind != "withdraw" or not task.request_id:
            return False
        return task.settlement is None and task.notes not in ("taken", "retracted")

    def new_id(self, kind: str) -> tuple[Session, str]:
        """Return a request id that is the same in every replay, and the session that has used it."""
        return self.but(next_id=self.next_id + 1), f"{self.session_id}-{self.next_id}-{kind}"

    def asks(self, kind: str) -> tuple[Session, str]:
        """Return a new pending request of a kind."""
        session, request_id = self.new_id(kind)
        return session.but(pending=(*session.pending, (request_id, kind))), request_id

    def answered(self, request_id: str) -> Session:
        """Return the session without this pending request."""
        return self.but(pending=tuple(p for p in self.pending if p[0] != request_id))


Effects = tuple[object, ...]
Step = tuple[Session, Effects]


_NAMES = tuple(field.name for field in fields(Session))
_VALUES = attrgetter(*_NAMES)
_AT = {name: at for at, name in enumerate(_NAMES)}
