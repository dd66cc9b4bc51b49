"""The questions that a decision asks for, and their answers: is it your own wish, have you met, who is the payee. Pure."""

from __future__ import annotations

import re
from typing import Literal

from guitai.dialogue.data import FLOWS
from guitai.dialogue.services import ORDERS
from guitai.dialogue.state import Session, Task

HELPED = "helped"
"""Slot of its own: a human was called on account of risk."""

MET = "met"
"""Slot of its own: the answer to the question, yes, no or unsure."""

COUNTERPARTY = "counterparty"
"""Slot of its own: who the payee is to the customer; anti-money-laundering asks for it."""

PARTIES = ("family", "friend", "business", "other")

Question = Literal["transfer", "withdraw", "deposit", "pay", "own", "counterparty"]

_KEYS: dict[Question, str] = {
    "transfer": "question_met", "withdraw": "question_cash", "deposit": "question_deposit", "pay": "question_pay",
    "own": "question_own", "counterparty": "question_counterparty",
}  # fmt: skip
_SAID: tuple[tuple[str, str], ...] = (
    (
        "family",
        r"[妈爸爹叔伯姨舅弟妹嫂侄甥]|(?<![板姑])娘|爷爷|姥|奶奶|婆|[外老公]公|姑(?!娘)|哥(?!们)|(?<!小)姐|儿子|儿媳|我儿|女儿|女婿|闺女|孙[子女]|外孙|爱人|媳妇|丈夫|妻子|对象|孩子|亲戚|家人|家里人|一家|\b(?:family|wife|husband|son|daughter|mother|father|mom|dad|brother|sister|relative|cousin|aunt|uncle)\b",
    ),
    (
        "business",
        r"老板|公司|单位|供应商|客户|厂|店|货|生意|合同|工程|装修|房东|租|中介|医院|学校|工人|工资|进货|合伙|批发|\b(?:business|supplier|company|landlord|customer|client|employer|contractor|seller)\b",
    ),
    ("friend", r"朋友|哥们|同事|同学|战友|邻居|老乡|师傅|徒弟|老师|伙计|\b(?:friend|colleague|neighbou?r|classmate)\b"),
)


def next_question(session: Session) -> Question | None:
    """Return the question that the decision asks for and that was not answered yet."""
    task, risk = session.task, session.risk
    if task is None or risk is None:
        return None
    if "counterparty" in risk.actions and task.slot(COUNTERPARTY) is None:
        return "counterparty"
    if "prompt" not in risk.actions or task.slot(MET) is not None:
        return None
    if {floor.floor for floor in risk.floors} == {"aml_frequent_large"} and task.slot("saved") is not None:
        return None  # who the payee is was the question
    return about(task)


def key(question: Question) -> str:
    """Return the reply by which a question is asked."""
    return _KEYS[question]


def about(task: Task) -> Question:
    """Return the question that fits a business."""
    if task.slot("payee") is not None:
        return "transfer"
    if task.kind == "withdraw":
        return "withdraw"
    if task.kind == "deposit":
        return "deposit"
    paid = any(step.order and ORDERS[step.order].money == "out" for step in FLOWS[task.kind].steps)
    return "pay" if paid else "own"


def is_somebody_elses(task: Task) -> bool:
    """Whether the customer said that what concerns nobody but themselves is not their own wish: a sign by itself."""
    return task.slot(MET) in ("no", "unsure") and about(task) in ("own", "deposit")


def party(text: str) -> str | None:
    """Return who a payee is by the customer's words, or None where they do not say."""
    words = text.strip().lower()
    return next((name for name, pattern in _SAID if re.search(pattern, words)), None)
