"""Checks a flow file as its author sees it: every mistake with its line, before any customer meets it."""

from __future__ import annotations

from collections.abc import Iterator

from guitai.dialogue.check_links import Around, named_texts, others
from guitai.dialogue.check_words import Found, reply, unknown
from guitai.dialogue.schema import Flow, Slot, Step, Words
from guitai.dialogue.services import INQUIRIES, ORDERS, Service
from guitai.messages.document import FIELDS
from guitai.yaml_lines import Document, Mistake, Path, checked, near

ALWAYS = frozenset({"card_tail", "case_number", "hotline", "what", "reason", "id_card", "pin_block", "pin_block_again"})
"""Values that stand in every text."""

PAPER_VALUES = FIELDS | {"document", "clauses", "topics", "doubt", "scam", "scam_type", "number", "figures"}
"""What a paper that was read may give (`guitai.dialogue.document_read`)."""

LITERAL = "="


def check(found: Document, around: Around) -> tuple[Mistake, ...]:
    """Return the mistakes of one flow file, by line."""
    if found.mistakes:
        return found.mistakes
    flow, mistakes = checked(Flow, found)
    if flow is None:
        return mistakes
    told = [
        *_names(flow, around), *_order_rules(flow), *_values(flow), *_slots(flow), *_intents(flow, around),
        *others(flow, around),
    ]  # fmt: skip
    return tuple(sorted({found.mistake(path, words) for path, words in told}))


def _intents(flow: Flow, around: Around) -> Found:
    for index, intent in enumerate(flow.intents):
        if intent not in around.intents:
            yield ("intents", index), f"there is no intent {intent}{near(intent, around.intents)}"
        elif intent in around.taken:
            yield (
                ("intents", index),
                f"{intent} already starts {around.taken[intent]}: one of the two has to give it up",
            )


def _names(flow: Flow, around: Around) -> Found:
    """Texts, slots and kinds of inquiry and order that do not exist."""
    texts = flow.texts.keys() | set(around.replies)
    for path, name in named_texts(flow):
        if name not in texts:
            yield path, f"there is no text {name}{near(name, texts)}"
    for index, step in enumerate(flow.steps):
        if step.ask is not None and step.ask not in flow.slots:
            yield ("steps", index, "ask"), f"there is no slot {step.ask}{near(step.ask, flow.slots)}"
        if step.inquire is not None and step.inquire not in INQUIRIES:
            yield (
                ("steps", index, "inquire"),
                f"the bank answers no inquiry {step.inquire}{near(step.inquire, INQUIRIES)}",
            )
        if step.order is not None and step.order not in ORDERS:
            yield ("steps", index, "order"), f"the bank takes no order {step.order}{near(step.order, ORDERS)}"


