"""Flows and replies as frozen data, read once from the package when the module is loaded."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from guitai.dialogue.schema import Flow, Reply
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


class Loader(yaml.SafeLoader):
    """YAML in which only true and false are truth values and a date is text, so that a choice may be called yes or no."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if not tag.endswith((":bool", ":timestamp"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read(text: str) -> Any:
    """Return the data of a YAML text."""
    return yaml.load(text, Loader)  # noqa: S506  # a SafeLoader with fewer types


def _package(folder: str, name: str) -> str:
    return resources.files(folder).joinpath(name).read_text(encoding="utf-8")


def _flow_files() -> dict[str, str]:
    folder = resources.files("guitai.dialogue").joinpath("flows")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return {name: _package("guitai.dialogue", f"flows/{name}") for name in names}


_FLOW_FILES = _flow_files()
_REPLY_FILE = _package("guitai.dialogue", "replies.yaml")
_LABEL_FILE = _package("guitai.dialogue", "labels.yaml")
_MENU_FILE = _package("guitai.dialogue", "menu.yaml")
_INTENT_FILE = _package("guitai.dialogue", "intents.yaml")
_CODE_FILE = _package("guitai.dialogue", "codes.yaml")
_FACT_FILE = _package("guitai.knowledge", "facts.yaml")

_offers = read(_package("guitai.dialogue", "offers.yaml"))

FLOWS: dict[str, Flow] = {flow.kind: flow for flow in (Flow(**read(text)) for text in _FLOW_FILES.values())}
REPLIES: dict[str, dict[str, Reply]] = {
    key: {language: Reply(**texts) for language, texts in entry.items()} for key, entry in read(_REPLY_FILE).items()
} | {
    f"{flow.kind}.{name}": {"zh": texts.zh, "en": texts.en}
    for flow in FLOWS.values()
    for name, texts in flow.texts.items()
}
LABELS: dict[str, tuple[str, str]] = {key: (zh, en) for key, (zh, en) in read(_LABEL_FILE).items()}
INTENTS: dict[str, tuple[str, str]] = {key: (zh, en) for key, (zh, en) in read(_INTENT_FILE).items()}
"""What an errand is called when the kiosk asks which of two is meant."""

OFFERS: dict[str, str] = {kind: entry["flow"] for kind, entry in _offers.items()}
"""The flow that does what the host proposes, by the kind of proposal."""

REPLIES |= {
    f"offer.{kind}": {language: Reply(**entry[language]) for language in ("zh", "en")}
    for kind, entry in _offers.items()
}
CODES: dict[str, dict[str, tuple[str, str]]] = {
    name: {code: (zh, en) for code, (zh, en) in codes.items()} for name, codes in read(_CODE_FILE).items()
}
"""How the host's codes read, by the name of the value."""

MENU: tuple[Group, ...] = tuple(
    Group(name, data["zh"], data["en"], data["icon"], tuple(data["flows"])) for name, data in read(_MENU_FILE).items()
)
FACTS: list[dict[str, Any]] = read(_FACT_FILE)

RULES_HASH = hashlib.sha256(
    "\0".join([*_FLOW_FILES.values(), _REPLY_FILE, _FACT_FILE, shipped().hash]).encode()
).hexdigest()
"""Identifies everything data-driven that a decision rests on; journalled when a session opens."""


def fixed_texts(language: str) -> tuple[str, ...]:
    """Return every text there is to say in all flows, with its placeholders: the voice keeps as sound what is always the same."""
    texts = [_spoken(entry[language]) for key, entry in REPLIES.items() if "." not in key]
    suffix = "_en" if language == "en" else ""
    texts += [fact[f"lead{suffix}"] + fact[f"more{suffix}"] for fact in FACTS]
    return tuple(dict.fromkeys(text.replace("*", "") for text in texts if text))


def _spoken(reply: Reply) -> str:
    return reply.lead + reply.more if reply.say is None else reply.say


def flow_for(intent: str) -> Flow | None:
    """Return the flow an intent starts, or None."""
    return next((flow for flow in FLOWS.values() if intent in flow.intents), None)


def text_key(flow: Flow, name: str) -> str:
    """Return the key of a text named in a flow: the flow's own, else one of replies.yaml."""
    return f"{flow.kind}.{name}" if name in flow.texts else name
