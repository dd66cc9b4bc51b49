"""Flows, the menu and every reply as frozen data, read once from the package when the module is loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources

from pydantic import ValidationError
from yaml import YAMLError

from guitai.dialogue import texts
from guitai.dialogue.schema import Flow, Reply
from guitai.dialogue.texts import package, read
from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.risk.rules import shipped

CALM = "_calm"
"""Ending of a reply's key in the words for a worried customer, where there are any."""


@dataclass(frozen=True, slots=True)
class Group:
    """A page of the menu: its words, and the flows that stand on it."""

    name: str
    zh: str
    en: str
    icon: str
    flows: tuple[str, ...]


def _flow_files() -> dict[str, str]:
    folder = resources.files("guitai.dialogue").joinpath("flows")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return {name: package("guitai.dialogue", f"flows/{name}") for name in names}


def _flow(name: str, text: str) -> Flow:
    try:
        return Flow(**read(text))
    except (ValidationError, YAMLError, TypeError) as error:
        raise GuitaiError("dialogue.bad_flow", path=name) from error


_FLOW_FILES = _flow_files()

FLOWS: dict[str, Flow] = {flow.kind: flow for flow in (_flow(name, text) for name, text in _FLOW_FILES.items())}
REPLIES: dict[str, dict[str, Reply]] = texts.REPLIES | {
    f"{flow.kind}.{name}": {"zh": both.zh, "en": both.en}
    for flow in FLOWS.values()
    for name, both in flow.texts.items()
}
MENU: tuple[Group, ...] = tuple(
    Group(name, entry["zh"], entry["en"], entry["icon"], tuple(entry["flows"]))
    for name, entry in read(package("guitai.dialogue", "menu.yaml")).items()
)

STEP_FILES = ("codes", "intents", "offers", "replies", "services", "work_orders")
"""Files whose words or rules reach an effect; the others are the screen's only."""

_FILES_HASH = hashlib.sha256(
    "\0".join(
        [
            *_FLOW_FILES.values(),
            *(package("guitai.dialogue", f"{name}.yaml") for name in STEP_FILES),
            shipped().hash,
        ]
    ).encode()
).hexdigest()


def rules_hash() -> str:
    """Return what identifies everything data-driven that a step rests on, the answers in use among it.

    Journalled when a session opens.
    """
    return hashlib.sha256(f"{_FILES_HASH}\0{answers.in_use().hash}".encode()).hexdigest()


def fixed_texts(language: str) -> tuple[str, ...]:
    """Return every text there is to say in all flows, with its placeholders: the voice keeps as sound what is always the same."""
    said = [_spoken(entry[language]) for entry in texts.REPLIES.values()]
    said += [found.lead + found.more for errand in answers.BY_ERRAND if (found := answers.by_errand(errand, language))]
    return tuple(dict.fromkeys(text.replace("*", "") for text in said if text))


def _spoken(reply: Reply) -> str:
    return reply.lead + reply.more if reply.say is None else reply.say


def flow_for(intent: str) -> Flow | None:
    """Return the flow an intent starts, or None."""
    return next((flow for flow in FLOWS.values() if intent in flow.intents), None)


def text_key(flow: Flow, name: str) -> str:
    """Return the key of a text named in a flow: the flow's own, else one of replies.yaml."""
    return f"{flow.kind}.{name}" if name in flow.texts else name
