"""Which of the customer's saved payees a name is that was heard: recognisers write rare names in common characters. Pure.

A name that is written as the book has it is that payee. Another one is matched by its sound: taken where one payee alone sounds
so, asked about where two do or it is unsure, left as it was heard where none does. Typed words are never matched by sound.
"""

from __future__ import annotations

import re
from dataclasses import replace

from guitai.dialogue.data import FLOWS
from guitai.dialogue.likeness import Meant, meant
from guitai.dialogue.state import Session, Task
from guitai.messages.bank import Payee

OTHER = "对方"
"""Payee of whom only the account will be told: chosen by touch, for nobody types a Chinese name on a number pad."""

DOUBT, REFUSED = "payee_doubt", "payee_refused"
"""Slots of an errand's own: the payees the customer is being asked about, those said not to be meant."""

_SEPARATOR = "\n"
_KINDS = "医院|卫生院|学校|大学|学院|中学|小学|幼儿园|公司|有限公司|物业|酒店|饭店|商店|商行|超市|工厂|合作社|事务所|研究所|法院|村委会|居委会|养老院"
_HOUSE = re.compile(rf"[一-龥A-Za-z0-9（）()]{{2,20}}?(?:{_KINDS})")
_TO_HOUSE = re.compile(
    rf"(?:给|汇到|转到|打到|付给)(?P<name>(?![我你他她咱这那])[一-龥A-Za-z0-9（）()]{{2,16}}?(?:{_KINDS}))(?=$|[，。,；！!、]|[转汇打付交]|的)"
)
_THAT_ONE = re.compile(r"就是|没错|错不了|^[对队兑](?:的|了|啊|呀|[，,。]|$)|\bthat'?s (?:him|her|it|right)\b")
_NOT_THIS = re.compile(
    r"(?<!是)(?:不是|不给|别给|不转给|别转给|不要给)(?:转给|给)?[^，,。；、\s是]{2,4}(?=[，,。；、\s]|是|$)"
)
"""Somebody who is not meant: 不是曹明，是曹敏 names one of them. 是不是曹明 denies nobody."""

_DENIES = re.compile(r"不是|不对|错了|别|\bnot?\b")
_PLACES = (re.compile(r"第一|前一个|前面|上面|\bfirst\b"), re.compile(r"第二|后一个|后面|下面|\bsecond\b"))


_GOES_ON = r"(?=(?:周转|应付)(?:[零一二两三四五六七八九十百千万半几\d](?!下)|[账帐点些钱款个]))"
"""After a saved name: 李周 of 给李周周转两千 may be that payee or the beginning of another's name."""


def book(session: Session) -> tuple[Payee, ...]:
    """Return the payees the bank has saved for the customer; none while nobody is known."""
    return session.customer.payees if session.customer is not None else ()


def written(session: Session, text: str) -> str | None:
    """Return the saved payee whose name occurs in the words and is not denied there: whoever knows the names hears them best."""
    said = _NOT_THIS.sub("", text)
    named = (payee.name for payee in book(session) if re.search(f"{re.escape(payee.name)}(?!{_GOES_ON})", said))
    return max(named, key=len, default=None)


def _cut_short(session: Session, text: str) -> set[str]:
    """Return the saved payees whose name stands in the words, but may be the beginning of another's there."""
    return {name for name in _names(session) if re.search(f"{re.escape(name)}{_GOES_ON}", _NOT_THIS.sub("", text))}


def is_saved(session: Session, name: str) -> bool:
    """Whether the bank has saved a payee of this name for the customer."""
    return name in _names(session)


def settled(session: Session, task: Task) -> Task:
    """Return the errand with its payee in the book's writing where it sounds so, or with whom to ask about."""
    name = name_slot(task.kind)
    if name is None or not book(session):
        return task
    value, said = task.slot(name), task.said
    known = value == OTHER or value in _names(session) or (value is not None and "*" in value)
    near = _cut_short(session, said) - set(_list(task, REFUSED))
    if near and not known:
        return task.with_slot(DOUBT, min(near))
    if not session.by_ear:
        return task
    task = _undoubted(task)
    if known:
        return task
    found = _meant(session, task, said if value is None or value in said else value, value)
    if found.name is not None:
        return task.with_slot(name, found.name)
    return task.with_slot(DOUBT, _SEPARATOR.join(found.perhaps)) if found.perhaps else task


def by_sound(session: Session, task: Task, text: str, heard: str | None) -> str | None:
    """Return the saved payee that spoken words surely name by sound, or None."""
    return _meant(session, task, text, heard).name if session.by_ear else None


def may_be(session: Session, task: Task, text: str) -> bool:
    """Whether spoken words in which no name was found may name a saved payee."""
    return session.by_ear and bool(_meant(session, task, text, None).perhaps)


def organisation(text: str, *, asked: bool) -> str | None:
    """Return the firm or house that money is to go to: 转一万给市第一人民医院; asked for the payee, the words alone are one."""
    said = text.strip(" ，。,.啊呀吧")
    if asked and _HOUSE.fullmatch(said.removeprefix("转给").removeprefix("给")):
        return said.removeprefix("转给").removeprefix("给")
    found = _TO_HOUSE.search(text)
    return found["name"] if found else None


def doubted(task: Task) -> tuple[str, ...]:
    """Return the payees the customer is being asked about."""
    return _list(task, DOUBT)


def answered(perhaps: tuple[str, ...], text: str) -> str | None:
    """Return which of those asked about words say, by the name or its place, or None."""
    named = [name for name in perhaps if name in text]
    if len(named) == 1 and not _DENIES.search(text):
        return named[0]
    if len(perhaps) == 1:
        return perhaps[0] if _THAT_ONE.search(text) and not _DENIES.search(text) else None
    return next((name for name, place in zip(perhaps, _PLACES, strict=True) if place.search(text.lower())), None)


def refused(task: Task) -> Task:
    """Return the errand after the customer said that none of these is meant: what was heard stands."""
    return _undoubted(task).with_slot(REFUSED, _SEPARATOR.join((*_list(task, REFUSED), *doubted(task))))


def name_slot(kind: str) -> str | None:
    """Return the slot of a flow that a payee's name fills."""
    return next((name for name, slot in FLOWS[kind].slots.items() if slot.listen == "name"), None)


def _meant(session: Session, task: Task, text: str, heard: str | None) -> Meant:
    names = _names(session) - set(_list(task, REFUSED)) - _cut_short(session, text)
    return meant(names, _NOT_THIS.sub("", text), heard)


def _names(session: Session) -> set[str]:
    return {payee.name for payee in book(session)}


def _list(task: Task, slot: str) -> tuple[str, ...]:
    return tuple(filter(None, (task.slot(slot) or "").split(_SEPARATOR)))


def _undoubted(task: Task) -> Task:
    slots = tuple((key, value) for key, value in task.slots if key != DOUBT)
    return task if slots == task.slots else replace(task, slots=slots)
