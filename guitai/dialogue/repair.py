"""Repair patterns: skip, back, help with a value, and a question between two guesses."""

from __future__ import annotations

import re

from guitai.dialogue import ending, flow, steps
from guitai.dialogue.data import FLOWS, INTENTS
from guitai.dialogue.speak import say, say_again
from guitai.dialogue.state import SLIP, Session, Step, Task
from guitai.dialogue.values import words
from guitai.knowledge.answers import topic
from guitai.messages.voice import CustomerSaid, IntentGuess

LIKELY, TOGETHER = 0.15, 0.5
"""The second guess must be at least this likely, both together at least that, to be worth a question."""

ANSWER = "answer:"
"""Begins a choice that is an answer's id."""

CHANGE = "change_what"
"""The reply that asks which value of a confirmation is not right: its screen confirms nothing."""

RATES = {
    "fixed_deposit": "deposit_rate",
    "query_balance": "deposit_rate",
    "loan_apply": "loan_query",
    "loan_repay": "loan_query",
}
"""What words that name a business answer, where the question was about its rates."""

_FIRST = re.compile(r"第一|前一个|前面|头一个|\bfirst\b")
_SECOND = re.compile(r"第二|后一个|后面|后者|\bsecond\b|\blatter\b")


def clarify(session: Session, intents: tuple[IntentGuess, ...]) -> Step | None:
    """Ask which of the two likeliest is meant, or None when that would not help."""
    if len(intents) < 2:  # two guesses
        return None
    first, second = intents[:2]
    if second.probability < LIKELY or first.probability + second.probability < TOGETHER:
        return None
    if first.name not in INTENTS or second.name not in INTENTS:
        return None
    return which(session, first.name, second.name)


def which(session: Session, first: str, second: str) -> Step | None:
    """Ask which of two is meant, errands or answers; not in the middle of another errand."""
    if session.stage not in ("open", "result"):
        return None
    one, other = (topic_of(name, session.language) for name in (first, second))
    return say(session.but(stage="open", task=None, clarify=(first, second)), "clarify", one=one, other=other)


def topic_of(name: str, language: str) -> str:
    """Return what a choice of the question is called: an errand, or the question an answer is for."""
    if name.startswith(ANSWER):
        return topic(name.removeprefix(ANSWER), language)
    return INTENTS[name][0 if language == "zh" else 1]


def meant(session: Session, event: CustomerSaid) -> str | None:
    """Return which of the two an answer means: by place, by name, or the likelier one of them."""
    text = event.text.lower()
    first, second = session.clarify
    if _FIRST.search(text):
        return first
    if _SECOND.search(text):
        return second
    for name in session.clarify:
        if topic_of(name, session.language).lower() in text:
            return name
    heard = event.understanding
    guesses = {guess.name: guess.probability for guess in heard.intents}
    guesses |= {ANSWER + guess.id: guess.probability for guess in heard.answers}
    top = heard.intents[0].name
    if (named := RATES.get(top)) in session.clarify and not text.startswith(("办", "我要", "我想")):
        return named  # 定期的，一年, after 您是想问存款利率，还是…: nothing is to be opened
    if found := [name for name in session.clarify if name in guesses]:
        return max(found, key=lambda name: guesses[name])
    return None


def skip(session: Session) -> Step:
    """Leave out what may be left out; else say that it is needed."""
    task = session.task
    assert task is not None
    if FLOWS[task.kind].slots[session.asking].optional:
        return flow.fill(session, session.asking, "")
    return say(session, "needed", what=asked_for(session))


def without_slip(session: Session) -> Step:
    """Print no slip for this errand, and show again what is to be confirmed."""
    task = session.task
    assert task is not None
    return (
        say_again(session) if task.deposit is not None else flow.advance(session.but(task=task.with_slot(SLIP, "no")))
    )


def change(session: Session) -> Step:
    """Something to be confirmed is not right: ask for it anew, or which of several it is."""
    task = session.task
    assert task is not None
    names = () if task.deposit is not None else changeable(task)
    if not names:
        return ending.cancel(session)
    if len(names) == 1:
        return anew(session, names[0])
    return say(session, CHANGE)


def changeable(task: Task) -> tuple[str, ...]:
    """Return the slots a customer gave and may change; the account of a saved payee is the bank's."""
    return tuple(name for name in given(task, "") if task.slot(name))


def anew(session: Session, name: str) -> Step:
    """Ask for a value although there is one, which stands until another is given."""
    task = session.task
    assert task is not None
    slot = FLOWS[task.kind].slots[name]
    return steps.tell(session.but(stage="slot", asking=name, further=0), task, slot.ask)


def back(session: Session) -> Step:
    """Ask again for the value given last, which stands until another is given; with none given the errand is dropped."""
    task = session.task
    assert task is not None
    asked = given(task, session.asking if session.stage == "slot" else "")
    return anew(session, asked[-1]) if asked else ending.cancel(session)


def given(task: Task, asking: str) -> tuple[str, ...]:
    """Return the slots that were asked for and have a value, in their order, without the one being asked for now."""
    asked = dict.fromkeys(step.ask for step in FLOWS[task.kind].steps if step.ask is not None)
    known = (name for name in asked if name != asking and task.slot(name) is not None)
    return tuple(name for name in known if not (name == "account" and task.slot("saved")))


def help_with(session: Session) -> Step:
    """The customer does not know the value: say what it is, offer a human."""
    return say(session, "needed_help", what=asked_for(session))


def asked_for(session: Session) -> str:
    """Return the name of the value that is being asked for."""
    assert session.task is not None
    return words(FLOWS[session.task.kind].slots[session.asking].label, session.language)
