"""After a break: what has no recorded outcome is asked about, never repeated."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import (
    by_ear,
    deposit,
    document_read,
    documents,
    flow,
    handover,
    identity,
    offers,
    ordering,
    recording,
    steps,
    takeover,
    withdrawal,
)
from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import say, say_again
from guitai.dialogue.state import Session, Step
from guitai.messages.bank import AskDebit, AskTransfer, BankUnreachable
from guitai.messages.card import CheckPin, MoveCard
from guitai.messages.cash import AskPresentStatus
from guitai.messages.device import DeviceState
from guitai.messages.session import CoreResumed

QUERIES = frozenset({"look_up", "balance", "sms", "sms_check", ordering.INQUIRY})
CASH = frozenset({"dispense", "present", "retract", "reject", "status"})
CARD = frozenset({"card", "retain", takeover.RETAIN_ORDERED})
DEVICES = CASH | CARD | {"pin", deposit.PENDING, documents.PENDING, steps.ID_CARD}
IN_FLIGHT = frozenset({"asked", "stacked", "presenting", "presented", "rejecting", "unknown"})
"""Where notes may be somewhere on their way."""

ASK_LIMIT = 5
"""How often an unreachable host is asked about a committed request before a human is called."""


def bank_unreachable(session: Session, event: BankUnreachable) -> Step:
    """A query just waits for the line; money that may have moved is asked about."""
    kind = session.pending_kind(event.request_id)
    session = session.answered(event.request_id)
    if kind in QUERIES:
        if session.stage != "working" or (session.task is not None and session.task.request_id):
            return session, ()
        return flow.line_down(session.but(online=False))
    task = session.task
    if kind is None or kind == offers.ASKED or task is None:
        return session, ()
    if kind == deposit.KEPT:
        return session, ()  # told again once the session is closed
    if session.asked_again >= ASK_LIMIT:
        if kind == deposit.CREDIT:
            return deposit.nobody_answers(session)
        if kind == "debit":
            # No notes will be paid out for it any more; whoever hears from the host undoes it.
            session = session.but(task=replace(task, notes="retracted"))
        if session.outcome not in ("withdraw.taken", "withdraw.dispute"):
            session = session.but(outcome=f"{task.kind}.unknown")
        return escalate(session, "dispute")
    session = session.but(asked_again=session.asked_again + 1)
    if kind == "settle":
        return withdrawal.settle_again(session)
    if kind == deposit.CREDIT:
        return deposit.post_again(session)
    if kind == "decide":
        return handover.decide_again(session)
    session, words = say(session, "checking") if session.asked_again == 1 else (session, ())
    session, question = ordering.ask_again(session) if kind == ordering.ORDER else _ask_host(session)
    return session, words + question


def device_state(session: Session, event: DeviceState) -> Step:
    """Keep track of what is out of use; when the devices are back, ask them what became of things."""
    broken = tuple(name for name in session.broken if name != event.device)
    session = session.but(broken=broken if event.usable else (*broken, event.device))
    if event.device == by_ear.HANDSET and not event.usable:
        return by_ear.broke(session)
    if event.device != "devices" or not event.usable:
        return session, ()
    return ask_devices(session)


def ask_devices(session: Session, *, lost: bool = False) -> Step:
    """Ask about notes in flight, offer the card again, take the PIN again."""
    # Only a break of core loses answers; whatever else was asked for is still answered by the port, and asking beside
    # it would get an answer of before or after it, nobody could tell.
    effects: tuple[object, ...] = ()
    if lost:
        session = session.but(pending=tuple(p for p in session.pending if p[1] not in DEVICES))
    asked = {kind for _, kind in session.pending}
    task = session.task
    if task is not None and session.cash_moves and task.notes in IN_FLIGHT and not asked & CASH:
        notes = "unknown" if task.notes in ("asked", "presenting") else task.notes
        session, request_id = session.but(task=replace(task, notes=notes)).asks("status")
        effects = (AskPresentStatus(request_id, task.request_id),)
    if task is not None and task.deposit is not None and session.cash_moves and deposit.PENDING not in asked:
        session, question = deposit.ask_status(session)
        effects += question
    if session.card == "moving" and not asked & CARD:
        session, request_id = session.asks("card")
        effects += (MoveCard(request_id, "exit"),)
    stage = session.before_warning if session.stage == "still_there" else session.stage
    if stage == "pin" and "pin" not in asked:
        session, more = _pin_again(session)
        effects += more
    for ask in (identity.again, document_read.again):
        session, more = ask(session)
        effects += more
    return session, effects


def _pin_again(session: Session) -> Step:
    """Have the PIN entered again; of a new one the blocks are gone, so it begins anew."""
    task = session.task
    if session.pin_right and task is not None:
        task = replace(task, slots=tuple(slot for slot in task.slots if slot[0] != steps.NEW_PIN))
        return flow.advance(session.but(task=task, stage="pin"))
    session, request_id = session.asks("pin")
    return session.but(pin_request=request_id, pin_count=0), (CheckPin(request_id),)


def core_resumed(session: Session, event: CoreResumed) -> Step:
    """Core is back: reconcile the bank, then the machines, then say again where we are."""
    effects: tuple[object, ...] = ()
    kinds = {kind for _, kind in session.pending}
    if kinds & {"transfer", "debit"}:
        session, effects = _ask_host(session)
    if "settle" in kinds:
        session, again = withdrawal.settle_again(session)
        effects += again
    if ordering.ORDER in kinds:
        session, again = ordering.ask_again(session)
        effects += again
    if "decide" in kinds:
        session, again = handover.decide_again(session)
        effects += again
    if deposit.CREDIT in kinds:
        session, again = deposit.post_again(session)
        effects += again
    for request_id, kind in session.pending:
        session = session.answered(request_id) if kind in QUERIES | {"pin"} else session
    if session.tray and not session.cash_moves and deposit.PENDING in kinds:
        session, told = deposit.kept(session)  # a retract without an answer: never sent again
        effects += told
    session, devices = ask_devices(session, lost=True)
    effects += devices
    before, session = session, recording.lost(session)
    if session is not before and session.stage in ("working", "confirm"):
        session, more = flow.advance(session)
        return session, effects + more
    if kinds & QUERIES and session.stage == "working" and (session.task is None or not session.task.request_id):
        session, more = steps.look_up(session) if session.task is None else flow.advance(session)
        return session, effects + more
    session, words = say_again(session.but(speak_id=""))
    return session, effects + words


def _ask_host(session: Session) -> Step:
    task = session.task
    if task is None or not task.request_id:
        return session, ()
    session = session.answered(task.request_id)
    session = session.but(
        pending=(*session.pending, (task.request_id, "transfer" if task.kind == "transfer" else "debit"))
    )
    question = AskTransfer(task.request_id) if task.kind == "transfer" else AskDebit(task.request_id)
    return session, (question,)
