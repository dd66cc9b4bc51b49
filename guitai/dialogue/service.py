"""What is left for people to see to: work orders, and questions that found no answer. Derived from every step as a whole.

`follow` compares the session before and after a step, so no handler has to think of it, and records only: nothing a
customer sees or hears depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from guitai.dialogue import response, unanswered
from guitai.dialogue.data import FLOWS, filing, subtype_of
from guitai.dialogue.schema import Slot
from guitai.dialogue.state import Effects, Session, Step, Task
from guitai.dialogue.words import account_tail
from guitai.messages.business import PlaceOrder
from guitai.messages.handover import Escalate, WithdrawEscalation
from guitai.messages.masking import mask_name, mask_text
from guitai.messages.service import Cause, WorkOrder
from guitai.messages.session import TimerFired
from guitai.money import Fen, format_yuan

_BY_OUTCOME: dict[str, Cause] = {
    "refused": "refused", "failed": "failed", "short": "failed", "dispute": "dispute", "unknown": "dispute",
}  # fmt: skip
COMPLAIN = "complain"
"""The host's own order for a complaint."""


def follow(before: Session, session: Session, event: object, effects: Effects) -> Step:
    """Return what a step leaves for people to see to, each thing once."""
    session = _numbered(session)
    told: Effects = ()
    task = session.task or (before.task and _numbered(before).task)
    for cause in dict.fromkeys(_causes(before, session, event, effects)):
        order = _order(session, task, cause, getattr(event, "reason", ""))
        if order.order_id not in session.filed:
            session = session.but(filed=(*session.filed, order.order_id))
            told += (order,)
    session, asked = unanswered.follow(before, session, event)
    session, timed = response.follow(before, session, event)
    return session, told + asked + timed


def _numbered(session: Session) -> Session:
    """Give a new errand its number within the session."""
    task = session.task
    if task is None or task.number:
        return session
    return session.but(task=replace(task, number=session.errands + 1), errands=session.errands + 1)


def _causes(before: Session, session: Session, event: object, effects: Effects) -> Iterator[Cause]:
    if session.verdicts > before.verdicts and session.satisfied is False:
        yield "unsolved"
    ending = session.outcome.rpartition(".")[2]
    by_teller = before.task is not None and before.task.decision is not None
    if session.outcome != before.outcome and ending in _BY_OUTCOME and not (ending == "refused" and by_teller):
        yield _BY_OUTCOME[ending]
    for effect in effects:
        match effect:
            case Escalate(bundle=bundle) if bundle.why == "complaint":
                yield "complaint"
            case PlaceOrder(kind=kind) if kind == COMPLAIN:
                yield "complaint"
            case Escalate(bundle=bundle) if bundle.why == "dispute":
                yield "dispute"
            case WithdrawEscalation() if isinstance(event, TimerFired) and before.stage in ("held", "waiting"):
                yield "no_teller"
            case _:
                pass


def _order(session: Session, task: Task | None, cause: Cause, reason: str) -> WorkOrder:
    kind, number = (task.kind, task.number) if task is not None else ("", 0)
    subtype = "complaint" if cause == "complaint" else subtype_of(kind)
    host_request = "" if task is None else task.order.request_id if task.order is not None else task.request_id
    return WorkOrder(
        f"{session.session_id}-{number}-{cause}",
        cause,
        kind,
        filing().type_of(subtype),
        subtype,
        filing().solution_of(cause, subtype),
        entities=_entities(task) if task is not None else {},
        reason=mask_text(reason) if cause in ("refused", "failed") else "",
        host_request=host_request,
        case_number=task.case_number if task is not None else "",
        risk_level=session.risk.level if session.risk is not None else None,
    )


def _entities(task: Task) -> dict[str, str]:
    """Return the errand's values as staff may read them; what the vault keeps in full stays there."""
    slots = FLOWS[task.kind].slots
    read = ((name, _readable(slots[name], value)) for name, value in task.slots if name in slots and value)
    return {name: value for name, value in read if value}


def _readable(slot: Slot, value: str) -> str:
    if slot.keep and value not in {choice.value for choice in slot.choices}:
        return ""
    if slot.digits is not None:
        return "尾号" + account_tail(value)
    if slot.entity == "amount" and value.isdigit():
        return f"{format_yuan(Fen(int(value)))} 元"
    return mask_name(value) if "payee" in slot.entity.split("|") else mask_text(value)
