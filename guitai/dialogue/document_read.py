"""What comes of reading a paper: it is weighed like the customer's own words, told by name, or laid down once more."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import documents, flow, seen
from guitai.dialogue.assess import assess
from guitai.dialogue.data import CODES, FLOWS, text_key
from guitai.dialogue.escalate import escalate
from guitai.dialogue.schema import Paper
from guitai.dialogue.speak import note, say
from guitai.dialogue.state import Session, Step, Task
from guitai.messages.business import Values
from guitai.messages.document import DocumentRead, ReadDocument
from guitai.messages.identity import DocumentFailed
from guitai.risk.conversation import heard

MOST_TRIES = 3
MOST_TOPICS = 4
"""So many have a button beside 没有要问的了 and the step back; the others are explained when they are asked about."""

TRIES = "tries"
"""How often nothing could be read, in a slot of its own."""


def read(session: Session, event: DocumentRead) -> Step:
    """The paper was read: what it says is weighed like spoken words, then the flow goes on."""
    task = session.task
    if task is None or (index := _index(task)) is None:
        return session, ()
    session = seen.laid_down(_weighed(session, event), "document", event.digest)
    facts = (*_of_fields(event), *_of_clauses(event), *_of_doubts(event))
    session = session.but(task=replace(task.over(index), facts=facts))
    effects: tuple[object, ...] = ()
    if event.scam.strength == "strong":
        session, effects = assess(session)
        session = session.but(risk=None)
    session, more = flow.advance(session)
    return session, effects + more


def failed(session: Session, event: DocumentFailed) -> Step:
    """Nothing was read: the paper is laid down once more; after a few times a human looks at it."""
    task = session.task
    if task is None or (index := _index(task)) is None:
        return session, ()
    paper = FLOWS[task.kind].steps[index].document
    assert paper is not None
    if event.code == "device.not_connected":
        return documents.end_unread(session, task, paper.out_of_use)
    tries = int(task.slot(TRIES) or 0) + 1
    if tries >= MOST_TRIES:
        return escalate(session, "asked")
    slots = tuple(slot for slot in task.slots if slot[0] != paper.slot)
    task = replace(task, slots=slots).with_slot(TRIES, str(tries))
    session = session.but(stage="slot", asking=paper.slot, task=task)
    return say(session, text_key(FLOWS[task.kind], paper.unseen))


def again(session: Session) -> Step:
    """After a break: the picture is gone with it, so the paper is read again."""
    task = session.task
    if task is None or session.stage != "working" or (index := _index(task)) is None:
        return session, ()
    if (
        index in task.done
        or documents.PENDING in dict(session.pending).values()
        or task.slot(_paper(task).slot) is None
    ):
        return session, ()
    session, request_id = session.asks(documents.PENDING)
    return session, (ReadDocument(request_id),)


def _paper(task: Task) -> Paper:
    index = _index(task)
    assert index is not None
    paper = FLOWS[task.kind].steps[index].document
    assert paper is not None
    return paper


def _index(task: Task) -> int | None:
    return next((index for index, step in enumerate(FLOWS[task.kind].steps) if step.document is not None), None)


def _weighed(session: Session, event: DocumentRead) -> Session:
    """Let the words of the paper count as the customer's own do, and tell whoever takes over what was shown."""
    kind = CODES["document"][event.kind][0]
    words = "、".join(event.scam.evidence)
    session = note(session, "customer", f"（出示了{kind}{'：' + words if words else ''}）")
    if event.scam.strength == "none":
        return session
    return session.but(conversation=heard(session.conversation, event.scam, words))


def _of_fields(event: DocumentRead) -> Values:
    return (("document", event.kind), *((field.name, field.value) for field in event.fields))


def _of_clauses(event: DocumentRead) -> Values:
    """Return which topics there are (`topics`), and of each the number and the figures under names of its own."""
    named = ",".join((*(clause.topic for clause in event.clauses[:MOST_TOPICS]), documents.DONE))
    places = ((f"{clause.topic}_number", clause.number) for clause in event.clauses if clause.number)
    figures = ((f"{clause.topic}_figures", ",".join(clause.figures)) for clause in event.clauses if clause.figures)
    return (("clauses", "yes" if event.clauses else ""), ("topics", named), *places, *figures)


def _of_doubts(event: DocumentRead) -> Values:
    """Return what to be careful about: `doubt`, and the scam signal (`scam`, `scam_type`)."""
    doubt = event.doubts[0] if event.doubts else ""
    return (("doubt", doubt), ("scam", event.scam.strength), ("scam_type", event.scam.type or ""))
