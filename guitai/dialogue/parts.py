"""Typed view parts of any business, from its flow: what is being asked, what a finger confirms, what came of it; the menu."""

from __future__ import annotations

from math import ceil
from typing import Literal

from guitai.dialogue import payees, repair
from guitai.dialogue.carry import AVAILABLE
from guitai.dialogue.data import FLOWS, INTENTS, LABELS, MENU
from guitai.dialogue.schema import Flow, Line, Slot
from guitai.dialogue.slots import button
from guitai.dialogue.state import Session, Task
from guitai.dialogue.values import applies, choice_words, fill, known, names_in, readable, row_readable, words
from guitai.dialogue.words import capitals
from guitai.messages.view import AmountPart, ChoicePart, EntryPart, ListPart, Option, Part, Row
from guitai.money import Fen, format_yuan, short_yuan

MOST_BUTTONS = 6
MOST_WAITING = 2
"""Errands that wait and stand on a button."""

MOST_ROWS = 8
"""Rows of a list that fit on the screen; the slip has more."""

MOST_FACTS = {False: 8, True: 4}
"""Facts at the end of a business that fit on a screen with the buttons below them, by large print."""

MOST_PAPER_ROWS = 5
"""Rows of a paper: buttons stand below them."""

MOST_WIDE = 2
"""Buttons below a result that stand one a row."""

ALL = "all"
"""The menu's first page."""


def label(state: Session, key: str, **params: str) -> str:
    """Return a label in the customer's language."""
    zh, en = LABELS[key]
    return (zh if state.language == "zh" else en).format(**params)


def amount_part(state: Session, text: str, amount: Fen) -> AmountPart:
    """Return an amount, very large; in Chinese with its capitals."""
    digits = short_yuan(amount) if state.large else format_yuan(amount)
    capital = capitals(amount) if state.language == "zh" else ""
    return AmountPart(text, digits, label(state, "yuan"), capital)


def asked(state: Session, task: Task) -> tuple[Part, ...]:
    """Return how the value that is missing can be given by touch."""
    flow = FLOWS[task.kind]
    slot = flow.slots[state.asking]
    options, beside = _options(state, flow, slot, task), _beside(state, slot, task)
    if slot.quick_yuan:  # any other sum is typed
        options = options[: MOST_BUTTONS - 1 - len(beside)]
    options = _page(state, options, _always(state, slot, task), MOST_BUTTONS - slot.optional)
    options = (*options, *beside[: max(MOST_BUTTONS - 1 - len(options), slot.optional)])
    choice: tuple[Part, ...] = (ChoicePart(options, "grid" if slot.quick_yuan else "wide"),)
    if (rows := _paper(state, flow, task)) and options:
        return (*rows, *choice)
    if slot.entity == "amount" or slot.digits is not None:
        return (*(choice if options else ()), EntryPart(state.asking, words(slot.label, state.language), 0))
    return choice if options else ()


def _page(state: Session, options: tuple[Option, ...], always: tuple[Option, ...], room: int) -> tuple[Option, ...]:
    """Return the choices that are on the page that is open, and how to turn it where they do not fit on one."""
    room -= len(always)
    if len(options) <= room:
        return (*options, *always)
    start = state.further if state.further < len(options) else 0
    page = options[start : start + room - 1]
    return (*page, _turn(state, start + len(page), len(options)), *always)


def _always(state: Session, slot: Slot, task: Task) -> tuple[Option, ...]:
    """Return what stands below the choices of every page: somebody who is no saved payee."""
    if slot.listen != "name" or state.customer is None:
        return ()
    if payees.doubted(task):
        return (Option("none", label(state, "payee_none")),)
    return (Option(f"pick:{payees.OTHER}", label(state, "payee_other"), icon="send"),)


def _beside(state: Session, slot: Slot, task: Task) -> tuple[Option, ...]:
    """Return what can be done by touch beside giving the value: leave it out, look how much there is, go a step back."""
    found: tuple[Option, ...] = ()
    if slot.optional:
        found = (Option("skip", label(state, "skip"), style="minor"),)
    if slot.most == AVAILABLE and not any(one.kind == "balance" for one in state.later):
        found = (*found, Option("start:balance", label(state, "look_at_balance"), style="minor"))
    if repair.given(task, state.asking):
        found = (*found, Option("previous", label(state, "previous"), icon="back", style="minor"))
    return found


