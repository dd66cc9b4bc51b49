"""What is not said aloud while a second person stands close: amounts, names and accounts; what they mean is still said. Pure."""

from __future__ import annotations

import re

from guitai.dialogue.cover import FIGURE
from guitai.dialogue.data import LABELS
from guitai.dialogue.state import Session

OPEN = frozenset({"answer", "answer_fraud", "answer_then", "greet", "teller_joined", "teller_back"})
"""Replies that say nothing of the customer: reviewed answers are full of figures."""

PUBLIC = frozenset({"hotline", "teller", "what", "time", "minutes", "lead", "more", "reason", "tries", "case"})
"""Values of a reply that are nobody's secret."""

NUMBERS = ("95500", "96110", "110", "12363")
_ZH = re.compile(r"[^，。！？；]+[，。！？；]?")
_EN = re.compile(r".+?(?:[.!?;,:](?=\s|$)|$)")


def whispers(session: Session) -> bool:
    """Whether amounts, names and accounts are to be kept from the ears of who stands close."""
    return session.company and not session.uncovered and not session.ear


def kept(session: Session, text: str) -> str:
    """Return what may be said of a text: clauses with a figure or a value of the customer's are left out, and it says so."""
    saying = session.saying
    if not whispers(session) or saying.key.removesuffix("_calm") in OPEN:
        return text
    secrets = [value for name, value in saying.params if name not in PUBLIC and len(value) > 1]
    clauses = (_ZH if session.language == "zh" else _EN).findall(text)
    said = [one for one in clauses if not _tells(one, secrets, session.hotline)]
    if len(said) == len(clauses):
        return text
    note = LABELS["unsaid"][0 if session.language == "zh" else 1]
    joint = "" if session.language == "zh" else " "
    return f"{''.join(said).strip()}{joint}{note}".strip()


def _tells(clause: str, secrets: list[str], hotline: str) -> bool:
    bare = clause
    for number in (hotline, *NUMBERS):
        bare = bare.replace(number, "")
    return bool(FIGURE.search(bare)) or any(secret in clause for secret in secrets)
