"""Where the customer's money is, as far as anybody knows: what the kiosk says of it must be true."""

from __future__ import annotations

from typing import Literal

from guitai.dialogue.state import Session, Task
from guitai.messages.business import PlaceOrder

Whereabouts = Literal["still", "checked", "counted", "delayed", "moved"]
"""Not moved; nobody knows for sure, so a teller checks; the customer's notes are in the machine, so a teller counts; on its way, to be recalled for a day; moved as wished."""

_DECIDED = frozenset({"transfer.posted", "transfer.refused"})
_ANSWERED = _DECIDED | {"transfer.delayed", "transfer.held"}
_BY_OUTCOME: dict[str, Whereabouts] = {
    "transfer.delayed": "delayed",
    "transfer.posted": "moved",
    "withdraw.taken": "moved",
    "withdraw.dispute": "checked",
    "transfer.unknown": "checked",
    "withdraw.unknown": "checked",
    "deposit.credited": "moved",
    "deposit.dispute": "counted",
    "deposit.unknown": "counted",
}


def whereabouts(session: Session) -> Whereabouts:
    """Return where the money is that the session was last about."""
    outcome, task = session.outcome.partition("+")[0], session.task
    if task is not None and task.deposit is not None and task.deposit.place != "over":
        return "counted"
    if task is not None and task.order is not None:
        return _of_order(task.order, outcome.rpartition(".")[2])
    if task is not None and task.kind != "deposit" and task.request_id and _open(session, task, outcome):
        return "checked"
    return _BY_OUTCOME.get(outcome, "still")


def _of_order(order: PlaceOrder, status: str) -> Whereabouts:
    if status in ("posted", "delayed"):
        return "moved" if status == "posted" else "delayed"
    return "still" if order.mode == "hold" or status == "refused" else "checked"


def _open(session: Session, task: Task, outcome: str) -> bool:
    """Whether the host was asked to move money and has not said what came of it."""
    if task.kind == "transfer":
        if task.decision is not None:
            return outcome not in _DECIDED
        return task.mode != "hold" and outcome not in _ANSWERED  # a hold moves nothing until somebody decides
    if task.settlement is None:
        return outcome != "withdraw.refused"
    result = task.settlement[0]
    return result == "dispute" or (result == "reverse" and "settle" in dict(session.pending).values())
