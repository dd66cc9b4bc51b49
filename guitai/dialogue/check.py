"""Checks a flow file as its author sees it: every mistake with its line, before any customer meets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from guitai.dialogue.schema import Flow, Slot, Step, Words
from guitai.dialogue.services import INQUIRIES, ORDERS, Service
from guitai.dialogue.texts import REPLIES, Loader, read
from guitai.dialogue.values import names_in

ALWAYS = frozenset({"card_tail", "case_number", "hotline", "what", "reason", "id_card", "pin_block", "pin_block_again"})
"""Values that stand in every text."""

LITERAL = "="
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and on which line (counted from 1)."""

    line: int
    text: str


def check(text: str, intents: frozenset[str], taken: Mapping[str, str]) -> tuple[Mistake, ...]:
    """Return the mistakes of one flow file, by line.

    Args:
        text: The file.
        intents: Names of the intents there are.
        taken: Intents that other flows start, with those flows' kinds.
    """
    try:
        lines = _lines(text)
        data = read(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        return (Mistake(mark.line + 1 if mark else 1, str(problem)),)
    if not isinstance(data, dict):
        return (Mistake(1, "the file is not a mapping of keys to values"),)
    try:
        flow = Flow(**data)
    except ValidationError as error:
        return tuple(
            sorted(
                {Mistake(_line(lines, tuple(e["loc"])), f"{_where(e['loc'])}: {e['msg']}") for e in error.errors()},
                key=lambda mistake: (mistake.line, mistake.text),
            )
        )
    found = [*_names(flow), *_order_rules(flow), *_values(flow), *_slots(flow), *_intents(flow, intents, taken)]
    return tuple(Mistake(_line(lines, path), f"{_where(path)}: {words}") for path, words in found)


Found = Iterator[tuple[Path, str]]


def _intents(flow: Flow, intents: frozenset[str], taken: Mapping[str, str]) -> Found:
    for index, intent in enumerate(flow.intents):
        if intent not in intents:
            yield ("intents", index), f"there is no intent {intent}"
        elif intent in taken:
            yield ("intents", index), f"{intent} already starts {taken[intent]}"


def _names(flow: Flow) -> Found:
    """Texts, slots and kinds of inquiry and order that do not exist."""
    texts = flow.texts.keys() | REPLIES.keys()
    if flow.offline not in texts:
        yield ("offline",), f"there is no text {flow.offline}"
    for name, slot in flow.slots.items():
        for key in ("ask", "unfit", "beyond"):
            if (text := getattr(slot, key)) and text not in texts:
                yield ("slots", name, key), f"there is no text {text}"
    for index, step in enumerate(flow.steps):
        for path, name in _named_texts(step):
            if name not in texts:
                yield ("steps", index, *path), f"there is no text {name}"
        if step.ask is not None and step.ask not in flow.slots:
            yield ("steps", index, "ask"), f"there is no slot {step.ask}"
        if step.inquire is not None and step.inquire not in INQUIRIES:
            yield ("steps", index, "inquire"), f"the bank answers no inquiry {step.inquire}"
        if step.order is not None and step.order not in ORDERS:
            yield ("steps", index, "order"), f"the bank takes no order {step.order}"


def _named_texts(step: Step) -> Iterator[tuple[Path, str]]:
    if step.empty is not None:
        yield ("empty",), step.empty
    if step.confirm is not None:
        yield ("confirm", "text"), step.confirm.text
    if step.show is not None:
        yield ("show", "text"), step.show.text


def _order_rules(flow: Flow) -> Found:
    """What a bank may never leave out: a finger before money moves, risk before it leaves, a teller where one is due."""
    seen: set[str] = set()
    for index, step in enumerate(flow.steps):
        kind = step.order or ""
        service = ORDERS.get(kind, Service())
        pays = step.device in ("withdraw", "transfer")
        if (service.money != "none" or pays) and "confirm" not in seen:
            yield ("steps", index), f"{kind or step.device} moves money: a confirm step has to stand before it"
        if (service.money == "out" or pays) and "risk" not in seen:
            yield ("steps", index), f"{kind or step.device} moves money away: a risk step has to stand before it"
        if service.by == "teller" and "approve" not in seen:
            yield ("steps", index), f"{kind} is a teller's to allow: an approve step has to stand before it"
        if (step.order or step.device or step.sms) and "identify" not in seen:
            yield ("steps", index), "an identify step has to stand before it"
        if not step.when or step.verb == "identify":
            seen.add(step.verb)
        if step.risk:
            seen.discard("confirm")  # the finger comes last: nothing stands between it and the money
    if flow.steps[-1].verb not in ("show", "device", "human"):
        yield ("steps", len(flow.steps) - 1), "the last step shows something, works a device or calls a human"


def _values(flow: Flow) -> Found:
    """Parameters and words that ask for values nobody gives."""
    known = set(ALWAYS)
    rows: set[str] = set()
    for name, slot in flow.slots.items():
        known |= {name, f"{name}_fen"} if slot.entity == "amount" else {name}
        known |= {f"{name}_tail"} if slot.digits is not None else set()
    for index, step in enumerate(flow.steps):
        service = INQUIRIES.get(step.inquire or "") or ORDERS.get(step.order or "") or Service()
        for param in service.params:
            source = step.params.get(param, param)
            if not source.startswith(LITERAL) and source not in known and param not in service.optional:
                yield ("steps", index), f"{param} is wanted, and nothing gives {source}"
        for param in step.params.keys() - set(service.params):
            yield ("steps", index, "params", param), f"{step.inquire or step.order} takes no {param}"
        known |= set(service.fields) | set(service.rows)
        rows = set(service.rows) if step.inquire else rows
        for path, words, more in _words(step):
            for language in ("zh", "en"):
                for missing in sorted(names_in(getattr(words, language)) - known - (rows if more else set())):
                    yield ("steps", index, *path, language), f"nothing gives {missing}"
    yield from _told(flow, known)
    for name, texts in flow.texts.items():
        for language in ("zh", "en"):
            reply = getattr(texts, language)
            wanted = names_in(reply.lead) | names_in(reply.more) | names_in(reply.say or "")
            for missing in sorted(wanted - known - {"lead", "more"}):
                yield ("texts", name, language), f"nothing gives {missing}"


def _told(flow: Flow, known: set[str]) -> Found:
    """Values of the host by which a slot is bounded or filled, and that the host never tells."""
    for name, slot in flow.slots.items():
        for key in ("least", "most"):
            if (wanted := getattr(slot, key)) and wanted not in known:
                yield ("slots", name, key), f"nothing gives {wanted}"
        for index, choice in enumerate(slot.quick):
            if choice.value not in known:
                yield ("slots", name, "quick", index), f"nothing gives {choice.value}"
    for index, step in enumerate(flow.steps):
        for source in step.params.values():
            for missing in sorted(names_in(source) - known if source.startswith(LITERAL) else ()):
                yield ("steps", index, "params"), f"nothing gives {missing}"


def _words(step: Step) -> Iterator[tuple[Path, Words, bool]]:
    """Return the words of a step with values in them, and whether they may speak of one row."""
    for verb in ("confirm", "show"):
        part = getattr(step, verb)
        for index, line in enumerate(part.rows if part is not None else ()):
            yield (verb, "rows", index, "value"), line.value, False
            yield (verb, "rows", index, "label"), line.label, False
    if step.show is not None and step.show.each is not None:
        yield ("show", "each", "value"), step.show.each.value, True
        yield ("show", "each", "label"), step.show.each.label, True
    for index, words in enumerate(step.print.lines if step.print is not None else ()):
        yield ("print", "lines", index), words, False
    if step.print is not None and step.print.each is not None:
        yield ("print", "each"), step.print.each, True
    if step.approve is not None:
        yield ("approve",), step.approve, False


def _slots(flow: Flow) -> Found:
    asked = {step.ask for step in flow.steps}
    for name, slot in flow.slots.items():
        if name not in asked:
            yield ("slots", name), "no step asks for it"
        yield from _slot(name, slot)


def _slot(name: str, slot: Slot) -> Found:
    if slot.rows and slot.shown is None:
        yield ("slots", name), "a choice among rows needs shown, the words on its buttons"
    if not (slot.entity or slot.choices or slot.rows or slot.keep or slot.listen == "name"):
        yield ("slots", name), "nothing can fill it: give entity, choices, rows or keep"
    if slot.most_fen and slot.least_fen > slot.most_fen:
        yield ("slots", name, "least_fen"), "the least is more than the most"
    values = [choice.value for choice in slot.choices]
    for value in sorted({value for value in values if values.count(value) > 1}):
        yield ("slots", name, "choices"), f"{value} comes twice"


def _lines(text: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    root = yaml.compose(text, Loader)
    if root is not None:
        _walk(root, (), found)
    return found


def _walk(node: Any, path: Path, found: dict[Path, int]) -> None:
    found.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            found[(*path, key.value)] = key.start_mark.line + 1
            _walk(value, (*path, key.value), found)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), found)


def _line(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a key, or of the nearest one around it that is there."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _where(path: Path) -> str:
    return ".".join(str(piece + 1) if isinstance(piece, int) else str(piece) for piece in path) or "file"
