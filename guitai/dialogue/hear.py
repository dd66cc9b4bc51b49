"""What the customer's words do: fill a slot, answer a question, start a business, call a human."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from guitai.dialogue import ending, flow
from guitai.dialogue.data import FLOWS, Slot, flow_for
from guitai.dialogue.escalate import escalate
from guitai.dialogue.speak import note, say, say_again
from guitai.dialogue.state import Session, Step, Task
from guitai.dialogue.yes_no import yes_or_no
from guitai.errors import GuitaiError
from guitai.knowledge.answers import answer
from guitai.messages.voice import CustomerSaid, Entity, SpeechUnclear
from guitai.money import parse_yuan
from guitai.risk.conversation import heard

SIM = 0.7
"""An intent below this is not acted upon (design.md section 5)."""

SWITCH = 0.85
"""While a value is being asked for, another business must be this certain to take over."""

REDACTED = "〔已隐去〕"
UNCLEAR_LIMIT = 3
NEGATIVE_LIMIT = 2
_BUSY = frozenset({"working", "pin", "sms", "take_card", "take_cash", "take_back", "ending"})
_WITH_HUMAN = frozenset({"waiting", "held", "teller"})


def customer_said(session: Session, event: CustomerSaid) -> Step:
    """Take in one finished utterance."""
    understood = event.understanding
    top = understood.intents[0]
    said_before = session.conversation
    session = note(session, "customer", event.text).but(
        heard=event.text, hearing="heard", unclear=0, intents=(*session.intents, top.name)[-20:],
        conversation=heard(said_before, understood.scam, event.text, purpose=session.stage == "question"),
        language=event.language,
        negatives=session.negatives + 1 if understood.sentiment == "negative" else 0,
    )  # fmt: skip
    if REDACTED in event.text:
        return say(session, "never_say_pin")
    if session.stage in _WITH_HUMAN or session.stage == "ending":
        return session, ()
    sure = top.probability >= SIM
    if top.name == "human_agent" and sure:
        return escalate(session, "asked")
    if top.name == "complaint" and sure:
        return escalate(session, "complaint")
    if session.negatives >= NEGATIVE_LIMIT:
        return escalate(session, "negative")
    if session.stage in _BUSY:
        return session, ()
    if session.stage == "still_there":
        session = session.but(stage=session.before_warning)
    if session.stage == "question" and session.conversation.graver_than(said_before):
        # The decision stood on milder words than the answer to its own question.
        return flow.clear(session.but(risk=None))
    return _by_stage(session, event)


def unclear(session: Session, _event: SpeechUnclear) -> Step:
    """Ask again instead of guessing; after a few times bring a human."""
    if session.stage in _BUSY | _WITH_HUMAN | {"insert_notes"}:  # a machine that counts notes is loud
        return session, ()
    session = session.but(unclear=session.unclear + 1, hearing="uncertain")
    if session.unclear >= UNCLEAR_LIMIT:
        return escalate(session, "asked")
    return say(session, "not_heard")


def _by_stage(session: Session, event: CustomerSaid) -> Step:
    top = event.understanding.intents[0]
    sure = top.probability >= SIM
    if session.stage == "slot" and (filled := _answer_slot(session, event)) is not None:
        return filled
    if top.name == "cancel" and sure:
        return ending.cancel(session)
    if top.name == "repeat_back" and sure:
        return say_again(session)
    if (said := _answer(session, event)) is not None:
        match session.stage:
            case "question":
                return met(session, said)
            case "confirm":
                return say(session, "tap_please") if said == "yes" else ending.cancel(session)
            case "result":
                return ending.solved(session, said == "yes")
            case _:
                pass
    if not sure or top.name == "out_of_scope":
        return _not_understood(session)
    return _start(session, event)


def _answer(session: Session, event: CustomerSaid) -> Literal["yes", "no"] | None:
    """Return yes or no if the kiosk has just asked for it and the words say so."""
    if session.stage not in ("question", "confirm", "result"):
        return None
    top = event.understanding.intents[0]
    if top.probability >= SIM and flow_for(top.name) is not None:
        return None
    if (plain := yes_or_no(event.text)) is not None:
        return plain
    if session.stage == "result" and top.name == "thanks_bye":
        return "yes"
    if top.name == "affirm":
        return "yes"
    return "no" if top.name == "deny" else None


def _start(session: Session, event: CustomerSaid) -> Step:
    top = event.understanding.intents[0]
    if (wanted := flow_for(top.name)) is not None:
        return flow.begin(session, Task(wanted.kind, _slots(wanted.slots, event.understanding.entities)))
    if top.name == "thanks_bye":
        return ending.finish(session)
    if (found := answer(top.name, event.text, session.language)) is not None:
        session = session.but(outcome=f"answered.{found.id}") if session.task is None else session
        return say(session, "answer", lead=found.lead, more=found.more)
    if top.name in ("affirm", "deny"):
        return say_again(session)
    return _not_understood(session)


def _not_understood(session: Session) -> Step:
    session = session.but(unclear=session.unclear + 1)
    if session.unclear >= UNCLEAR_LIMIT:
        return escalate(session, "asked")
    return say(session, "not_understood")


def _answer_slot(session: Session, event: CustomerSaid) -> Step | None:
    """Return the step that fills what is asked for, or None when the words were about something else."""
    task = session.task
    assert task is not None
    top = event.understanding.intents[0]
    other = flow_for(top.name)
    if other is not None and other.kind != task.kind and top.probability >= SWITCH:
        return None
    wanted = next(slot for slot in FLOWS[task.kind].slots if slot.name == session.asking)
    value = _slot_value(wanted, event.understanding.entities)
    if value is None and wanted.name == "payee" and len(event.text) <= 4 and other is None:
        value = event.text
    if value is None:
        return None
    for slot in FLOWS[task.kind].slots:
        extra = _slot_value(slot, event.understanding.entities)
        if extra is not None and slot.name != wanted.name and task.slot(slot.name) is None:
            task = task.with_slot(slot.name, extra)
    return flow.fill(session.but(task=task), wanted.name, value)


def met(session: Session, how: str) -> Step:
    """The customer answered the one question: not met, or unsure, delays the money by a day."""
    task = session.task
    assert task is not None
    task = task.with_slot("met", how)
    if how != "yes" and task.kind == "transfer":
        task = replace(task, mode="delay_24h")
    return flow.clear(session.but(task=task))


def _slots(wanted: tuple[Slot, ...], entities: tuple[Entity, ...]) -> tuple[tuple[str, str], ...]:
    values = ((slot.name, _slot_value(slot, entities)) for slot in wanted)
    return tuple((name, value) for name, value in values if value is not None)


def _slot_value(slot: Slot, entities: tuple[Entity, ...]) -> str | None:
    # A spoken self-correction names two amounts; the last one is meant.
    found = [entity for entity in entities if entity.type == slot.entity]
    if not found:
        return None
    entity = found[-1]
    if slot.entity != "amount":
        return entity.norm or entity.value
    try:
        return str(int(parse_yuan(entity.norm or entity.value)))
    except GuitaiError:
        return None
