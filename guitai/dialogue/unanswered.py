"""Which of the customer's questions found no answer: not understood, not satisfied with it, or unsolved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guitai.dialogue.beside import Question
from guitai.dialogue.state import Effects, Session, Step
from guitai.messages.masking import scrub
from guitai.messages.service import Unanswered, UnansweredQuestion
from guitai.messages.touch import Pressed
from guitai.messages.voice import CustomerSaid

ANSWERED = "answered."
"""Begins the outcome of a session in which an answer was given."""

TOP = 3
SIM = 0.7
_GIVES_UP = frozenset({"human_agent", "complaint", "deny"})
"""What a customer says, straight after an answer, whom it did not help."""


@dataclass(frozen=True, slots=True)
class _Found:
    question: Question
    why: Unanswered


def follow(before: Session, session: Session, event: object) -> Step:
    """Remember what was asked; return the record of what was left without an answer."""
    effects: Effects = ()
    if (found := _found(before, session, event)) is not None:
        session, effects = _told(session, found)
    return session.but(question=_asked(before, session, event)), effects


def _found(before: Session, session: Session, event: object) -> _Found | None:
    question = before.question
    if session.verdicts > before.verdicts and session.satisfied is False and question is not None:
        return _Found(question, "unsolved")
    if isinstance(event, CustomerSaid) and _said(before, session, "not_understood"):
        return _Found(_question(before, event), "not_understood")
    if question is None or not question.answer_id or not question.fresh:
        return None
    return _Found(question, "not_satisfied") if _unhappy(question, before, session, event) else None


def _unhappy(question: Question, before: Session, session: Session, event: object) -> bool:
    """Whether what comes straight after an answer says that it was none."""
    if isinstance(event, Pressed):
        return event.target == "human"
    if not isinstance(event, CustomerSaid):
        return False
    top = event.understanding.intents[0]
    if event.understanding.sentiment == "negative" or (top.name in _GIVES_UP and top.probability >= SIM):
        return True
    return _answer(before, session) == question.answer_id and top.name == question.intents[0].name  # asked over again


def _asked(before: Session, session: Session, event: object) -> Question | None:
    """Return what is the question now: words that got an answer or began an errand. Other words make the last one old."""
    task, question = session.task, session.question
    begun = task is not None and (before.task is None or before.task.number != task.number)
    taken_up = len(session.later) < len(before.later)
    if not isinstance(event, CustomerSaid):
        return None if begun else question
    if (answer := _answer(before, session)) is not None:
        return _question(before, event, answer)
    if begun and task is not None:
        return None if taken_up else _question(before, event, errand=task.kind)
    return replace(question, fresh=False) if question is not None else None


def _answer(before: Session, session: Session) -> str | None:
    """Return the id of the answer this step gave; empty when it is not told."""
    phrased = session.unphrased is not None and session.unphrased != before.unphrased
    if not phrased and not _said(before, session, "answer"):
        return None
    return session.outcome.removeprefix(ANSWERED) if session.outcome.startswith(ANSWERED) else ""


def _said(before: Session, session: Session, key: str) -> bool:
    """Whether this step said something of that key."""
    spoken = session.speak_id not in ("", before.speak_id)
    return spoken and (session.saying.key == key or session.saying.key.startswith(key + "_"))


def _question(before: Session, event: CustomerSaid, answer_id: str = "", errand: str = "") -> Question:
    entities = event.understanding.entities
    values = [(entity.type, entity.value) for entity in entities]
    if before.customer is not None:
        values += [("payee", payee.name) for payee in before.customer.payees]
    if before.task is not None:
        values.append(("payee", before.task.slot("payee") or ""))
    intents = event.understanding.intents[:TOP]
    return Question(scrub(event.text, values), intents, answer_id, errand, event.language)


def _told(session: Session, found: _Found) -> Step:
    question = found.question
    session, question_id = session.new_id("question")
    told = UnansweredQuestion(
        question_id, found.why, question.text, question.intents, question.answer_id, question.errand, question.language
    )
    return session.but(question=None), (told,)
