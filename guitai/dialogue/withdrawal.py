"""取现: debit first, count, card back, then the notes; unknown outcomes are asked about, never repeated."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step
from guitai.messages.bank import DebitOutcome, ReserveDebit, SettleDebit
from guitai.messages.card import CardTaken, MoveCard
from guitai.messages.cash import (
    AskPresentStatus,
    CashFailed,
    Dispense,
    NotesPresented,
    NotesRetracted,
    NotesStacked,
    NotesTaken,
    Present,
    PresentStatusKnown,
    Reject,
)
from guitai.money import Fen, short_yuan

SHORT = "withdraw.short"
"""Outcome of a withdrawal for which the machine had not the notes."""

FAILED = "withdraw.failed"
"""Outcome of one that the machine did not carry out, and of which everything is known."""

NOT_ENOUGH = "device.not_dispensable"
"""The dispenser's own word for it."""


def reserve(session: Session) -> Step:
    """Debit the account and obtain the right to dispense."""
    task = session.task
    assert task is not None
    session, request_id = session.but(stage="working").asks("debit")
    session = session.but(task=replace(task, request_id=request_id))
    session, words = say(session, "working")
    return session, (ReserveDebit(request_id, session.card_token, task.amount()), *words)


def debited(session: Session, event: DebitOutcome) -> Step:
    """Count the notes once the debit stands."""
    task = session.task
    if task is None or task.request_id != event.request_id:
        return session, ()
    match event.status:
        case "reserved" if task.notes == "none":
            session, request_id = session.asks("dispense")
            session = session.but(task=replace(task, notes="asked"))
            return session, (Dispense(request_id, task.amount(), task.request_id),)
        case "reserved" if task.notes == "retracted" and task.settlement is None:
            return _settle(session, "reverse", Fen(0))
        case "refused":
            task = replace(task, notes="retracted")
            session = session.but(task=task, stage="result", outcome="withdraw.refused")
            return say(session, "debit_refused", reason=event.reason + ("。" if event.reason else ""))
        case "absent" if task.notes == "none":
            session = session.but(pending=(*session.pending, (task.request_id, "debit")))
            return session, (ReserveDebit(task.request_id, session.card_token, task.amount()),)
        case _:
            return session, ()


def stacked(session: Session, event: NotesStacked) -> Step:
    """Card back first."""
    task = session.task
    assert task is not None
    session = session.but(task=replace(task, notes="stacked", stacked=event.amount))
    if session.tampered:
        return _stopped(session)
    if session.card == "none":
        return present(session)
    if session.card != "inside":
        return say(session.but(stage="take_card"), "take_card")
    session, request_id = session.but(stage="take_card", card="moving").asks("card")
    session, words = say(session, "take_card")
    return session, (MoveCard(request_id, "exit"), *words)


def card_taken(session: Session, _event: CardTaken) -> Step:
    """Now the notes."""
    return _stopped(session) if session.tampered else present(session)


def present(session: Session) -> Step:
    """Move the stacked notes out."""
    task = session.task
    assert task is not None
    # What the machine was asked before the notes move says nothing of where they are afterwards.
    pending = tuple(p for p in session.pending if p[1] != "status")
    session, request_id = session.but(stage="working", pending=pending).asks("present")
    return session.but(task=replace(task, notes="presenting")), (Present(request_id, task.stacked),)


def presented(session: Session, event: NotesPresented) -> Step:
    """Ask the customer to take them."""
    task = session.task
    assert task is not None
    session = session.but(stage="take_cash", task=replace(task, notes="presented"))
    return say(session, "take_cash", amount=short_yuan(event.amount))


def taken(session: Session, event: NotesTaken) -> Step:
    """Settle the debit with what was taken; less than was debited is a dispute for the difference."""
    task = session.task
    if task is None or not session.cash_moves or task.notes not in ("presenting", "presented", "unknown"):
        return session, ()
    pending = tuple(p for p in session.pending if p[1] not in ("retract", "present", "status"))
    session = session.but(pending=pending)
    session = session.but(task=replace(task, notes="taken"), stage="result", outcome="withdraw.taken")
    if event.amount != task.amount():  # the power went while they came out: the rest is in the machine
        return dispute(session, event.amount)
    session, settle = _settle(session, "commit", event.amount)
    session, words = say(session, "cash_taken", amount=short_yuan(event.amount))
    return session, settle + words


