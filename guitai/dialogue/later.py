"""What waits while something else is done: an interrupted errand, and what else was asked for in one breath."""

from __future__ import annotations

from guitai.dialogue.payees import name_slot
from guitai.dialogue.state import Session, Task

MOST = 4
"""More errands than this nobody remembers having asked for."""

CAN_WAIT = frozenset({"slot", "card", "id_card", "pin", "confirm", "question"})


def interrupted(session: Session) -> Session:
    """Put the errand under way aside if nothing of it has been done yet; its confirmation is asked for again later."""
    return session.but(later=first(session)) if session.stage in CAN_WAIT else session


def first(session: Session) -> tuple[Task, ...]:
    """Return what waits, with the errand under way before it if nothing of it has been done yet."""
    waits = put_aside(session.task)
    if waits is None:
        return session.later
    return (waits, *(other for other in session.later if other.kind != waits.kind or _of_another(other, waits)))[:MOST]


def put_aside(task: Task | None) -> Task | None:
    """Return what is kept of an errand of which nothing has been done yet; None for any other."""
    if task is None or task.request_id or task.order is not None or task.deposit is not None:
        return None
    return Task(task.kind, task.slots, task.said, number=task.number)


def taken_up(session: Session, task: Task) -> tuple[Session, Task]:
    """Go on with an errand of the same kind that waits: what is said anew counts, the rest stands."""
    waits = next((one for one in session.later if one.kind == task.kind and not _of_another(one, task)), None)
    if waits is None:
        return session, task
    given = {name for name, _ in task.slots}
    slots = (*(slot for slot in waits.slots if slot[0] not in given), *task.slots)
    rest = tuple(one for one in session.later if one is not waits)
    return session.but(later=rest), Task(task.kind, slots, task.said or waits.said, number=waits.number)


def _of_another(one: Task, other: Task) -> bool:
    """Whether two errands of a kind are for different payees: 给小文转三百，给小武转两百."""
    name = name_slot(one.kind)
    payees = {one.slot(name), other.slot(name)} if name is not None else {None}
    return None not in payees and len(payees) > 1


def queued(session: Session, tasks: tuple[Task, ...]) -> Session:
    """Add what else was asked for."""
    return session.but(later=(*session.later, *tasks)[:MOST])


def next_one(session: Session) -> tuple[Session, Task | None]:
    """Return what waits longest for its turn, taken out."""
    if not session.later:
        return session, None
    return session.but(later=session.later[1:]), session.later[0]
