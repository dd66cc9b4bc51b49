"""step(state, event) -> (state, effects): one whole customer session, pure.

Same inputs, same outputs: no clock, no chance, no file. Time and ids come in with the events. After the handler of an
event has run, `_edges` derives what follows from the new state as a whole: how to listen, whether to take a card, the
stage's timer. So no handler can forget one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from guitai.dialogue import (
    anxiety,
    balance,
    by_ear,
    card,
    deposit,
    document_read,
    ending,
    flow,
    handover,
    hear,
    identity,
    lease,
    measures,
    midway,
    offers,
    pages,
    payees,
    phrasing,
    pressed,
    receipt,
    recording,
    recover,
    seen,
    service,
    takeover,
    transfer,
    withdrawal,
)
from guitai.dialogue.data import FLOWS
from guitai.dialogue.parts import label
from guitai.dialogue.speak import ENTRY_REFUSED, company, say, say_beside
from guitai.dialogue.state import Effects, Session, Step
from guitai.messages import bank, branch, business, cash, cash_in, device, document, face, touch, voice
from guitai.messages import card as cards
from guitai.messages import handover as people
from guitai.messages import identity as papers
from guitai.messages import recording as films
from guitai.messages import takeover as tellers
from guitai.messages.cash import Retract
from guitai.messages.manner import RecordManner
from guitai.messages.phrasing import AnswerPhrased
from guitai.messages.risk import AccountWatched
from guitai.messages.session import CoreResumed, Occurred, SessionOpened, StartTimer, StopTimer, TimerFired
from guitai.messages.voice import Hush, Listen, ListenMode
from guitai.risk.watch import graver
from guitai.tables import TIMES_MS

Handler = Callable[[Session, Any], Step]


def initial() -> Session:
    """Return the state of a kiosk nobody uses."""
    return Session()


def step(state: Session, occurred: Occurred) -> tuple[Session, Effects]:
    """Advance one customer session. Pure: same inputs, same outputs."""
    event = occurred.event
    handler = HANDLERS.get(type(event))
    if handler is None or (state.stage in ("idle", "closed") and not isinstance(event, SessionOpened)):
        return state, ()
    before = state
    state = state.but(at_ms=occurred.at_ms)
    if isinstance(event, lease.COMMANDS) and lease.why_not(state, event):
        return before, ()
    request_id = getattr(event, "request_id", None)
    if request_id is not None and not isinstance(event, bank.BankUnreachable):
        if state.pending_kind(request_id) is None:
            return before, ()  # told twice, or an answer to what was given up: it decides nothing
        state = state.answered(request_id)
    if isinstance(event, (voice.CustomerSaid, touch.Pressed, touch.Entered)):
        state = state.but(nudged=False)
    state, noted = _feel(state, event)
    state, effects = handler(state, event)
    effects = noted + effects
    state = handover.after_cash(before, state)
    state, more = flow.after_deposit(before, state)
    effects += more
    state, more = ending.leave(state)
    effects += more
    state, more = recording.follow(state)
    effects += more
    state = takeover.settle(before, state)
    state, left = service.follow(before, state, event, effects)
    effects = left + effects
    if state.stage != before.stage and not isinstance(event, voice.CustomerSaid):
        state = state.but(heard="", hearing="listening")
    if state.stage != before.stage:
        state = state.but(veiled=state.veiled and isinstance(event, face.CustomerLeft), easing=False)
    lively = isinstance(event, _SIGNS_OF_LIFE) or state.ear != before.ear
    state, more = _edges(before, state, lively=lively)
    state, first, seen_after = seen.follow(before, state, event)
    return state, first + effects + more + seen_after


def refused(state: Session, command: object, at_ms: int) -> str:
    """Return why a command of headquarters would be refused at a time, as a word; empty: `step` takes it."""
    return lease.why_not(state.but(at_ms=at_ms), command)


def listen_mode(state: Session) -> ListenMode:
    """Return how the microphone listens in a state; shut for PIN and code, and when nobody is served."""
    match state.stage:
        case "idle" | "closed" | "pin" | "sms" | "ending":
            return "off"
        case "slot" if state.task is not None:
            if payees.doubted(state.task):
                return "yes_no"
            return FLOWS[state.task.kind].slots[state.asking].listen
        case "confirm" | "question" | "result" | "offer":
            return "yes_no"
        case _:
            return "free"


def wants_card(state: Session) -> bool:
    """Return whether the reader should take a card in."""
    answered = state.stage == "result" and state.task is None
    return state.card == "none" and (answered or state.stage in ("idle", "closed", "open", "card", "id_card"))


def _feel(state: Session, event: object) -> Step:
    """Notice how the customer feels before answering, so that the answer is in the right manner."""
    if isinstance(event, TimerFired) and (event.serial != state.timer or state.stage not in _PATIENT):
        return state, ()
    quiet_since_ms = state.timer_ends_ms - state.timer_total_ms
    moment = anxiety.Moment(state.at_ms, quiet_since_ms, state.saying.key in ENTRY_REFUSED)
    now = anxiety.felt(state.anxiety, event, moment)
    if now.gentle == state.anxiety.gentle:
        return state.but(anxiety=now), ()
    return state.but(anxiety=now), (RecordManner(now.gentle, anxiety.mood_at(now, state.at_ms)),)


def _edges(before: Session, state: Session, *, lively: bool) -> Step:
    effects: tuple[object, ...] = ()
    if listen_mode(state) != listen_mode(before):
        effects += (Listen(listen_mode(state)),)
    if before.stage == "id_card" and state.stage != "id_card" and state.person is None:
        effects += (papers.CancelIdCard(),)
    if wants_card(state) and not wants_card(before):
        effects += (cards.AcceptCard(),)
    if wants_card(before) and not wants_card(state) and state.card == "none":
        effects += (cards.RefuseCard(),)
    state, timer = _timer(before, state, lively)
    return state, effects + timer


def _timer(before: Session, state: Session, lively: bool) -> Step:
    after_ms = _stage_ms(state)
    waited_out = state.timer_ends_ms <= state.at_ms
    changed = state.stage != before.stage or (state.stage in ("ending", "teller") and state.card != before.card)
    if not changed and not waited_out and not (lively and state.stage not in ("held", "waiting", "teller")):
        return state, ()
    if after_ms is None:
        return state.but(timer_ends_ms=0, timer_total_ms=0), (StopTimer(),) if state.timer_ends_ms else ()
    serial = state.timer + 1
    state = state.but(timer=serial, timer_ends_ms=state.at_ms + after_ms, timer_total_ms=after_ms)
    return state, (StartTimer(serial, after_ms),)


def _stage_ms(state: Session) -> int | None:
    match state.stage:
        case "teller" if state.card == "offered":  # a teller who stays does not keep it in the slot
            return TIMES_MS["take_card"]
        case "idle" | "closed" | "working" | "teller":
            return None
        case "take_card" | "take_cash" | "take_back" | "insert_notes" | "receipt":
            return TIMES_MS[state.stage]
        case "still_there":
            return state.warning_ms * _patience(state)
        case "held" | "waiting":
            return state.teller_ms
        case "ending":
            return TIMES_MS["goodbye"] if state.card == "none" else TIMES_MS["take_card"]
        case _:
            return state.idle_ms * _patience(state)


def _patience(state: Session) -> int:
    """Return how many times as long who reads large print, or goes by ear, is waited for (EN 301 549, 5.9; GB/T 41218)."""
    return LARGE_PATIENCE if state.large or state.ear else 1


def _opened(state: Session, event: SessionOpened) -> Step:
    fresh = Session(
        stage="open", session_id=event.session_id, branch=event.branch, branch_region=event.branch_region,
        at_ms=state.at_ms, online=event.online, risk_rules=event.risk_rules, shadow_rules=event.shadow_rules,
        models_hash=event.models_hash, given_r=event.given_r, phrasing=event.phrasing,
        board=event.board, receipts_url=event.receipts_url, receipt_seed=event.receipt_seed, hotline=event.hotline, large=event.large, high_contrast=event.high_contrast, idle_ms=event.idle_ms,
        warning_ms=event.warning_ms, teller_ms=event.teller_ms,
    )  # fmt: skip
    return say(fresh, "greet")


def _timer_fired(state: Session, event: TimerFired) -> Step:
    if event.serial != state.timer:
        return state, ()
    state = state.but(timer_ends_ms=state.at_ms)
    if state.stage in ("held", "waiting"):
        if state.handover is not None and state.handover.teller_id:
            return state, ()  # somebody has come whom the kiosk does not show
        state, effects = handover.nobody_came(state)
        state, back = flow.return_card(state)
        return state, effects + back
    if state.stage == "take_cash":
        if "retract" in dict(state.pending).values():
            return state, ()
        state, request_id = state.asks("retract")
        return state, (Retract(request_id),)
    return ending.time_ran_out(state)


def _speech_started(state: Session, _event: voice.SpeechStarted) -> Step:
    # Barge-in: the customer speaks, the kiosk is quiet.
    state = ending.still_here(state).but(hearing="listening", heard="")
    if not state.speak_id or recording.being_read(state):
        return state, ()
    return state.but(speak_id=""), (Hush(),)


def _spoken(state: Session, event: voice.Spoken) -> Step:
    """Whoever heard out what a key of theirs had read is still here; what is read out by itself says nothing of that."""
    walked = event.speak_id == voice.READING and not event.interrupted
    return flow.spoken(ending.still_here(state) if walked else state, event)


def _sms_checked(state: Session, event: bank.SmsChecked) -> Step:
    if state.task is None or state.stage != "working":
        return state, ()
    if event.right:
        return flow.advance(state.but(task=replace(state.task, cleared=True)))
    if event.tries_left <= 0:
        return ending.cancel(state.but(stage="sms"))
    return say(state.but(stage="sms"), "sms_wrong", tries=str(event.tries_left))


def _link(state: Session, event: device.LinkState) -> Step:
    state = state.but(online=event.online)
    return midway.line_back(state) if event.online else (state, ())


def _present(state: Session, _event: face.CustomerApproached) -> Step:
    return ending.still_here(state.but(present=True)), ()


def _left_alone(state: Session) -> Session:
    """Nobody stands there: what a result tells is veiled, the code of a receipt taken away."""
    shown = state.stage in ("result", "receipt")
    return state.but(present=False, heard="", veiled=shown, stage="result" if shown else state.stage)


def _print_failed(state: Session, _event: device.PrintFailed) -> Step:
    broken = tuple(name for name in state.broken if name != "printer")
    state = state.but(broken=(*broken, "printer"))
    state = receipt.failed(state)
    return say_beside(state, label(state, "receipt_failed")) if state.stage == "result" else (state, ())


def _recording_failed(state: Session, event: films.RecordingFailed) -> Step:
    return recording.failed(pages.not_recorded(state, event.request_id), event)


def _watched(state: Session, event: AccountWatched) -> Step:
    """The watch list answered; a decision made before it is due again."""
    known = state.but(watched=graver(state.watched, event.verdict))
    decided = state.risk is not None and state.stage in ("question", "confirm")
    return flow.advance(known) if decided and known.watched != state.watched else (known, ())


LARGE_PATIENCE = 2
_PATIENT = frozenset({"open", "slot", "card", "id_card", "confirm", "question", "result", "offer"})
"""Stages in which time that runs out says that the customer does not know how to go on."""

_SIGNS_OF_LIFE = (
    voice.SpeechStarted, voice.SpeechPartial, voice.CustomerSaid, touch.Pressed, touch.Entered, touch.Signed, cards.CardInserted,
    cards.PinKeyed, face.CustomerApproached, voice.Spoken,
)  # fmt: skip

HANDLERS: dict[type, Handler] = {
    SessionOpened: _opened,
    TimerFired: _timer_fired,
    CoreResumed: lambda state, event: phrasing.resumed(*recover.core_resumed(state, event)),
    voice.SpeechStarted: _speech_started,
    voice.SpeechPartial: lambda state, event: (state.but(heard=event.text, hearing="listening"), ()),
    voice.CustomerSaid: hear.customer_said,
    voice.SpeechUnclear: hear.unclear,
    voice.Spoken: _spoken,
    touch.Pressed: pressed.pressed,
    touch.Entered: pressed.entered,
    touch.Signed: pages.signed,
    cards.CardInserted: card.inserted,
    cards.CardUnreadable: lambda state, _: say(state, "card_unreadable"),
    cards.CardOffered: card.offered,
    cards.CardTaken: card.taken,
    cards.CardRetained: card.retained,
    cards.CardMoveFailed: card.move_failed,
    cards.PinKeyed: card.keyed,
    cards.PinChecked: card.pin_checked,
    cards.PinEntered: card.pin_entered,
    cards.PinAbandoned: card.pin_abandoned,
    cash.NotesStacked: withdrawal.stacked,
    cash.NotesPresented: withdrawal.presented,
    cash.NotesTaken: withdrawal.taken,
    cash.NotesRetracted: withdrawal.retracted,
    cash.CashFailed: withdrawal.failed,
    cash.PresentStatusKnown: withdrawal.status,
    cash_in.CashInStarted: deposit.started,
    cash_in.NotesCounted: deposit.counted,
    cash_in.NotesStored: deposit.stored,
    cash_in.NotesReturned: deposit.returned,
    cash_in.NotesTakenBack: deposit.taken_back,
    cash_in.ReturnedRetracted: deposit.retracted,
    cash_in.CashInFailed: deposit.failed,
    cash_in.CashInStatusKnown: deposit.status,
    cash_in.NoteSerials: lambda state, _: (state, ()),
    papers.IdCardRead: identity.read,
    papers.IdCardFailed: identity.failed,
    papers.DocumentFailed: document_read.failed,
    document.DocumentRead: document_read.read,
    papers.IdCardTaken: lambda state, _: (state, ()),
    bank.DepositOutcome: deposit.outcome,
    bank.CustomerKnown: card.known,
    bank.BalanceKnown: balance.known,
    bank.TransferOutcome: transfer.outcome,
    bank.DebitOutcome: withdrawal.debited,
    bank.SmsSent: measures.code_sent,
    bank.SmsChecked: _sms_checked,
    business.Inquired: offers.inquired,
    business.OrderOutcome: flow.ordered,
    films.RecordingBegan: flow.recorded,
    films.RecordingFinished: flow.recorded,
    films.RecordingFailed: _recording_failed,
    bank.BankUnreachable: recover.bank_unreachable,
    AnswerPhrased: phrasing.phrased,
    device.LinkState: _link,
    device.DeviceState: recover.device_state,
    device.PrivateEar: by_ear.moved,
    device.DeviceChanged: lambda state, _: (state.but(devices_changed=True), ()),
    device.Tampered: lambda state, _: ending.tampered(state),
    branch.BranchStopped: lambda state, _: ending.stopped(state),
    device.PrintDone: lambda state, _: (state, ()),
    device.PrintFailed: _print_failed,
    face.CustomerApproached: _present,
    face.ExpressionChanged: lambda state, _: (state, ()),
    face.AttentionChanged: lambda state, _: (state, ()),
    face.CustomerLeft: lambda state, _: (_left_alone(state), ()),
    face.SecondPerson: lambda state, event: company(state, close=event.close),
    AccountWatched: _watched,
    face.PhoneAtEar: lambda state, event: (state.but(phone_at_ear=event.held), ()),
    people.TellerJoined: handover.joined,
    people.TellerSaid: handover.said,
    people.TellerDecided: handover.decided,
    people.TellerLeft: handover.left,
    tellers.TellerQueued: takeover.queued,
    tellers.TellerLost: takeover.lost,
    tellers.TellerBack: takeover.back,
    tellers.TellerPushed: pages.pushed,
    tellers.TellerAsked: takeover.asked,
    tellers.TellerLooked: seen.looked,
    tellers.PaperShown: lambda state, _: (state, ()),
    tellers.TellerOperated: takeover.operated,
    tellers.TellerHold: takeover.decides_hold,
    tellers.ListenerJoined: takeover.listener_joined,
    tellers.ListenerLeft: takeover.listener_left,
    tellers.VideoState: takeover.video_state,
}