def _order_rules(flow: Flow) -> Found:
    """What a bank may never leave out: a finger before money moves, risk before money or a right does, a teller where one is due."""
    seen: set[str] = set()
    for index, step in enumerate(flow.steps):
        kind = step.order or ""
        service = ORDERS.get(kind, Service())
        pays = step.device in ("withdraw", "transfer")
        if (service.money != "none" or pays) and "confirm" not in seen:
            yield ("steps", index), f"{kind or step.device} moves money: a confirm step has to stand before it"
        if (service.weighed or pays or step.device == "deposit") and "risk" not in seen:
            what = "money" if service.money != "none" or step.device else "a right"
            yield ("steps", index), f"{kind or step.device} moves {what}: a risk step has to stand before it"
        if service.recorded and "record end" not in seen:
            yield (
                ("steps", index),
                f"{kind} is sold with a recording only: record: begin, confirm, record: end before it",
            )
        if step.record == "end" and not {"record begin", "confirm"} <= seen:
            yield ("steps", index), "record: begin and then confirm have to stand before it"
        if step.record == "begin" and "ask" not in seen:
            yield ("steps", index), "the customer has to be asked before anything is recorded"
        if service.by == "teller" and "approve" not in seen:
            yield ("steps", index), f"{kind} is a teller's to allow: an approve step has to stand before it"
        if (step.order or step.device or step.sms) and "identify" not in seen:
            yield ("steps", index), "an identify step has to stand before it"
        if not step.when or step.verb == "identify":
            seen.add(f"record {step.record}" if step.record else step.verb)
        if step.record == "begin":
            seen.discard("confirm")  # the finger has to be in the recording
        if step.risk:
            seen.discard("confirm")  # the finger comes last: nothing stands between it and the money
    if flow.steps[-1].verb not in ("show", "explain", "device", "human"):
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
                yield ("steps", index), f"{param} is wanted, and nothing gives {source}{near(source, known)}"
        for param in step.params.keys() - set(service.params):
            yield (
                ("steps", index, "params", param),
                f"{step.inquire or step.order} takes no {param}{near(param, service.params)}",
            )
        known |= set(service.fields) | set(service.rows) | ({"recording"} if step.record == "end" else set())
        known |= PAPER_VALUES if step.document is not None else set()
        rows = set(service.rows) if step.inquire else rows
        for path, words, more in _words(step):
            for language in ("zh", "en"):
                yield from unknown(
                    ("steps", index, *path, language), getattr(words, language), known | (rows if more else set())
                )
    yield from _told(flow, known)
    for name, texts in flow.texts.items():
        for language in ("zh", "en"):
            yield from reply(("texts", name, language), getattr(texts, language), known | {"lead", "more"})


def _told(flow: Flow, known: set[str]) -> Found:
    """Values of the host by which a slot is bounded or filled, and that the host never tells."""
    for name, slot in flow.slots.items():
        for key in ("least", "most"):
            if (wanted := getattr(slot, key)) and wanted not in known:
                yield ("slots", name, key), f"nothing gives {wanted}{near(wanted, known)}"
        for index, choice in enumerate(slot.quick):
            if choice.value not in known:
                yield ("slots", name, "quick", index), f"nothing gives {choice.value}{near(choice.value, known)}"
    for index, step in enumerate(flow.steps):
        for source in step.params.values():
            yield from unknown(("steps", index, "params"), source if source.startswith(LITERAL) else "", known)


def _words(step: Step) -> Iterator[tuple[Path, Words, bool]]:
    """Return the words of a step with values in them, and whether they may speak of one row."""
    for verb in ("confirm", "show"):
        part = getattr(step, verb)
        for index, line in enumerate(part.rows if part is not None else ()):
            yield (verb, "rows", index, "value"), line.value, False
            yield (verb, "rows", index, "label"), line.label, False
    for index, line in enumerate(step.document.rows if step.document is not None else ()):
        yield ("document", "rows", index, "value"), line.value, False
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
    asked = {step.ask for step in flow.steps} | {step.explain.by for step in flow.steps if step.explain is not None}
    for name, slot in flow.slots.items():
        if name not in asked:
            yield ("slots", name), "no step asks for it"
        yield from _slot(name, slot)
    for index, step in enumerate(flow.steps):
        if step.confirm is not None and step.confirm.change is not None and step.confirm.changes not in flow.slots:
            yield ("steps", index, "confirm", "changes"), f"there is no slot {step.confirm.changes or 'named'}"


def _slot(name: str, slot: Slot) -> Found:
    if slot.rows and slot.shown is None:
        yield ("slots", name), "a choice among rows needs shown, the words on its buttons"
    if not (slot.entity or slot.choices or slot.rows or slot.keep or slot.listen == "name"):
        yield ("slots", name), "nothing can fill it: give entity, choices, rows or keep"
    if slot.most_fen and slot.least_fen > slot.most_fen:
        yield ("slots", name, "least_fen"), "the least is more than the most"
    if slot.usual and slot.usual not in {choice.value for choice in (*slot.choices, *slot.quick)}:
        yield ("slots", name, "usual"), f"no choice has the value {slot.usual}"
    values = [choice.value for choice in slot.choices]
    for value in sorted({value for value in values if values.count(value) > 1}):
        yield ("slots", name, "choices"), f"{value} comes twice"
