"""Keeps what must not be an event out of events: account numbers and codes go to the vault, a reference goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import structlog

from guitai.dialogue.words import account_reference
from guitai.errors import GuitaiError
from guitai.messages.touch import Entered
from guitai.messages.voice import CustomerSaid, Entity

SECRET_ENTITIES = frozenset({"account", "id_number", "phone", "user_no"})
PLAIN_FIELDS = frozenset({"amount"})
"""Typed values that are no secret."""

DIGITS = re.compile(r"\d[\d -]{6,}\d")
SPOKEN = "〇零一二三四五六七八九幺两"
SPOKEN_DIGITS = re.compile(f"[{SPOKEN}]{{8,}}")

log = structlog.get_logger()

Keep = Callable[[str], str]
"""Puts a value into the vault and returns its key."""


def take_in(event: object, keep: Keep) -> object | None:
    """Return the event as it may be journalled, having kept what is secret in it; None: it could not be kept, say it again."""
    try:
        return _taken(event, keep)
    except GuitaiError as error:  # as with a step that is not written: not kept means not heard
        log.warning("not kept, not heard", code=error.code)  # and no traceback: its frames hold the number
        return None


def _taken(event: object, keep: Keep) -> object:
    if isinstance(event, CustomerSaid):
        entities = tuple(_kept(entity, keep) for entity in event.understanding.entities)
        understanding = replace(event.understanding, entities=entities)
        return replace(event, text=mask(event.text), understanding=understanding)
    if isinstance(event, Entered) and event.text and event.field not in PLAIN_FIELDS:
        digits = _digits(event.text)
        return Entered(event.field, "", account_reference(keep(digits), digits))
    return event


def mask(text: str) -> str:
    """Return the text with every long run of digits, written or spoken, reduced to its last four."""
    text = DIGITS.sub(lambda match: "尾号" + re.sub(r"\D", "", match.group())[-4:], text)
    return SPOKEN_DIGITS.sub(lambda match: "尾号" + match.group()[-4:], text)


def _kept(entity: Entity, keep: Keep) -> Entity:
    if entity.type not in SECRET_ENTITIES:
        return entity
    digits = _digits(entity.norm or entity.value)
    return Entity(entity.type, mask(entity.value), account_reference(keep(digits), digits))


def _digits(text: str) -> str:
    """Return the digits of a number; an ID card's may end in X (GB 11643)."""
    return "".join(c for c in text.upper() if c.isdigit() or c == "X")
