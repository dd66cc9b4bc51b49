"""Flows, menu, replies and tables as one frozen book: all that bank staff change of a dialogue, in one version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import orjson
from pydantic import ValidationError
from yaml import YAMLError

from guitai.dialogue.filing import Filing
from guitai.dialogue.schema import Flow, Reply, Texts
from guitai.dialogue.tables import Group, Offer
from guitai.errors import GuitaiError
from guitai.risk import rules
from guitai.yaml_lines import read

FLOWS_FOLDER = "flows/"
TABLES = ("codes", "intents", "labels", "menu", "offers", "replies", "work_orders")
STEP_TABLES = ("codes", "intents", "offers", "replies", "work_orders")
"""Those whose words or rules reach an effect; the others are the screen's only."""

FORMAT = "guitai.flows/1"
Pair = tuple[str, str]
"""中文, English."""


@dataclass(frozen=True, slots=True)
class Book:
    """Everything a dialogue is made of, and the hash that names it."""

    hash: str
    steps_hash: str
    """Identifies what can reach an effect."""

    files: dict[str, str]
    """The texts it was read from, by name: ``flows/transfer.yaml``, ``replies.yaml``."""

    flows: dict[str, Flow]
    common: dict[str, dict[str, Reply]]
    """What is said in every business, and the words of offers."""

    replies: dict[str, dict[str, Reply]]
    """`common`, and each flow's own texts as ``kind.name``."""

    menu: dict[str, Group]
    offers: dict[str, str]
    """The flow that does what the host proposes, by the kind of proposal."""

    labels: dict[str, Pair]
    """Words on buttons, rows and notes."""

    intents: dict[str, Pair]
    """What an errand is called when the kiosk asks which of two is meant."""

    codes: dict[str, dict[str, Pair]]
    """How the host's codes read, by the name of the value."""

    filing: Filing


def bind(files: Mapping[str, str]) -> bytes:
    """Return the texts as one file whose bytes depend on nothing else, a text a line, so that versions can be compared."""
    lines = [{"format": FORMAT}, *({"file": name, "text": files[name]} for name in sorted(files))]
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


def unbind(data: bytes) -> dict[str, str]:
    """Return the texts of a bound book by name. Raises ValueError."""
    head, *rows = (orjson.loads(line) for line in data.splitlines())
    if head != {"format": FORMAT}:
        raise ValueError("no book of flows of this format")
    try:
        return {str(row["file"]): str(row["text"]) for row in rows}
    except (TypeError, KeyError) as error:
        raise ValueError(repr(error)) from error


def make(files: Mapping[str, str]) -> Book:
    """Return the book of texts that were checked before. Raises GuitaiError ``dialogue.bad_flow`` naming the file."""
    name = ""
    try:
        flows = {}
        for name in sorted(name for name in files if name.startswith(FLOWS_FOLDER)):
            flow = Flow.model_validate(read(files[name]))
            flows[flow.kind] = flow
        tables = {}
        for name in (f"{table}.yaml" for table in TABLES):
            tables[name.removesuffix(".yaml")] = read(files[name])
        return _book(files, flows, tables)
    except (ValidationError, YAMLError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise GuitaiError("dialogue.bad_flow", path=name) from error


def _book(files: Mapping[str, str], flows: dict[str, Flow], tables: dict[str, dict[str, dict[str, object]]]) -> Book:
    offers = {kind: Offer.model_validate(entry) for kind, entry in tables["offers"].items()}
    common = {
        **{key: _reply(Texts.model_validate(entry)) for key, entry in tables["replies"].items()},
        **{f"offer.{kind}": _reply(offer) for kind, offer in offers.items()},
    }
    own = {f"{flow.kind}.{name}": _reply(both) for flow in flows.values() for name, both in flow.texts.items()}
    return Book(
        hash=hashlib.sha256(bind(files)).hexdigest(),
        steps_hash=_steps_hash(files),
        files=dict(files),
        flows=flows,
        common=common,
        replies=common | own,
        menu={name: Group.model_validate(entry) for name, entry in tables["menu"].items()},
        offers={kind: offer.flow for kind, offer in offers.items()},
        labels=_pairs(tables["labels"]),
        intents=_pairs(tables["intents"]),
        codes={name: _pairs(codes) for name, codes in tables["codes"].items()},
        filing=Filing.model_validate(tables["work_orders"]),
    )


def _reply(both: Texts) -> dict[str, Reply]:
    return {"zh": both.zh, "en": both.en}


def _pairs(table: Mapping[str, object]) -> dict[str, Pair]:
    return {key: _pair(words) for key, words in table.items()}


def _pair(words: object) -> Pair:
    if not isinstance(words, list) or len(words) != 2:
        raise ValueError("two texts are wanted")
    return str(words[0]), str(words[1])


def _steps_hash(files: Mapping[str, str]) -> str:
    flows = [files[name] for name in sorted(files) if name.startswith(FLOWS_FOLDER)]
    tables = [files[f"{name}.yaml"] for name in STEP_TABLES]
    texts = [*flows, *tables, _package("services.yaml"), rules.shipped().hash]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


@cache
def shipped() -> Book:
    """Return the book this version of the software came with."""
    return make(shipped_files())


@cache
def shipped_files() -> dict[str, str]:
    """Return its texts by name."""
    folder = resources.files("guitai.dialogue").joinpath("flows")
    names = [f"{FLOWS_FOLDER}{entry.name}" for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return {name: _package(name) for name in (*sorted(names), *(f"{table}.yaml" for table in TABLES))}


def _package(name: str) -> str:
    return resources.files("guitai.dialogue").joinpath(*name.split("/")).read_text(encoding="utf-8")
