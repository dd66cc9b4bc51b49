"""Another errand named in the words that drop the one under way, and the values that words give the errand they begin."""

from __future__ import annotations

from guitai.dialogue import asides, carry, flow, later, slots
from guitai.dialogue.data import flow_for
from guitai.dialogue.schema import Flow
from guitai.dialogue.state import Session, Step, Task
from guitai.messages.voice import CustomerSaid, Entity

INSTEAD = 0.3
"""So likely need another errand be that is named while one is dropped."""


def instead(session: Session, event: CustomerSaid) -> Step | None:
    """Another errand instead of the one that is dropped in the same breath, of the same sum if none is named: 不取了，直接转给汤可心."""
    task, heard = session.task, event.understanding
    if task is None or session.stage not in later.CAN_WAIT or task.request_id or not asides.drops(event.text):
        return None
    others = (one for one in heard.intents if one.probability >= INSTEAD)
    wanted = next((flow_ for one in others if (flow_ := flow_for(one.name)) is not None), None)
    if wanted is None or wanted.kind == task.kind or heard.intents[0].name not in ("cancel", *wanted.intents):
        return None
    values = dict(values_of(session, wanted, heard.entities, event.text))
    if not values:
        return None  # 不取了，转账手续费太贵: nothing of another errand is said
    if "amount" in wanted.slots and (amount := task.slot("amount")) is not None:
        values.setdefault("amount", amount)
    return flow.begin(session.but(task=None), Task(wanted.kind, tuple(values.items()), event.text))


def values_of(
    session: Session, wanted: Flow, entities: tuple[Entity, ...], text: str
) -> tuple[tuple[str, str], ...]:  # fmt: skip
    """Return what words give an errand that they begin, with what points back to the errand before (`flow.BACK`)."""
    told = slots.told(session, wanted.kind, text, entities)
    found = []
    for name, slot in wanted.slots.items():
        value = told.get(name)
        if value is None and carry.points_back(slot, text):
            value = flow.BACK
        if value is not None:
            found.append((name, value))
    return tuple(found)
