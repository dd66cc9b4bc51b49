"""Words as frozen data, read once from the package when the module is loaded; flow files have theirs in `data`."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import yaml

from guitai.dialogue.schema import Reply


class Loader(yaml.CSafeLoader):
    """YAML in which only true and false are truth values and a date is text, so that a choice may be called yes or no."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if not tag.endswith((":bool", ":timestamp"))]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read(text: str) -> Any:
    """Return the data of a YAML text."""
    return yaml.load(text, Loader)  # noqa: S506  # a SafeLoader with fewer types


def package(folder: str, name: str) -> str:
    """Return the text of a file of the package."""
    return resources.files(folder).joinpath(name).read_text(encoding="utf-8")


_offers = read(package("guitai.dialogue", "offers.yaml"))

REPLIES: dict[str, dict[str, Reply]] = {
    key: {language: Reply(**texts) for language, texts in entry.items()}
    for key, entry in read(package("guitai.dialogue", "replies.yaml")).items()
} | {
    f"offer.{kind}": {language: Reply(**entry[language]) for language in ("zh", "en")}
    for kind, entry in _offers.items()
}
"""What the kiosk says in every business."""

OFFERS: dict[str, str] = {kind: entry["flow"] for kind, entry in _offers.items()}
"""The flow that does what the host proposes, by the kind of proposal."""

LABELS: dict[str, tuple[str, str]] = {
    key: (zh, en) for key, (zh, en) in read(package("guitai.dialogue", "labels.yaml")).items()
}
"""Words on buttons, rows and notes."""

INTENTS: dict[str, tuple[str, str]] = {
    key: (zh, en) for key, (zh, en) in read(package("guitai.dialogue", "intents.yaml")).items()
}
"""What an errand is called when the kiosk asks which of two is meant."""

CODES: dict[str, dict[str, tuple[str, str]]] = {
    name: {code: (zh, en) for code, (zh, en) in codes.items()}
    for name, codes in read(package("guitai.dialogue", "codes.yaml")).items()
}
"""How the host's codes read, by the name of the value."""