def confirm(state: Session, task: Task) -> tuple[Part, ...]:
    """Return what a finger confirms."""
    flow = FLOWS[task.kind]
    values = known(state, task)
    check = next(step.confirm for step in flow.steps if step.confirm is not None and applies(step.when, values))
    parts: tuple[Part, ...] = ()
    if check.amount and check.amount in values:
        text = words(check.amount_label, state.language) if check.amount_label else label(state, "form_amount")
        parts = (amount_part(state, text, Fen(int(values[check.amount]))),)
    rows = _rows(state, flow, check.rows, values)
    yes = Option("confirm", words(check.button, state.language), icon="check", style="primary")
    change = Option("change", label(state, "change"), icon="edit")
    if check.change is not None:
        other = Option(f"change:{check.changes}", words(check.change, state.language), icon="edit")
        rows = (*rows, ChoicePart((other,)))
    return (*parts, *rows, ChoicePart((change, yes), "pair"))


def changing(state: Session, task: Task) -> tuple[Part, ...]:
    """Return which values of what is to be confirmed can be changed."""
    flow = FLOWS[task.kind]
    options = tuple(
        Option(f"change:{name}", words(flow.slots[name].label, state.language), icon="edit")
        for name in repair.changeable(task)
    )
    rest = (Option("change:", label(state, "change_nothing")), Option("cancel", label(state, "drop_it"), style="minor"))
    return (ChoicePart((*options, *rest), "wide"),)


def going_on(state: Session) -> tuple[Part, ...]:
    """Return what may come after an errand: those that wait, by name, else another one."""
    return (ChoicePart(waiting(state) or (Option("continue", label(state, "solved_more"), icon="ask"),)),)


def waiting(state: Session) -> tuple[Option, ...]:
    """Return the errands that wait, the next ones, each to be gone on with."""
    return tuple(
        Option(f"start:{task.kind}", label(state, "go_on_with", what=words(FLOWS[task.kind].title, state.language)))
        for task in state.later[:MOST_WAITING]
    )


def shown(state: Session, task: Task) -> tuple[Part, ...]:
    """Return what stands on the screen at the end of a business, if it got there."""
    flow = FLOWS[task.kind]
    show = next((s.show for s in flow.steps if s.show and state.outcome == f"{task.kind}.done" and _said(state, flow, s.show.text)), None)  # fmt: skip
    if show is None:
        return ()
    values = known(state, task)
    parts: tuple[Part, ...] = ()
    if show.amount and show.amount in values:
        text = words(show.amount_label, state.language) if show.amount_label else label(state, "form_amount")
        parts = (amount_part(state, text, Fen(int(values[show.amount]))),)
    parts += _paper(state, flow, task)
    told = readable(values, flow, state.language)
    rows = tuple(_line(state, line, told) for line in show.rows)
    if show.each is not None:
        rows += tuple(_line(state, show.each, row_readable(row, flow, state.language)) for row in task.rows[:MOST_ROWS])
    facts, turn = _facts(state, rows)
    buttons = (*(_offer(state, entry) for entry in show.offer if entry.partition(" ")[0] in FLOWS), *turn)
    return (
        *parts,
        *facts,
        *((ChoicePart(buttons, "grid" if len(buttons) > MOST_WIDE else "wide"),) if buttons else ()),
    )


def _facts(state: Session, rows: tuple[Row, ...]) -> tuple[tuple[Part, ...], tuple[Option, ...]]:
    """Return the facts of the page that is open, and how to turn it where they do not fit on one."""
    if not rows:
        return (), ()
    most = MOST_FACTS[state.large]
    if len(rows) <= most:
        return (ListPart(rows),), ()
    pages = ceil(len(rows) / (most - 1))  # the button that turns them takes a fact's place
    start = state.further if state.further < len(rows) else 0
    page = rows[start : start + ceil(len(rows) / pages)]
    return (ListPart(page),), (_turn(state, start + len(page), len(rows)),)


def _turn(state: Session, shown: int, of: int) -> Option:
    """Return the button to what comes after those shown, at the end to the first ones."""
    rest = shown < of
    return Option(f"further:{shown if rest else 0}", label(state, "more" if rest else "fewer"), style="minor")


