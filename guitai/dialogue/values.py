"""What is known of a business by name, and how each value reads on the screen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

from guitai.dialogue.data import CODES, FLOWS
from guitai.dialogue.schema import Flow, Slot, Words
from guitai.dialogue.state import Session, Task
from guitai.dialogue.words import account_tail
from guitai.messages.business import PERSON, PIN, PIN_AGAIN, Values
from guitai.money import Fen, short_yuan

MISSING = "-"


def known(session: Session, task: Task) -> dict[str, str]:
    """Return every value by name: what the host told, the row that was chosen, the slots (an amount also in fen)."""
    flow = FLOWS[task.kind]
    found = {"card_tail": session.card_tail, "case_number": task.case_number, **dict(task.facts)}
    found["card_in"] = "yes" if session.card == "inside" else ""
    found |= {"pin_block": PIN, "pin_block_again": PIN_AGAIN}
    if session.recording is not None and session.recording.place == "kept":
        found["recording"] = session.recording.recording_id
    if session.person is not None:
        found["id_card"] = PERSON + session.person.person_token
    for name, slot in flow.slots.items():
        value = task.slot(name)
        if value is None:
            continue
        if slot.rows:
            found.update(next((dict(row) for row in task.rows if dict(row).get(slot.rows) == value), {}))
        found[name] = value
        if slot.entity == "amount":
            found[f"{name}_fen"] = value
        if slot.digits is not None:
            found[f"{name}_tail"] = account_tail(value)
    return found | dict(task.results)


def applies(when: Mapping[str, str | tuple[str, ...]], values: Mapping[str, str]) -> bool:
    """Whether all conditions hold; a value that is missing counts as the empty text."""
    return all(
        values.get(name, "") in ((wanted,) if isinstance(wanted, str) else wanted) for name, wanted in when.items()
    )


def fill(template: str, shown: Mapping[str, str]) -> str:
    """Return the text with its values in place; one that is missing reads as a dash."""
    return template.format_map(_Gaps(shown))


def names_in(template: str) -> set[str]:
    """Return the names of the values a text wants."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def readable(values: Mapping[str, str], flow: Flow, language: str) -> dict[str, str]:
    """Return the values as they read: 5,000 · 0.95% · 2026年3月5日 · the words of a choice."""
    return {name: _shown(name, value, flow, language) for name, value in values.items() if value}


def row_readable(row: Values, flow: Flow, language: str) -> dict[str, str]:
    """The same for one row."""
    return readable(dict(row), flow, language)


def words(both: Words, language: str) -> str:
    """Return the words in a language."""
    return both.zh if language == "zh" else both.en


def choice_words(slot: Slot, value: str, language: str) -> str:
    """Return how a slot's value reads among its choices, else the value."""
    return next((words(one, language) for one in slot.choices if one.value == value), value)


def _shown(name: str, value: str, flow: Flow, language: str) -> str:
    if name in flow.slots and (slot := flow.slots[name]).choices:
        return choice_words(slot, value, language)
    if (code := CODES.get(name, {}).get(value)) is not None:
        return code[0 if language == "zh" else 1]
    if name.endswith("_fen") or (name in flow.slots and flow.slots[name].entity == "amount"):
        return short_yuan(Fen(int(value)))
    if name.endswith("_bp"):
        return f"{int(value) // 100}.{int(value) % 100:02d}%"
    if name == "term" and (length := _TERM.fullmatch(value)) is not None:
        unit = {"D": ("天", "days"), "M": ("个月", "months"), "Y": ("年", "years")}[length[2]][
            0 if language == "zh" else 1
        ]
        return f"{length[1]} {unit}"
    if name.endswith("_days"):
        return f"{value} 天" if language == "zh" else f"{value} days"
    if (
        name in ("date", "as_of")
        or name.endswith(("_date", "_at"))
        or (name in flow.slots and flow.slots[name].entity == "date")
    ):
        return _day(value, language)
    return value


def _day(value: str, language: str) -> str:
    day, _, time = value.partition("T")
    if (said := _RELATIVE.fullmatch(day)) is not None:
        return _said_day(said, day, language)
    if language == "zh" and day.count("-") == 2:
        year, month, number = day.split("-")
        day = f"{int(year)}年{int(month)}月{int(number)}日"
    return f"{day} {time[:5]}".strip()


_TERM = re.compile(r"P(\d+)([DMY])")
_RELATIVE = re.compile(r"(?P<unit>[DWM])(?P<ahead>[+-]?\d)(?:[.-](?P<part>\d{1,2}))?|XXXX-XX-(?P<day>\d\d)")
_DAYS = {
    "D0": ("今天", "today"),
    "D+1": ("明天", "tomorrow"),
    "D+2": ("后天", "in two days"),
    "D+3": ("三天后", "in three days"),
}
_WEEK = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_AHEAD = {
    "W0": ("本周", "this week"),
    "W+1": ("下周", "next week"),
    "M0": ("本月", "this month"),
    "M+1": ("下个月", "next month"),
}


def _said_day(said: re.Match[str], value: str, language: str) -> str:
    """Return a day in the notation of customers' words as words: W+1.3 is 下周三."""
    which = 0 if language == "zh" else 1
    if value in _DAYS:
        return _DAYS[value][which]
    number = int(said["day"] or said["part"] or 0)
    ahead = _AHEAD.get(f"{said['unit']}{said['ahead']}", ("", ""))[which]
    if said["unit"] == "W":
        if which == 0:
            return ahead + "一二三四五六日"[number - 1 : number]
        return f"{_WEEK[number]} {ahead}".strip()
    if said["unit"] == "D":
        return f"{said['ahead'].lstrip('+')} 天后" if which == 0 else f"in {said['ahead'].lstrip('+')} days"
    if not number:
        return ahead
    return f"{ahead}{number}日" if which == 0 else f"day {number} {ahead}".strip()


class _Gaps(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return MISSING
