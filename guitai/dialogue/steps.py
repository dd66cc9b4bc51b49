"""What each verb of a flow does: a step that is met lets the next one come, another says or asks what it needs."""

from __future__ import annotations

from collections.abc import Callable

from guitai.dialogue import (
    balance,
    deposit,
    documents,
    measures,
    ordering,
    payees,
    receipt,
    recording,
    transfer,
    withdrawal,
)
from guitai.dialogue.data import FLOWS, text_key
from guitai.dialogue.escalate import escalate
from guitai.dialogue.schema import Step as FlowStep
from guitai.dialogue.slots import fits, misfit
from guitai.dialogue.speak import say
from guitai.dialogue.state import SLIP, Session, Step, Task
from guitai.dialogue.values import fill, known, names_in, readable, row_readable
from guitai.dialogue.words import describe
from guitai.messages.bank import LookUpCustomer
from guitai.messages.card import CheckPin, EnterNewPin
from guitai.messages.device import PrintReceipt
from guitai.messages.identity import ReadIdCard

ID_CARD = "id_card"
"""Kind of the pending request to the ID-card reader."""

NEW_PIN, ONCE, BOTH = "new_pin", "once", "both"
"""How often a new PIN was entered stands in a slot of its own."""

Verb = Callable[[Session, Task, FlowStep, int], Step | None]
"""Returns None when the step is met already."""


def tell(session: Session, task: Task, name: str) -> Step:
    """Say a text of the flow with the values of the business in it."""
    flow = FLOWS[task.kind]
    return say(session, text_key(flow, name), **readable(known(session, task), flow, session.language))


def _identify(session: Session, task: Task, step: FlowStep, _index: int) -> Step | None:
    if step.identify == "id_card" or (step.identify == "person" and session.card != "inside"):
        if session.person is None:
            return ask_id_card(session, "lay_id_card_for")
        known_by_id = session.customer is not None or step.identify == "id_card"
        return None if known_by_id else look_up(session.but(card_token=session.person.person_token))
    if session.card != "inside":
        return say(session.but(stage="card"), "insert_card", what=describe(session, task))
    if session.customer is None:
        return look_up(session)
    return None if session.pin_right or step.identify == "card" else ask_pin(session)


def ask_id_card(session: Session, key: str) -> Step:
    """Have the customer lay the ID card on the reader."""
    session, request_id = session.but(stage="id_card").asks(ID_CARD)
    what = "" if session.task is None else describe(session, session.task)
    session, said = say(session, key, what=what)
    return session, (ReadIdCard(request_id), *said)


def look_up(session: Session) -> Step:
    """Ask the bank whose card it is."""
    session, request_id = session.but(stage="working").asks("look_up")
    return session, (LookUpCustomer(request_id, session.card_token),)


def ask_pin(session: Session, key: str = "enter_pin") -> Step:
    """Have the customer press the PIN on the pad."""
    session, request_id = session.asks("pin")
    session, said = say(session.but(stage="pin", pin_count=0, pin_request=request_id), key)
    return session, (*said, CheckPin(request_id))


def _ask(session: Session, task: Task, step: FlowStep, index: int) -> Step | None:
    name = step.ask or ""
    slot = FLOWS[task.kind].slots[name]
    value = task.slot(name)
    if slot.listen == "name" and (perhaps := payees.doubted(task)):
        return measures.call_early(session) or _which_payee(session.but(stage="slot", asking=name, further=0), perhaps)
    if value is not None and (fits(slot, value, known(session, task), task.rows) or (slot.optional and not value)):
        return None
    if value is None and slot.unasked:
        return None
    if value is None and (given := (task.said if slot.opening else "") or slot.default):
        return session.but(task=task.with_slot(name, given).over(index)), ()
    if (early := measures.call_early(session)) is not None:
        return early
    session, called = measures.call_beside(session)
    session, asked = tell(
        session.but(stage="slot", asking=name, further=0),
        task,
        slot.ask if value is None else misfit(slot, value, known(session, task)),
    )
    return session, (*called, *asked)