def _offer(state: Session, entry: str) -> Option:
    kind, _, preset = entry.partition(" ")
    flow, (name, _, value) = FLOWS[kind], preset.partition("=")
    text = choice_words(flow.slots[name], value, state.language) if preset else words(flow.title, state.language)
    return Option(f"start:{entry}", text, icon=flow.icon)


def menu(state: Session) -> ChoicePart:
    """Return the page of the menu that is open; a page that is too long goes on on the next one."""
    name, _, offset = state.page.partition("/")
    start = int(offset) if offset.isdigit() else 0
    if name == ALL:
        options = [
            Option(f"menu:{page}", words(group, state.language), icon=group.icon)
            for page, group in MENU.items()
            if group.answers or any(kind in FLOWS for kind in group.flows)
        ]
    else:
        options = [
            Option(f"start:{kind}", words(flow.title, state.language), _note(state, flow), flow.icon)
            for kind in (MENU[name].flows if name in MENU else ())
            if (flow := FLOWS.get(kind)) is not None
        ]
        asked = MENU[name].answers if name in MENU else ()
        options += [Option(f"about:{intent}", _topic(state, intent), icon="ask") for intent in asked]
    page = options[start : start + MOST_BUTTONS - 1]
    rest = len(options) > start + len(page)
    further = Option(f"menu:{name}/{start + len(page)}" if rest else "menu:", label(state, "more" if rest else "fewer"), style="minor")  # fmt: skip
    return ChoicePart((*page, further))


def _topic(state: Session, intent: str) -> str:
    return INTENTS[intent][0 if state.language == "zh" else 1]


def _said(state: Session, flow: Flow, text: str) -> bool:
    return state.saying.key.removesuffix("_calm") in (f"{flow.kind}.{text}", text)


def _options(state: Session, flow: Flow, slot: Slot, task: Task) -> tuple[Option, ...]:
    if slot.rows:
        return tuple(
            Option(f"pick:{dict(row)[slot.rows]}", button(slot, flow, state.language, row)) for row in task.rows
        )
    if slot.listen == "name" and state.customer is not None:
        asked_about = payees.doubted(task)
        return tuple(
            Option(f"pick:{payee.name}", payee.name, f"{label(state, 'tail')} {payee.account_tail}")
            for payee in state.customer.payees
            if not asked_about or payee.name in asked_about
        )
    if slot.choices:
        return tuple(
            Option(f"pick:{one.value}", words(one, state.language), style=_style(slot, one.value))
            for one in slot.choices
            if not slot.among or one.value in known(state, task).get(slot.among, "").split(",")
        )
    yuan = label(state, "yuan")
    told = known(state, task)
    quick = tuple(
        Option(
            f"amount:{told[one.value]}", f"{words(one, state.language)} {short_yuan(Fen(int(told[one.value])))} {yuan}",
            icon="cash", style=_style(slot, one.value),
        )
        for one in slot.quick
        if told.get(one.value, "0") != "0"
    )  # fmt: skip
    return quick + tuple(
        Option(f"amount:{value}00", f"{short_yuan(Fen(value * 100))} {yuan}", icon="cash") for value in slot.quick_yuan
    )


def _style(slot: Slot, value: str) -> Literal["secondary", "primary"]:
    return "primary" if value == slot.usual else "secondary"


def _rows(state: Session, flow: Flow, lines: tuple[Line, ...], values: dict[str, str]) -> tuple[Part, ...]:
    told = readable(values, flow, state.language)
    return (ListPart(tuple(_line(state, line, told) for line in lines)),) if lines else ()


def _paper(state: Session, flow: Flow, task: Task) -> tuple[Part, ...]:
    """Return what is known of the paper that was read."""
    index = next((i for i, step in enumerate(flow.steps) if step.document is not None and i in task.done), None)
    paper = None if index is None else flow.steps[index].document
    if paper is None:
        return ()
    told = readable(known(state, task), flow, state.language)
    lines = [line for line in paper.rows if names_in(line.value.zh) <= told.keys()]
    return (ListPart(tuple(_line(state, line, told) for line in lines[:MOST_PAPER_ROWS])),) if lines else ()


def _line(state: Session, line: Line, told: dict[str, str]) -> Row:
    return Row(fill(words(line.label, state.language), told), fill(words(line.value, state.language), told))


def _note(state: Session, flow: Flow) -> str:
    return words(flow.note, state.language) if flow.note is not None else ""
