"""What the risk decision asks for, one measure at a time: a question, a code, a hold, a human."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import ordering, questions, transfer
from guitai.dialogue.assess import assess, context_of, rules_of, signs_of
from guitai.dialogue.data import FLOWS
from guitai.dialogue.escalate import alert, escalate
from guitai.dialogue.questions import HELPED
from guitai.dialogue.services import ORDERS
from guitai.dialogue.speak import say
from guitai.dialogue.state import Effects, Session, Step, Task
from guitai.messages.bank import CheckSms, SendSms, SmsSent

OPEN_TO_WORDS = frozenset({"slot", "card", "id_card", "confirm", "question"})
"""Where an errand that nobody has carried out yet can be stopped without a trace."""


def is_weighed(kind: str) -> bool:
    """Whether a business moves money or a right, so that R is due."""
    return any(step.risk or (step.order and ORDERS[step.order].weighed) for step in FLOWS[kind].steps)


def refreshed(session: Session) -> Session:
    """Return the session with its decision due again if what it stood on has changed: words, company, a watched account."""
    task = session.task
    if task is None or session.risk is None or session.weighed == context_of(session):
        return session
    weighed = {index for index, step in enumerate(FLOWS[task.kind].steps) if step.risk}
    return session.but(task=replace(task, done=tuple(i for i in task.done if i not in weighed)), risk=None)


def measure(session: Session, index: int) -> Step:
    """Decide and take the next measure; the flow's step `index` is over once all are met."""
    effects: Effects = ()
    more: Effects = ()
    if session.risk is None:
        session, effects = assess(session)
    task, risk = session.task, session.risk
    assert task is not None
    assert risk is not None
    order = ordering.next_order(session)
    if order is not None and ORDERS[order.order or ""].by == "teller":
        session = session.but(task=task.over(index))  # a teller allows it or not, and sees R
    elif "hold" in risk.actions:
        session, more = _hold(session)
    elif ("human" in risk.actions or questions.is_somebody_elses(task)) and not task.slot(HELPED):
        session, more = _call(session)
    elif (question := questions.next_question(session)) is not None:
        session, more = say(session.but(stage="question"), questions.key(question), payee=task.slot("payee") or "")
    elif "sms" in risk.actions and not task.cleared and session.customer is not None:
        session, more = send_code(session)
    else:
        session = session.but(task=task.over(index))
    return session, effects + more


def call_early(session: Session) -> Step | None:
    """Where the words are surely a fraud's and money is wanted, a human comes before another question is asked.

    A large sum that would leave is asked about to the end instead, for then the bank can hold it (`call_beside`).
    """
    task = session.task
    assert task is not None
    if not _surely_fraud(session, task) or _may_be_held(session, task):
        return None
    return call(*assess(session))


def call_beside(session: Session) -> Step:
    """Where a large sum is wanted and the words are surely a fraud's, R is decided and a human called at once.

    What is still missing is asked for meanwhile: with a payee's account the bank can hold the sum before anybody has come.
    """
    task = session.task
    assert task is not None
    if session.handover is not None or not _surely_fraud(session, task) or not _may_be_held(session, task):
        return session, ()
    session, decided = assess(session)
    session, called = alert(session, silent=False)
    return session, (*decided, *called)


def _surely_fraud(session: Session, task: Task) -> bool:
    return signs_of(session)[0] == "strong" and not task.slot(HELPED) and is_weighed(task.kind)


def _may_be_held(session: Session, task: Task) -> bool:
    return task.kind == "transfer" and task.amount() >= rules_of(session).large


def call(session: Session, effects: Effects) -> Step:
    """Call a human after effects that come first."""
    session, called = _call(session)
    return session, effects + called


def silently(session: Session) -> Step:
    """Under a threat nothing moves and nothing shows: 处理中, while a human is told."""
    session, decided = assess(session)
    session, told = alert(session)
    session, words = say(session.but(stage="waiting"), "processing")
    return session, (*decided, *told, *words)


def _call(session: Session) -> Step:
    """Call a human before anything moves."""
    task = session.task
    return escalate(session if task is None else session.but(task=task.with_slot(HELPED, "yes")), "risk")


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
    """The customer answered the question by yes, no or unsure.

    All but yes delay money for others by a day; of what changes an account of their own a human is asked first.
    """
    task = session.task
    assert task is not None
    task = task.with_slot(questions.MET, how)
    if how != "yes" and task.slot("payee") is not None:
        task = replace(task, mode="delay_24h")
    return session.but(task=task)


def told_party(session: Session, who: str) -> Session:
    """The customer told who the payee is; the decision is made again with it on record."""
    task = session.task
    assert task is not None
    return session.but(task=task.with_slot(questions.COUNTERPARTY, who))