def _which_payee(session: Session, perhaps: tuple[str, ...]) -> Step:
    """Ask whether a saved payee is meant whose name sounds like what was heard."""
    if len(perhaps) == 1:
        return say(session, "payee_meant", payee=perhaps[0])
    return say(session, "payee_which", one=perhaps[0], other=perhaps[1])


def _inquire(session: Session, task: Task, step: FlowStep, index: int) -> Step | None:
    return None if index in task.done else ordering.inquire(session, task, step)


def _confirm(session: Session, task: Task, step: FlowStep, _index: int) -> Step | None:
    assert step.confirm is not None
    if task.confirmed:
        return None
    return measures.call_early(session) or tell(session.but(stage="confirm"), task, step.confirm.text)


def _risk(session: Session, _task: Task, _step: FlowStep, index: int) -> Step | None:
    return measures.measure(session, index)


def _sms(session: Session, task: Task, _step: FlowStep, _index: int) -> Step | None:
    return None if task.cleared else measures.send_code(session)


def _approve(session: Session, task: Task, step: FlowStep, _index: int) -> Step | None:
    assert step.approve is not None
    return None if task.approved_by else escalate(session, "approve")


def _new_pin(session: Session, task: Task, _step: FlowStep, _index: int) -> Step | None:
    entered = task.slot(NEW_PIN)
    if entered == BOTH:
        return None
    session, request_id = session.but(pin_count=0).asks("pin")
    session, said = say(session.but(stage="pin", pin_request=request_id), "new_pin_again" if entered else "new_pin")
    return session, (*said, EnterNewPin(request_id, again=entered is not None))


def _order(session: Session, task: Task, step: FlowStep, index: int) -> Step | None:
    return None if index in task.done else ordering.place(session, task, step)


def _device(session: Session, _task: Task, step: FlowStep, _index: int) -> Step | None:
    match step.device:
        case "withdraw":
            return withdrawal.reserve(session)
        case "transfer":
            return transfer.post(session)
        case "deposit":
            return deposit.start(session)
        case _:
            return balance.ask(session)


def _print(session: Session, task: Task, step: FlowStep, index: int) -> Step | None:
    assert step.print is not None
    if index in task.done or task.slot(SLIP):
        return None
    if step.print.at_once and not receipt.may_print(session):
        return None
    flow = FLOWS[task.kind]
    values = readable(known(session, task), flow, "zh")
    lines = tuple(fill(line.zh, values) for line in step.print.lines if names_in(line.zh) <= values.keys())
    if (each := step.print.each) is not None:
        lines += tuple(fill(each.zh, row_readable(row, flow, "zh")) for row in task.rows)
    session = session.but(task=task.over(index))
    if not step.print.at_once:
        return receipt.ready(session, step.print.title.zh, lines), ()
    session, request_id = session.asks(receipt.PENDING)
    return session, (PrintReceipt(request_id, step.print.title.zh, lines),)


def _human(session: Session, _task: Task, step: FlowStep, _index: int) -> Step | None:
    return escalate(session, step.human or "asked")


def _begin(session: Session, _task: Task, step: FlowStep, _index: int) -> Step | None:
    return session.but(task=Task(step.begin or ""), outcome=f"{step.begin}.begun"), ()


def _show(session: Session, task: Task, step: FlowStep, _index: int) -> Step | None:
    assert step.show is not None
    return tell(session.but(stage="result", outcome=f"{task.kind}.done", further=0), task, step.show.text)


VERBS: dict[str, Verb] = {
    "identify": _identify,
    "ask": _ask,
    "inquire": _inquire,
    "confirm": _confirm,
    "risk": _risk,
    "sms": _sms,
    "approve": _approve,
    "new_pin": _new_pin,
    "order": _order,
    "device": _device,
    "record": recording.record,
    "print": _print,
    "human": _human,
    "begin": _begin,
    "expect": documents.expect,
    "document": documents.take,
    "explain": documents.explain,
    "show": _show,
}
