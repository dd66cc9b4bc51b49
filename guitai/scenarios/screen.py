"""The window's glass: which buttons stand on a screen, and which of them a customer's touch means."""

from __future__ import annotations

from typing import Any

import cn2an

from guitai.dialogue.payees import OTHER
from guitai.messages.touch import Entered, Pressed
from guitai.messages.view import ChoicePart, CountdownPart, EntryPart, Option, View
from guitai.money import FEN_PER_YUAN
from guitai.scenarios import inner
from guitai.scenarios.people import term_of
from guitai.scenarios.stage import Stage

MEANT: dict[str, tuple[str, ...]] = {
    "confirm": ("confirm", "solved:yes", "met:yes", "offer:no", "pick:yes"),
    "continue": ("stay", "more_time", "continue", "met:yes", "confirm", "solved:yes", "offer:no", "pick:yes"),
    "cancel": ("cancel", "back", "end"),
    "human": ("human",),
}
"""Buttons a touch may mean, the likeliest first. Going on where there is no such button takes the screen's primary one."""

GOES_ON = ("confirm", "continue")
KINDS = {"credit": "信用卡", "debit": "借记卡", "minimum": "最低", "full": "全部"}
"""How a script's kinds of card and of payment read on a button."""

GIVING = ("amount", "pick")
"""Buttons that give the value asked for."""

MOST_PAGES = 60
LIST = "menu:all/"
UP = frozenset({"menu:", "menu:all"})
"""Back to the first page, and from there to the list of pages."""


def options(view: View) -> tuple[Option, ...]:
    """Return the choices on a screen, without the permanent bar."""
    return tuple(option for part in view.parts if isinstance(part, ChoicePart) for option in part.options)


def targets(view: View) -> tuple[str, ...]:
    """Return every name that a press on the screen may report."""
    bar = tuple(item.target for item in view.bar if item.enabled)
    extend = tuple(part.extend_target for part in view.parts if isinstance(part, CountdownPart))
    return tuple(option.target for option in options(view)) + extend + bar


def press(stage: Stage, *wanted: str) -> bool:
    """Press the first of these that is on the screen."""
    view = stage.watch.view
    if view is None:
        return False
    there = targets(view)
    found = next((target for target in wanted if target in there), None)
    if found is None:
        return False
    stage.core.happen(Pressed(found))
    return True


async def touch(stage: Stage, wanted: Any) -> bool:
    """Touch what the script says; return whether anything on the screen fits."""
    if isinstance(wanted, dict):
        ((name, value),) = wanted.items()
        if name == "intent":
            return await _begin(stage, str(value))
        slot = inner.canonical(name)
        return _give(stage, slot, value) or await _change(stage, slot, value)
    view = stage.watch.view
    if press(stage, *MEANT[wanted]):
        if wanted == "confirm" and view is not None and view.screen == "satisfaction":
            await _confirm_next(stage)  # an errand that was named with the one just done comes next
        return True
    there = options(view) if view is not None and wanted in GOES_ON else ()
    pressed = press(stage, *(option.target for option in there if option.style == "primary"))
    if pressed and wanted == "confirm" and view is not None and view.screen != "confirm":
        await _confirm_next(stage)  # who confirms what most customers take, confirms it to the end
    return pressed


async def _confirm_next(stage: Stage) -> None:
    await stage.settle()
    if stage.watch.view is not None and stage.watch.view.screen == "confirm":
        press(stage, "confirm")


async def _begin(stage: Stage, intent: str) -> bool:
    """Begin a business, leafing through the menu's pages if it does not stand on the first."""
    if stage.watch.view is not None and stage.watch.view.screen == "attract":
        press(stage, "begin")
        await stage.settle()
    opened: set[str] = set()
    for _ in range(MOST_PAGES):
        view = stage.watch.view
        if view is None:
            return False
        there = targets(view)
        if press(stage, inner.start_target(intent, there)):
            return True
        pages = [one for one in there if one.startswith("menu:") and one not in opened | UP]
        # The list of pages has pages itself: it is leafed through again for each that is not open yet.
        page = next((one for one in pages if not one.startswith(LIST)), pages[0] if pages else None)
        if page is not None and page.startswith(LIST):
            press(stage, page)
        elif page is not None:
            opened.add(page)
            press(stage, page)
        elif not press(stage, *(target for target in ("menu:", "menu:all", "continue") if target in there)):
            return False
        await stage.settle()
    return False


def _give(stage: Stage, slot: str, value: object) -> bool:
    """Give a value by a button of its own, else on the keypad."""
    view = stage.watch.view
    if view is None:
        return False
    term = term_of(value) if slot == "term" else None
    if press(stage, *(f"{verb}:{one}" for one in (value, term) if one is not None for verb in GIVING)):
        return True
    called = KINDS.get(str(value), str(value))
    labelled = [one.target for one in options(view) if _plain(called) in _plain(one.label)]
    if isinstance(value, str) and labelled and press(stage, labelled[0]):
        return True
    if slot == "payee" and press(stage, f"pick:{OTHER}"):
        stage.body.payee = str(value)
        return True
    entry = next((part for part in view.parts if isinstance(part, EntryPart) and part.source == "keypad"), None)
    if entry is not None and inner.canonical(entry.field) == slot:
        text = _yuan(value) if slot == "amount" and isinstance(value, int) else str(value)
        stage.core.happen(Entered(entry.field, text))
        return True
    return False


async def _change(stage: Stage, slot: str, value: object) -> bool:
    """Give a value anew: at the confirmation what is wrong is named first, before it one goes a step back."""
    if press(stage, f"change:{slot}"):
        await stage.settle()
        return _give(stage, slot, value)
    if not press(stage, "change", "previous"):
        return False
    await stage.settle()
    if press(stage, *(target for target in _targets(stage) if inner.canonical(target.partition(":")[2]) == slot)):
        await stage.settle()
    return _give(stage, slot, value)


def _targets(stage: Stage) -> tuple[str, ...]:
    """Return the buttons that change a value."""
    view = stage.watch.view
    return () if view is None else tuple(target for target in targets(view) if target.startswith("change:"))


def _plain(words: str) -> str:
    """Return words with their numbers in digits, as 二十四期 and 24期 are the same button."""
    return str(cn2an.transform(words.replace("两", "二"), "cn2an"))


def _yuan(fen: int) -> str:
    whole, part = divmod(fen, FEN_PER_YUAN)
    return f"{whole}.{part:02}" if part else str(whole)