def retracted(session: Session, event: NotesRetracted) -> Step:
    """Notes are back inside: reverse when none reached the customer or all were counted, dispute the difference."""
    task = session.task
    if task is None or not session.cash_moves:
        return session, ()
    never_out = task.notes == "rejecting"
    outcome = session.outcome if session.outcome in (SHORT, FAILED) else "withdraw.retracted"
    session = session.but(task=replace(task, notes="retracted"), stage="result", outcome=outcome)
    if not never_out and event.amount != task.stacked:
        return dispute(session, Fen(task.stacked - (event.amount or 0)))
    return _undone(session)


def failed(session: Session, event: CashFailed) -> Step:
    """A cash command failed: stay certain about the money, or ask the machine."""
    task = session.task
    if task is None or not session.cash_moves:
        return session, ()
    if not event.certain:
        notes = task.notes if task.notes == "rejecting" else "unknown"
        session, request_id = session.but(task=replace(task, notes=notes), stage="working").asks("status")
        session, words = say(session, "checking")
        return session, (AskPresentStatus(request_id, task.request_id), *words)
    if event.presented or task.notes == "presented":
        return dispute(session, event.presented)
    if task.notes == "rejecting" or event.code.startswith("bank."):
        # Nothing was presented, whatever the machine can or cannot move now: the debit is undone.
        outcome = SHORT if session.outcome == SHORT else FAILED
        return _undone(session.but(task=replace(task, notes="retracted"), stage="result", outcome=outcome))
    return reject(session.but(outcome=SHORT if event.code == NOT_ENOUGH else FAILED))


def _stopped(session: Session) -> Step:
    """Cash stops where it is while somebody is at the machine itself."""
    return reject(session.but(outcome=FAILED))


def reject(session: Session) -> Step:
    """Put what may lie on the stacker into the reject bin."""
    task = session.task
    assert task is not None
    session, request_id = session.but(stage="working", task=replace(task, notes="rejecting")).asks("reject")
    return session, (Reject(request_id),)


def _undone(session: Session) -> Step:
    session, settle = _settle(session, "reverse", Fen(0))
    key = {SHORT: "cash_short", FAILED: "cash_failed"}.get(session.outcome, "cash_back")
    session, words = say(session, key)
    return session, settle + words


def status(session: Session, event: PresentStatusKnown) -> Step:
    """The machine's own answer after a break decides; nothing is repeated."""
    task = session.task
    if task is None or not session.cash_moves:
        return session, ()
    match event.status:
        case "presented" if event.taken:
            return taken(session.but(task=replace(task, notes="presented")), NotesTaken(event.amount))
        case "presented":
            session = session.but(task=replace(task, stacked=event.amount))
            return presented(session, NotesPresented(event.request_id, event.amount))
        case "not_presented" if event.amount and task.notes in ("stacked", "unknown"):
            session = session.but(task=replace(task, stacked=event.amount, notes="stacked"))
            if session.card == "none":
                return present(session)
            return stacked(session, NotesStacked(event.request_id, event.amount))
        case "not_presented" if event.amount and task.notes == "rejecting":
            return reject(session)
        case "not_presented":
            return _undone(session.but(task=replace(task, notes="retracted"), stage="result", outcome=FAILED))
        case "unknown":
            return dispute(session, Fen(0))


def dispute(session: Session, taken_amount: Fen) -> Step:
    """Nobody knows for sure: open a dispute for the difference and call a human."""
    session, settle = _settle(session.but(outcome="withdraw.dispute"), "dispute", taken_amount)
    task = session.task
    assert task is not None
    session, called = escalate(session, "dispute")
    session, words = say(session, "cash_unknown", case=task.request_id)
    return session, settle + called + words


def settle_again(session: Session) -> Step:
    """Tell the host once more how a debit ended; it counts one settlement a debit."""
    task = session.task
    if task is None or task.settlement is None:
        return session, ()
    return _settle(session, *task.settlement)


def _settle(session: Session, result: Literal["commit", "reverse", "dispute"], amount: Fen) -> Step:
    task = session.task
    assert task is not None
    session, request_id = session.asks("settle")
    session = session.but(task=replace(task, settlement=(result, amount)))
    return session, (SettleDebit(request_id, task.request_id, result, amount),)
