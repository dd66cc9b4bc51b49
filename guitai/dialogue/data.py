"""Flows and replies as frozen data, read once from the package when the module is loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from guitai.dialogue.state import TaskKind
from guitai.messages.voice import ListenMode
from guitai.risk.rules import shipped


@dataclass(frozen=True, slots=True)
class Slot:
    """One value a flow needs."""

    name: str
    entity: str
    ask: str
    """Key of the reply that asks for it."""

    listen: ListenMode
    known_payee: bool = False
    """A saved payee supplies it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One business: what it needs before a finger may confirm it."""

    kind: TaskKind
    intents: tuple[str, ...]
    needs_pin: bool
    slots: tuple[Slot, ...]
    moves_money: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What the kiosk says: on the screen lead (words between asterisks underlined) and more; aloud `say`."""

    lead: str
    more: str = ""
    say: str | None = None
    """Spoken instead of lead and more, when the screen shows what must not be spoken."""


def _package(folder: str, name: str) -> str:
    return resources.files(folder).joinpath(name).read_text(encoding="utf-8")


def _flow(data: dict[str, Any]) -> Flow:
    return Flow(
        kind=data["kind"],
        intents=tuple(data["intents"]),
        needs_pin=data["needs_pin"],
        slots=tuple(Slot(**slot) for slot in data["slots"]),
        moves_money=data["moves_money"],
    )


_FLOW_FILES = {
    kind: _package("guitai.dialogue", f"flows/{kind}.yaml") for kind in ("transfer", "withdraw", "deposit", "balance")
}
_REPLY_FILE = _package("guitai.dialogue", "replies.yaml")
_LABEL_FILE = _package("guitai.dialogue", "labels.yaml")
_FACT_FILE = _package("guitai.knowledge", "facts.yaml")

FLOWS: dict[TaskKind, Flow] = {flow.kind: flow for flow in map(_flow, map(yaml.safe_load, _FLOW_FILES.values()))}
REPLIES: dict[str, dict[str, Reply]] = {
    key: {language: Reply(**texts) for language, texts in entry.items()}
    for key, entry in yaml.safe_load(_REPLY_FILE).items()
}
LABELS: dict[str, tuple[str, str]] = {key: (zh, en) for key, (zh, en) in yaml.safe_load(_LABEL_FILE).items()}
FACTS: list[dict[str, Any]] = yaml.safe_load(_FACT_FILE)

RULES_HASH = hashlib.sha256(
    "\0".join([*_FLOW_FILES.values(), _REPLY_FILE, _FACT_FILE, shipped().hash]).encode()
).hexdigest()
"""Identifies everything data-driven that a decision rests on; journalled when a session opens."""


CALM = "_calm"
"""Ending of a reply's key in the words for a worried customer, where there are any."""


def fixed_texts(language: str) -> tuple[str, ...]:
    """Return every text there is to say, with its placeholders: the voice keeps as sound what is always the same."""
    texts = [_spoken(entry[language]) for entry in REPLIES.values()]
    suffix = "_en" if language == "en" else ""
    texts += [fact[f"lead{suffix}"] + fact[f"more{suffix}"] for fact in FACTS]
    return tuple(dict.fromkeys(text.replace("*", "") for text in texts if text))


def _spoken(reply: Reply) -> str:
    return reply.lead + reply.more if reply.say is None else reply.say


def flow_for(intent: str) -> Flow | None:
    """Return the flow an intent starts, or None."""
    return next((flow for flow in FLOWS.values() if intent in flow.intents), None)
