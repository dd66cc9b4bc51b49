"""What fills a slot: an entity, the words of a choice, a row of what the host told; and what does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from guitai.dialogue import asides, carry, misheard, payees
from guitai.dialogue.data import FLOWS
from guitai.dialogue.schema import Choice, Flow, Slot
from guitai.dialogue.state import Session, Task
from guitai.dialogue.values import fill, known, row_readable, words
from guitai.dialogue.words import account_length
from guitai.errors import GuitaiError
from guitai.messages.business import Values
from guitai.messages.voice import CustomerSaid, Entity
from guitai.money import parse_yuan

NOTES = "notes"
"""Entity that counts notes instead of naming a sum."""

FREE_NAME_CHARS = 4
"""A short answer to the question who is it for is a name, known or not."""

_ORDINAL = re.compile(r"第(?P<zh>[一二三四五六七八九])|\b(?P<en>first|second|third|fourth|fifth)\b")
_LAST = re.compile(r"最后一|最下面|\blast\b")
_ENGLISH = ("first", "second", "third", "fourth", "fifth")
_CHINESE = "一二三四五六七八九"


def fits(slot: Slot, value: str, told: Mapping[str, str], rows: tuple[Values, ...]) -> bool:
    """Whether a slot takes a value, after what the host told so far and among the rows there are now."""
    if slot.rows:
        return any(dict(row).get(slot.rows) == value for row in rows)
    if slot.digits is not None:
        return slot.digits[0] <= account_length(value) <= slot.digits[1]
    if slot.entity == "amount":
        return value.isdigit() and _within(slot, int(value), told)
    return _offered(slot, value) if slot.choices and not slot.others else bool(value)


def misfit(slot: Slot, value: str, told: Mapping[str, str]) -> str:
    """Return the name of the text that says why a value does not fit."""
    beyond = slot.beyond and value.isdigit() and 0 < int(told.get(slot.most) or 0) < int(value)
    return slot.beyond if beyond else slot.unfit or slot.ask


def _within(slot: Slot, amount: int, told: Mapping[str, str]) -> bool:
    least = int(told.get(slot.least) or slot.least_fen)
    most = min((int(one) for one in (told.get(slot.most), slot.most_fen) if one), default=amount)
    if amount <= 0 or amount < least or amount > most:
        return False
    return not slot.step_fen or amount % slot.step_fen == 0


def heard(session: Session, task: Task, name: str, text: str, entities: tuple[Entity, ...]) -> str | None:
    """Return the value that words give a slot, or None. What is asked for may be answered more loosely than the rest."""
    slot = FLOWS[task.kind].slots[name]
    asked = session.stage == "slot" and session.asking == name
    if slot.rows:
        named = tuple(entity.value for entity in entities)
        return _row(slot, FLOWS[task.kind], session, task.rows, (text, *named)) if asked else None
    if slot.listen == "name" and (saved := payees.written(session, text)) is not None:
        return saved
    value = of_entities(slot, entities, task.slot(name))
    if value is None and slot.entity == "amount":  # 五张一百的
        value = next((_value_of(slot, one) for one in entities if one.type == NOTES), None)
    if slot.listen == "name" and (saved := payees.by_sound(session, task, text, value)) is not None:
        return saved
    if value is None and slot.listen == "name" and (house := payees.organisation(text, asked=asked)) is not None:
        return house
    if value is not None and (not slot.choices or slot.others or _offered(slot, value)):
        return value
    if slot.choices and ((chosen := _choice(slot, text, asked)) is not None or not slot.others):
        return chosen
    shown = session.stage == "confirm" and session.task is task
    if slot.quick and (asked or shown) and (name_ := _said(slot.quick, text)) is not None:
        return known(session, task).get(name_)
    if not asked:
        return None
    if (shared := carry.share(slot, text, known(session, task))) is not None:
        return shared
    if slot.entity == "amount" and session.by_ear and (amount := misheard.amount(text)) is not None:
        return str(amount)
    if slot.listen == "name" and 0 < len(text) <= FREE_NAME_CHARS and not asides.beside(text):
        return text
    return text if slot.keep and text else None


def several(session: Session, task: Task, event: CustomerSaid) -> bool:
    """Whether words name several choices of what is asked for: 一年和三年利息各多少 chooses none."""
    slot = FLOWS[task.kind].slots[session.asking]
    types = slot.entity.split("|")
    named = {_value_of(slot, one) for one in event.understanding.entities if one.type in types}
    return (
        bool(slot.choices)
        and not event.understanding.correction
        and sum(_offered(slot, one or "") for one in named) > 1
    )


def anew(session: Session, task: Task, text: str, entities: tuple[Entity, ...]) -> dict[str, str]:
    """Return the values that words give slots and that are not their values now."""
    found = {name: heard(session, task, name, text, entities) for name in FLOWS[task.kind].slots}
    return {name: value for name, value in found.items() if value is not None and value != task.slot(name)}


def told(session: Session, kind: str, text: str, entities: tuple[Entity, ...]) -> dict[str, str]:
    """Return the values that words give an errand which they begin, whatever was being asked for."""
    return anew(session.but(asking=""), Task(kind), text, entities)


def of_entities(slot: Slot, entities: Iterable[Entity], old: str | None = None) -> str | None:
    """Return the value of the last entity of the slot's type: a self-correction names two, the last one is meant.

    Where the last one is the old value, the one before it is meant: 存一年，半年太短.
    """
    found = [_value_of(slot, entity) for entity in entities if entity.type in slot.entity.split("|")]
    told = [value for value in found if value is not None]
    if slot.sole and len(set(told)) > 1:
        return None
    return next((value for value in reversed(told) if value != old), told[-1] if told else None)


def _value_of(slot: Slot, entity: Entity) -> str | None:
    if slot.entity != "amount":
        return entity.norm or entity.value
    try:
        return str(int(parse_yuan(entity.norm or entity.value)))
    except GuitaiError:
        return None


def _offered(slot: Slot, value: str) -> bool:
    return any(choice.value == value for choice in slot.choices)


def _choice(slot: Slot, text: str, asked: bool) -> str | None:
    """Return the choice whose words occur; of several the longest words win, and none where two are as long."""
    if (said := _said(slot.choices, text)) is not None:
        return said
    place = _place(text, len(slot.choices)) if asked else None
    return None if place is None else slot.choices[place].value


def _said(choices: tuple[Choice, ...], text: str) -> str | None:
    text = text.replace("-", " ")  # a one-year deposit
    found = sorted(
        ((len(word), choice.value) for choice in choices for word in (choice.zh, choice.en.lower(), *choice.says) if word in text.lower()),
        reverse=True,
    )  # fmt: skip
    if found and (len(found) == 1 or found[0][0] > found[1][0] or found[0][1] == found[1][1]):
        return found[0][1]
    return None


def _row(slot: Slot, flow: Flow, session: Session, rows: tuple[Values, ...], said: tuple[str, ...]) -> str | None:
    """Return the row that is meant: by its place, or by words, names or digits that only its button has."""
    text = said[0]
    if (place := _place(text, len(rows))) is not None:
        return dict(rows[place]).get(slot.rows)
    return _likest(slot, flow, session, rows, said)


def _likest(slot: Slot, flow: Flow, session: Session, rows: tuple[Values, ...], said: tuple[str, ...]) -> str | None:
    """Return the row whose button shares most words with what was said, if one does."""
    text = said[0]
    pieces = [piece for piece in re.split(r"[\s，。、的]+", text) if len(piece) > 1] + re.findall(r"\d{2,}", text)
    pieces += [piece for piece in said[1:] if len(piece) > 1]
    likeness = []
    for row in rows:
        label = button(slot, flow, session.language, row)
        words_ = [word for word in re.split(r"[\s，。、,]+", label) if len(word) > 1]
        shared = sum(piece in label for piece in pieces) + sum(word in text for word in words_)
        likeness.append((shared, dict(row)[slot.rows]))
    best = sorted(likeness, reverse=True)
    if not best or not best[0][0] or (len(best) > 1 and best[0][0] == best[1][0]):
        return None
    return best[0][1]


def remembered(session: Session, task: Task, name: str) -> str | None:
    """Return the value that the words which began the errand give a slot, now that the host has told what there is."""
    slot = FLOWS[task.kind].slots[name]
    if slot.rows and task.rows and slot.rows in dict(task.rows[0]):
        return _likest(slot, FLOWS[task.kind], session, task.rows, (task.said,))
    named = _said(slot.quick, task.said)
    return carry.share(slot, task.said, known(session, task)) if named is None else known(session, task).get(named)


def button(slot: Slot, flow: Flow, language: str, row: Values) -> str:
    """Return how a row reads on its button."""
    assert slot.shown is not None
    return fill(words(slot.shown, language), row_readable(row, flow, language))


def _place(text: str, count: int) -> int | None:
    if _LAST.search(text.lower()) and count:
        return count - 1
    if (match := _ORDINAL.search(text.lower())) is None:
        return None
    place = _CHINESE.index(match["zh"]) if match["zh"] else _ENGLISH.index(match["en"])
    return place if place < count else None
