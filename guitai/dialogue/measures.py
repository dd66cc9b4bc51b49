"""What the risk decision asks for, one measure at a time: a question, a code, a hold, a human."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import ordering, transfer
from guitai.dialogue.assess import assess, context_of, rules_of
from guitai.dialogue.data import FLOWS
from guitai.dialogue.escalate import escalate
from guitai.dialogue.services import ORDERS
from guitai.dialogue.speak import say
from guitai.dialogue.state import Session, Step
from guitai.messages.bank import CheckSms, SendSms, SmsSent

QUESTIONS = {"withdraw": "question_cash"}
"""What is asked at medium risk when nobody in particular gets the money; other businesses pay something."""


HELPED = "helped"
"""Slot of its own: a human was called before anything moved."""


def refreshed(session: Session) -> Session:
    """Return the session with its decision due again if what it stood on has changed: words, company, a watched account."""
    task = session.task
    if task is None or session.risk is None or session.weighed == context_of(session):
        return session
    weighed = {index for index, step in enumerate(FLOWS[task.kind].steps) if step.risk}
    return session.but(task=replace(task, done=tuple(i for i in task.done if i not in weighed)), risk=None)


def measure(session: Session, index: int) -> Step:
    """Decide and take the next measure; the flow's step `index` is over once all are met."""
    effects: tuple[object, ...] = ()
    if session.risk is None:
        session, effects = assess(session)
    task, risk = session.task, session.risk
    assert task is not None
    assert risk is not None
    if risk.level == "high":
        session, more = _hold(session)
    elif "human" in risk.actions and not task.slot(HELPED):
        session, more = _call(session)
    elif "prompt" in risk.actions and not task.slot("met"):
        key = "question_met" if task.slot("payee") is not None else QUESTIONS.get(task.kind, "question_pay")
        session, more = say(session.but(stage="question"), key, payee=task.slot("payee") or "")
    elif "sms" in risk.actions and not task.cleared:
        session, more = send_code(session)
    else:
        session, more = session.but(task=task.over(index)), ()
    return session, effects + more


def call_early(session: Session) -> Step | None:
    """Where the words are surely a fraud's and money is wanted, a human comes before another question is asked.

    A large sum that would leave is asked about to the end instead, for then the bank can hold it.
    """
    task = session.task
    assert task is not None
    if session.scam.strength != "strong" or task.slot(HELPED) or not _is_about_money(task.kind):
        return None
    if FLOWS[task.kind].moves_money and task.amount() >= rules_of(session).large:
        return None  # what is still missing is asked for: so much is held at the bank
    session, decided = assess(session)
    session, called = _call(session)
    return session, decided + called


def _call(session: Session) -> Step:
    """Call a human before anything moves."""
    assert session.task is not None
    return escalate(session.but(task=session.task.with_slot(HELPED, "yes")), "risk")


def _is_about_money(kind: str) -> bool:
    steps = FLOWS[kind].steps
    return FLOWS[kind].moves_money or any(step.order and ORDERS[step.order].money != "none" for step in steps)


def _hold(session: Session) -> Step:
    assert session.task is not None
    if session.task.kind == "transfer":
        return transfer.hold(session)
    order = ordering.next_order(session)
    return escalate(session, "risk") if order is None else ordering.hold(session, order)


def send_code(session: Session) -> Step:
    """Have a code sent to the customer's own phone."""
    task = session.task
    assert task is not None
    session, request_id = session.but(stage="working").asks("sms")
    session = session.but(task=replace(task, sms_id=request_id))
    return session, (SendSms(request_id, session.card_token),)


def code_sent(session: Session, event: SmsSent) -> Step:
    """Ask for the code."""
    if session.task is None or session.task.sms_id != event.request_id or session.stage != "working":
        return session, ()
    session = session.but(stage="sms", task=replace(session.task, phone_tail=event.phone_tail))
    return say(session, "enter_sms")


def check_code(session: Session) -> Step:
    """Have the code checked that the window has just put into the vault."""
    task = session.task
    assert task is not None
    session, request_id = session.but(stage="working").asks("sms_check")
    return session, (CheckSms(request_id, task.sms_id),)


def answered(session: Session, how: str) -> Session:
    """The customer answered the one question by yes, no or unsure: all but yes delay the money by a day."""
    task = session.task
    assert task is not None
    task = task.with_slot("met", how)
    if how != "yes" and task.slot("payee") is not None:
        task = replace(task, mode="delay_24h")
    return session.but(task=task)
