"""Inquiries and orders of a flow: what the host is asked and told, and what follows from its answer."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue.assess import mode_of
from guitai.dialogue.data import FLOWS, text_key
from guitai.dialogue.escalate import escalate
from guitai.dialogue.schema import Step as FlowStep
from guitai.dialogue.services import INQUIRIES, ORDERS, Service
from guitai.dialogue.speak import say
from guitai.dialogue.state import Mode, Session, Step, Task
from guitai.dialogue.values import applies, fill, known
from guitai.dialogue.words import account_key
from guitai.messages.business import VAULT, AskOrder, Inquire, Inquired, OrderOutcome, PlaceOrder, Values

INQUIRY, ORDER = "inquiry", "order"
"""Kinds of pending requests."""

LITERAL = "="


def inquire(session: Session, task: Task, step: FlowStep) -> Step:
    """Ask the host."""
    assert step.inquire is not None
    params = _params(session, task, step, INQUIRIES[step.inquire])
    session, request_id = session.but(stage="working").asks(INQUIRY)
    return session, (Inquire(request_id, step.inquire, session.card_token, params),)


def place(session: Session, task: Task, step: FlowStep) -> Step:
    """Have the host do it: once, under an id of its own."""
    assert step.order is not None
    leaves = ORDERS[step.order].money == "out"
    session, order = _new(session, task, step, mode_of(session) if leaves else "now")
    session, words = say(session, "working")
    return session, (order, *words)


def hold(session: Session, step: FlowStep) -> Step:
    """Have the host hold what would move money to somebody else, and call a human."""
    assert session.task is not None
    session, order = _new(session, session.task, step, "hold")
    session, called = escalate(session, "risk", held=True)
    return session, (order, *called)


def next_order(session: Session) -> FlowStep | None:
    """Return the order that stands next in the flow, or None."""
    found = _next(session, "order")
    return None if found is None else found[1]


def inquired(session: Session, event: Inquired) -> tuple[Session, bool]:
    """Take the answer in; tell whether the flow goes on."""
    task = session.task
    if task is None or session.stage != "working" or (found := _next(session, "inquire")) is None or event.refused:
        return session, False
    index, step = found
    assert step.inquire is not None
    facts = _merged(task.facts, event.fields)
    # What has no rows leaves those of the inquiry before: the customer may still choose another one of them.
    rows = task.rows
    if INQUIRIES[step.inquire].rows:
        rows = tuple(row for row in event.rows if applies(step.only, dict(row)))
    task = replace(task.over(index), facts=facts, rows=rows)
    return session.but(task=task), bool(rows) or step.empty is None


def nothing_there(session: Session, event: Inquired) -> Step:
    """Say that there is nothing of the kind, or why the host does not answer."""
    task = session.task
    if task is None or session.stage != "working":
        return session, ()
    session = session.but(stage="result", outcome=f"{task.kind}.{'refused' if event.refused else 'done'}")
    if event.refused:
        return say(session, "inquiry_refused", reason=_sentence(event.refused))
    empty = next(
        (s.empty for s in reversed([FLOWS[task.kind].steps[i] for i in task.done]) if s.inquire and s.empty), "nothing"
    )
    return say(session, text_key(FLOWS[task.kind], empty))


def ordered(session: Session, event: OrderOutcome) -> tuple[Session, bool]:
    """Take the outcome of the order in; tell whether the flow goes on: only what is done goes on."""
    task = session.task
    if task is None or task.order is None or task.order.request_id != event.request_id or event.status != "done":
        return session, False
    found = _next(session, "order")
    task = replace(task, order=None, results=_merged(task.results, event.fields), case_number=event.case_number)
    return session.but(task=task if found is None else task.over(found[0])), True


def not_done(session: Session, event: OrderOutcome) -> Step:
    """Say that it was delayed or refused; a held one is in a human's hands."""
    task = session.task
    if task is None or task.order is None or task.order.request_id != event.request_id:
        return session, ()
    if event.status == "absent":
        session = session.but(pending=(*session.pending, (event.request_id, ORDER)))
        return session, (task.order,)  # the host never saw it: asking for the same id again does nothing twice
    session = session.but(outcome=f"{task.kind}.{event.status}", task=replace(task, case_number=event.case_number))
    if session.attended or session.stage == "ending" or event.status == "held":
        return session, ()
    session = session.but(stage="result")
    if event.status == "delayed":
        return say(session, "order_delayed")
    return say(session, "order_refused", reason=_sentence(event.reason))


def ask_again(session: Session) -> Step:
    """After a break: ask what became of the order."""
    task = session.task
    if task is None or task.order is None:
        return session, ()
    request_id = task.order.request_id
    session = session.answered(request_id)
    return session.but(pending=(*session.pending, (request_id, ORDER))), (AskOrder(request_id),)


def _new(session: Session, task: Task, step: FlowStep, mode: Mode) -> tuple[Session, PlaceOrder]:
    assert step.order is not None
    params = _params(session, task, step, ORDERS[step.order])
    session, request_id = session.but(stage="working").asks(ORDER)
    order = PlaceOrder(request_id, step.order, session.card_token, params, mode, session.risk_ref, task.approved_by)
    return session.but(task=replace(task, order=order)), order


def _next(session: Session, verb: str) -> tuple[int, FlowStep] | None:
    task = session.task
    assert task is not None
    values = known(session, task)
    steps = enumerate(FLOWS[task.kind].steps)
    return next(
        ((i, s) for i, s in steps if i not in task.done and s.verb == verb and applies(s.when, values)), None
    )  # fmt: skip


def _params(session: Session, task: Task, step: FlowStep, service: Service) -> Values:
    values = known(session, task)
    found = []
    for name in service.params:
        source = step.params.get(name, name)
        if source.startswith(LITERAL):
            value = fill(source.removeprefix(LITERAL), values)
        else:
            value = _sent(task, source, values.get(source, ""))
        if value or name not in service.optional:
            found.append((name, value))
    return tuple(found)


def _sent(task: Task, name: str, value: str) -> str:
    """Return a value as the host gets it: one that the vault keeps is filled in on the way."""
    slot = FLOWS[task.kind].slots.get(name)
    return VAULT + account_key(value) if slot is not None and slot.digits is not None and value else value


def _merged(before: Values, more: Values) -> Values:
    return tuple((dict(before) | dict(more)).items())


def _sentence(reason: str) -> str:
    return reason if not reason or reason.endswith("。") else f"{reason}。"
