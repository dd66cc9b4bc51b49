"""Typed view parts of the one question at medium risk: what it is about, how it can be answered by touch."""

from __future__ import annotations

from guitai.dialogue.parts import label
from guitai.dialogue.questions import PARTIES, Question, about, next_question
from guitai.dialogue.state import Session, Task
from guitai.messages.view import ChoicePart, Option, Part, TextPart
from guitai.money import format_yuan

_OWN = (("met:yes", "own_yes", "check"), ("met:no", "own_no", "people"))
_CASH = (("met:yes", "cash_yes", "check"), ("met:no", "cash_no", "people"))
_MET = (("met:yes", "met_yes", "check"), ("met:no", "met_no", "phone"), ("met:unsure", "met_unsure", "ask"))
_PARTY_ICONS = {"family": "people", "friend": "people", "business": "ask", "other": "ask"}
_ANSWERS: dict[Question, tuple[tuple[str, str, str], ...]] = {
    "transfer": _MET, "withdraw": _CASH, "deposit": _OWN, "pay": _CASH, "own": _OWN,
    "counterparty": tuple((f"party:{who}", f"party_{who}", _PARTY_ICONS[who]) for who in PARTIES),
}  # fmt: skip
"""What a question can be answered by touch: target, words, icon."""


def question(state: Session, task: Task) -> tuple[Part, ...]:
    """Return the question, the sum it is about, the answers and why it is asked."""
    asked = next_question(state) or about(task)
    words = label(state, f"question_{asked}", payee=task.slot("payee") or "")
    choices = tuple(Option(target, label(state, name), icon=icon) for target, name, icon in _ANSWERS[asked])
    note = TextPart(label(state, "ask_note"), "label", "shield")
    return (TextPart(words, "question"), *_asked_about(state, task), ChoicePart(choices), note)


def _asked_about(state: Session, task: Task) -> tuple[Part, ...]:
    """Return the sum a question is about: who answers sees what it is for."""
    if not task.amount():
        return ()
    name = {"transfer": "amount_out", "withdraw": "amount_cash"}.get(task.kind, "form_amount")
    return (TextPart(f"{label(state, name)} **{format_yuan(task.amount())} {label(state, 'yuan')}**"),)
