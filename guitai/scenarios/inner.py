"""What a scenario reads of the session itself, in one place: the value being asked for, the values understood, the errand."""

from __future__ import annotations

from collections.abc import Sequence

from guitai.dialogue import payees
from guitai.dialogue.data import FLOWS
from guitai.dialogue.state import Session, Task
from guitai.dialogue.words import account_tail
from guitai.errors import GuitaiError
from guitai.messages.voice import Entity
from guitai.money import parse_yuan

ALIASES = {
    "amount_fen": "amount", "payee_account_tail": "account", "payee_account": "account", "account_no": "account",
    "payee_bank": "bank", "phone_tail": "phone", "payee_name": "payee", "account_tail": "account",
}  # fmt: skip
"""A scenario's name of a slot to the flows' name."""

REFERENCE_BARS = 2
"""An account reference has so many (guitai.dialogue.words)."""

NAMES = ("name", "product")
"""What a row of the host's is called by."""

SERVES = {"loan_quote": ("loan_query", "loan_apply")}
"""Intents behind flows that none begins: what a loan would cost is asked before one is applied for."""

_DONE = (".posted", ".delayed", ".taken", ".credited", ".done", ".told", ".shown", ".known")


def canonical(slot: str) -> str:
    """Return the flows' name of a slot."""
    return ALIASES.get(slot, slot)


def asking(state: Session) -> str:
    """Return the slot the kiosk asks for, or an empty text; the ID card to lay down is one, too."""
    return state.asking if state.stage == "slot" else state.stage if state.stage == "id_card" else ""


def asked_about(state: Session) -> tuple[str, ...]:
    """Return the saved payees of whom the kiosk asks whether one is meant, as it did not surely hear the name."""
    return payees.doubted(state.task) if state.stage == "slot" and state.task is not None else ()


def is_filler(state: Session) -> bool:
    """Whether what the kiosk says now only asks for patience (好的，正在办)."""
    return state.stage == "working"


def tasks(state: Session) -> tuple[Task, ...]:
    """Return the errand under way and those that wait."""
    return tuple(task for task in (state.task, *state.later) if task is not None)


def values(state: Session) -> dict[str, str]:
    """Return what the errand under way has understood, by the flows' names; an account by its tail."""
    if state.task is None:
        return {}
    return {
        canonical(name): account_tail(value) if value.count("|") == REFERENCE_BARS else value
        for name, value in state.task.slots
        if value
    }


def names_of(state: Session, slot: str, value: str) -> frozenset[str]:
    """Return how a slot's value may be called: itself, the words of the choice it is, the name of the row."""
    task = state.task
    flow = FLOWS.get(task.kind) if task is not None else None
    if task is None or flow is None or slot not in flow.slots:
        return frozenset((value,))
    words = (word for one in flow.slots[slot].choices if one.value == value for word in (one.zh, one.en, *one.says))
    rows = (dict(row) for row in task.rows)
    named = (row[key] for row in rows if row.get(flow.slots[slot].rows) == value for key in NAMES if key in row)
    return frozenset((value, *words, *named))


def heard(state: Session, slot: str, entities: Sequence[Entity]) -> str | None:
    """Return a value that was heard and that no errand has a place for: what a machine counts nobody is asked for.

    The same of an errand that is over, or waits for the line: what was understood of it the kiosk told by its answer.
    """
    flow = FLOWS.get(state.task.kind) if state.task is not None else None
    found = [one for one in entities if one.type == slot]
    if (flow is not None and slot in flow.slots) or not found:
        return None
    norm = found[-1].norm or found[-1].value
    try:
        return str(int(parse_yuan(norm))) if slot == "amount" else norm
    except GuitaiError:
        return None


def intents(state: Session) -> tuple[str, ...]:
    """Return the intents that the errand under way serves."""
    kinds = [task.kind for task in tasks(state) if task.kind in FLOWS]
    return tuple(intent for kind in kinds for intent in SERVES.get(kind, FLOWS[kind].intents))


def start_target(intent: str, targets: Sequence[str]) -> str:
    """Return the button that begins the business of an intent."""
    wanted = [f"start:{kind}" for kind, flow in FLOWS.items() if intent in flow.intents] or [f"about:{intent}"]
    wanted.append(f"clarify:{intent}")
    return next((target for target in targets if target.partition(" ")[0] in wanted), wanted[0])


def given_again(states: Sequence[Session]) -> tuple[str, ...]:
    """Return the slots the kiosk asked for although they had been given for the same errand, each as often as it did."""
    given: dict[str, set[str]] = {}
    found = []
    before = ""
    for state in states:
        now, task = canonical(asking(state)), state.task
        # What still stands in the errand but does not fit has to be asked for once more.
        if now and now != before and task is not None and now not in values(state) and now in given.get(task.kind, ()):
            found.append(now)
        before = now
        for one in tasks(state):
            given.setdefault(one.kind, set()).update(canonical(name) for name, value in one.slots if value)
        if state.stage in ("result", "closed") or not tasks(state):
            given.clear()
    return tuple(found)


def resolved(outcome: str) -> bool:
    """Whether a session's machine-readable result says that the customer got what they came for."""
    result = outcome.partition("+")[0]
    return result == "answered" or result.startswith("answered.") or result.endswith(_DONE)
