"""Checks what a flow refers to beyond its texts: other flows, values in conditions, figures of money in its words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from guitai.dialogue.check_words import Found, amounts
from guitai.dialogue.schema import CANCEL, SAME, Flow, Reply, Slot, Step
from guitai.dialogue.services import INQUIRIES
from guitai.yaml_lines import Path, near


@dataclass(frozen=True, slots=True)
class Around:
    """What a flow file may refer to."""

    replies: Collection[str]
    """Keys of replies.yaml."""

    intents: Collection[str]
    flows: Mapping[str, Flow]
    """All flows by kind."""

    taken: Mapping[str, str]
    """Intents that other flows start, with those flows' kinds."""

    answers: Collection[str] | None
    """Ids of the reviewed answers; None: they are not looked up."""


def others(flow: Flow, around: Around) -> Found:
    """Return what does not fit together within the file, or with other files."""
    for index, step in enumerate(flow.steps):
        at: Path = ("steps", index)
        if step.begin is not None and step.begin not in around.flows:
            yield (*at, "begin"), f"there is no flow {step.begin}{near(step.begin, around.flows)}"
        for number, entry in enumerate(step.show.offer if step.show is not None else ()):
            yield from _offer((*at, "show", "offer", number), entry, around.flows)
        for name, wanted in step.when.items():
            yield from _condition((*at, "when", name), flow.slots.get(name), wanted)
        if step.inquire in INQUIRIES:
            rows = INQUIRIES[step.inquire].rows
            for name in step.only.keys() - set(rows):
                yield (*at, "only", name), f"the rows of {step.inquire} have no {name}{near(name, rows)}"
        yield from _of_paper(at, step, flow, around.answers)
    yield from _asked(flow, around)
    yield from _figures(flow)
    yield from _unused(flow)


def _asked(flow: Flow, around: Around) -> Found:
    """Yield what other errands' words are said to mean within this flow and that does not exist."""
    if flow.asked and flow.asked not in around.flows:
        yield ("asked",), f"there is no flow {flow.asked}{near(flow.asked, around.flows)}"
    meant = {CANCEL, *((SAME,) if flow.intents else ()), *around.flows}
    for intent, means in flow.means.items():
        if intent not in around.intents:
            yield ("means", intent), f"there is no intent {intent}{near(intent, around.intents)}"
        if means not in meant:
            yield ("means", intent), f"it can mean {CANCEL}, {SAME} or a flow, not {means}{near(means, meant)}"
    if around.answers is not None and flow.offline_answer and flow.offline_answer not in around.answers:
        yield (
            ("offline_answer",),
            f"there is no answer {flow.offline_answer}{near(flow.offline_answer, around.answers)}",
        )
    for intent, answer in flow.answers.items():
        if intent not in around.intents:
            yield ("answers", intent), f"there is no intent {intent}{near(intent, around.intents)}"
        if around.answers is not None and answer not in around.answers:
            yield ("answers", intent), f"there is no answer {answer}{near(answer, around.answers)}"


def _of_paper(at: Path, step: Step, flow: Flow, answers: Collection[str] | None) -> Found:
    """Yield slots and answers that a paper's steps name and that do not exist."""
    if step.document is not None and step.document.slot not in flow.slots:
        yield (*at, "document", "slot"), f"there is no slot {step.document.slot}{near(step.document.slot, flow.slots)}"
    if step.explain is None:
        return
    for value, answer in step.explain.answers.items():
        for name in (answer,) if isinstance(answer, str) else answer.values():
            if answers is not None and name not in answers:
                yield (*at, "explain", "answers", value), f"there is no answer {name}{near(name, answers)}"
    if step.explain.by in flow.slots and not step.explain.plain:
        yield (*at, "explain"), "plain is wanted: the text where no figures stand in the article"


def _offer(path: Path, entry: str, flows: Mapping[str, Flow]) -> Found:
    kind, _, preset = entry.partition(" ")
    name, _, value = preset.partition("=")
    if kind not in flows:
        yield path, f"there is no flow {kind}{near(kind, flows)}"
    elif preset and name not in flows[kind].slots:
        yield path, f"{kind} has no slot {name}{near(name, flows[kind].slots)}"
    elif preset and value not in (values := [choice.value for choice in flows[kind].slots[name].choices]):
        yield path, f"{name} of {kind} has no choice {value}{near(value, values)}"


def _condition(path: Path, slot: Slot | None, wanted: str | tuple[str, ...]) -> Found:
    if slot is None or not slot.choices or slot.others:
        return
    values = [choice.value for choice in slot.choices]
    for value in (wanted,) if isinstance(wanted, str) else wanted:
        if value and value not in values:
            yield path, f"it has no choice {value}{near(value, values)}: the step would never be taken"


def _figures(flow: Flow) -> Found:
    """Figures of money in the words that no slot holds: they stay behind when the bound is changed."""
    bounds = {0}
    for slot in flow.slots.values():
        bounds |= {slot.least_fen, slot.most_fen, slot.step_fen, *(yuan * 100 for yuan in slot.quick_yuan)}
    for name, both in flow.texts.items():
        for language in ("zh", "en"):
            reply: Reply = getattr(both, language)
            for written, fen in amounts(f"{reply.lead} {reply.more} {reply.say or ''}".replace("*", "")):
                if fen not in bounds:
                    told = f"no slot gives {written} yuan (least_fen, most_fen, step_fen in fen; quick_yuan): change one of them"
                    yield ("texts", name, language), told


def _unused(flow: Flow) -> Found:
    used = {name for _, name in named_texts(flow)}
    for name in flow.texts.keys() - used:
        yield ("texts", name), f"nothing says it{near(name, used - flow.texts.keys())}"


def named_texts(flow: Flow) -> Found:
    """Yield every place of a flow that names a text, with the name."""
    yield ("offline",), flow.offline
    for name, slot in flow.slots.items():
        yield from _named(("slots", name), slot, ("ask", "unfit", "beyond"))
    for index, step in enumerate(flow.steps):
        at: Path = ("steps", index)
        if step.empty is not None:
            yield (*at, "empty"), step.empty
        for verb, keys in _TEXTS.items():
            if (part := getattr(step, verb)) is not None:
                yield from _named((*at, verb), part, keys)


_TEXTS = {
    "confirm": ("text",),
    "show": ("text",),
    "document": ("unseen", "out_of_use"),
    "explain": ("text", "plain", "missing"),
}
_MAY_BE_EMPTY = frozenset({"ask", "unfit", "beyond", "plain"})


def _named(at: Path, part: BaseModel, keys: tuple[str, ...]) -> Found:
    for key in keys:
        if (name := getattr(part, key)) or key not in _MAY_BE_EMPTY:
            yield (*at, key), name
