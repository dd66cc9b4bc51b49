"""Moves a task on: what is still missing before it may be carried out, and the risk decision at the end."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import balance, deposit, transfer, withdrawal
from guitai.dialogue.assess import assess
from guitai.dialogue.data import FLOWS, Slot
from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import say, say_again
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.words import account_length, describe
from guitai.messages.bank import LookUpCustomer, SendSms
from guitai.messages.card import CheckPin, MoveCard
from guitai.money import short_yuan, yuan

CARD_DIGITS = range(12, 20)
CASH_STEP = yuan(100)
CASH_MOST = yuan(20_000)


def begin(session: Session, task: Task) -> Step:
    """Start a task in place of whatever was going on; not while notes are in the machine's hands."""
    if session.cash_moves:
        return say_again(session)
    return advance(session.but(task=task, risk=None, risk_ref="", asking="", outcome=f"{task.kind}.begun"))


def advance(session: Session) -> Step:
    """Ask for, or do, the next thing the task needs."""
    task = session.task
    assert task is not None
    if task.request_id:
        return session, ()  # the host has been asked; nothing asks it for the same business again
    if not session.online:
        return line_down(session)
    if session.card != "inside":
        return say(session.but(stage="card"), "insert_card", what=describe(session, task))
    if session.customer is None:
        return look_up(session)
    if not session.pin_right:
        return ask_pin(session)
    session = _fill_from_payees(session)
    if (slot := missing(session)) is not None:
        payee = (session.task or task).slot("payee") or ""
        return say(session.but(stage="slot", asking=slot.name), slot.ask, payee=payee)
    if task.kind == "balance":
        return balance.ask(session)
    if task.kind == "deposit":
        return deposit.start(session)
    if not task.confirmed:
        return _confirm(session)
    return clear(session)


def clear(session: Session) -> Step:
    """Meet what the risk decision asks for, one measure at a time, then carry the task out."""
    task = session.task
    assert task is not None
    if task.request_id:
        return session, ()
    effects: tuple[object, ...] = ()
    if session.risk is None:
        session, effects = assess(session)
    risk = session.risk
    assert risk is not None
    if risk.level == "high":
        session, more = transfer.hold(session) if task.kind == "transfer" else escalate(session, "risk")
        return session, effects + more
    if "prompt" in risk.actions and not task.slot("met"):
        payee = task.slot("payee") or ""
        key = "question_met" if task.kind == "transfer" else "question_cash"
        session, more = say(session.but(stage="question"), key, payee=payee)
        return session, effects + more
    if "sms" in risk.actions and not task.cleared:
        session, request_id = session.but(stage="working").asks("sms")
        session = session.but(task=replace(task, sms_id=request_id))
        return session, (*effects, SendSms(request_id, session.card_token))
    session, more = transfer.post(session) if task.kind == "transfer" else withdrawal.reserve(session)
    return session, effects + more


def line_down(session: Session) -> Step:
    """Say plainly that money must wait; R is still computed; the card comes back."""
    effects: tuple[object, ...] = ()
    task = session.task
    if task is not None and FLOWS[task.kind].moves_money and task.slot("amount"):
        session, effects = assess(session)
    outcome = f"{task.kind}.waits_for_line" if task is not None else session.outcome
    session, words = say(session.but(stage="open", task=None, asking="", outcome=outcome), "line_down")
    session, back = return_card(session)
    return session, effects + words + back


def return_card(session: Session) -> Step:
    """Offer the card if it is inside; never risk's business to keep it."""
    if session.card != "inside":
        return session, ()
    session, request_id = session.but(card="moving", customer=None, pin_right=False).asks("card")
    return session, (MoveCard(request_id, "exit"),)


def look_up(session: Session) -> Step:
    """Ask the bank whose card it is."""
    session, request_id = session.but(stage="working").asks("look_up")
    return session, (LookUpCustomer(request_id, session.card_token),)


def ask_pin(session: Session) -> Step:
    """Have the customer press the PIN on the pad."""
    session, request_id = session.asks("pin")
    session, words = say(session.but(stage="pin", pin_count=0, pin_request=request_id), "enter_pin")
    return session, (*words, CheckPin(request_id))


def missing(session: Session) -> Slot | None:
    """Return the first slot the task still needs."""
    task = session.task
    assert task is not None
    return next((slot for slot in FLOWS[task.kind].slots if task.slot(slot.name) is None), None)


def fill(session: Session, name: str, value: str) -> Step:
    """Set a slot the customer gave, or say why the value does not fit."""
    task = session.task
    assert task is not None
    if name == "account" and account_length(value) not in CARD_DIGITS:
        return say(session.but(stage="slot", asking="account"), "account_unfit")
    if name == "amount" and task.kind == "withdraw" and not _dispensable(int(value)):
        return say(session.but(stage="slot", asking="amount"), "cash_amount_unfit")
    return advance(session.but(task=task.with_slot(name, value), asking=""))


def _dispensable(amount: int) -> bool:
    return 0 < amount <= CASH_MOST and amount % CASH_STEP == 0


def _fill_from_payees(session: Session) -> Session:
    task, customer = session.task, session.customer
    if task is None or customer is None or task.kind != "transfer" or task.slot("account"):
        return session
    known = next((p for p in customer.payees if p.name == task.slot("payee")), None)
    if known is None:
        return session
    task = task.with_slot("account", f"{known.payee_ref}|{known.account_tail}|19").with_slot("saved", "yes")
    return session.but(task=task)


def _confirm(session: Session) -> Step:
    task = session.task
    assert task is not None
    if task.kind == "withdraw" and not _dispensable(task.amount()):
        return say(session.but(stage="slot", asking="amount"), "cash_amount_unfit")
    params = {"amount": short_yuan(task.amount()), "payee": task.slot("payee") or ""}
    return say(session.but(stage="confirm"), f"confirm_{task.kind}", **params)
