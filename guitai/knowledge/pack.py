"""The read-only pack: reviewed answers and the graph they hang on, compiled into bytes that are always the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One reviewed answer in both languages."""

    id: str
    domain: str
    intents: tuple[str, ...]
    zh: tuple[str, ...]
    """Ways to ask for it in Chinese."""

    en: tuple[str, ...]
    lead: str
    more: str
    lead_en: str
    more_en: str
    source: str
    source_en: str
    reviewed_by: str
    reviewed_on: str
    valid_until: str
    """ISO date after which `guitai knowledge check` calls the answer stale; a kiosk goes on giving it."""

    about: tuple[str, ...]
    """Nodes of the graph."""

    hot: str = ""
    """Name of the values from headquarters that fill its placeholders; empty for an answer that stands by itself."""


@dataclass(frozen=True, slots=True)
class Node:
    """A product, a process or a term of the graph."""

    id: str
    kind: str
    zh: tuple[str, ...]
    """Its name, then its other and everyday names."""

    en: tuple[str, ...]
    broader: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """What the kiosk knows, and the hash that names it."""

    hash: str
    entries: dict[str, Entry]
    nodes: dict[str, Node]


def pack(entries: tuple[Entry, ...], nodes: tuple[Node, ...]) -> bytes:
    """Return the pack's bytes: one answer or node a line, sorted, so that versions can be compared line by line."""
    lines = [orjson.dumps({"format": FORMAT, "answers": len(entries), "nodes": len(nodes)})]
    lines += [orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in sorted(entries, key=lambda entry: entry.id)]
    lines += [orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in sorted(nodes, key=lambda node: node.id)]
    return b"\n".join(lines) + b"\n"


def read(data: bytes) -> Pack:
    """Return the pack of `pack`'s bytes.

    Raises:
        ValueError: These bytes are no pack of this format.
    """
    head, *lines = data.splitlines()
    counts = orjson.loads(head)
    if not isinstance(counts, dict) or counts.get("format") != FORMAT:
        raise ValueError("no knowledge pack of this format")
    if len(lines) != counts["answers"] + counts["nodes"]:
        raise ValueError("the knowledge pack is cut off")
    rows = [_tuples(orjson.loads(line)) for line in lines]
    try:
        entries = [Entry(**row) for row in rows[: counts["answers"]]]
        nodes = [Node(**row) for row in rows[counts["answers"] :]]
    except TypeError as error:
        raise ValueError(str(error)) from error
    return Pack(
        hashlib.sha256(data).hexdigest(), {entry.id: entry for entry in entries}, {node.id: node for node in nodes}
    )


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _tuple(value) for key, value in row.items()}


def _tuple(value: Any) -> Any:
    return tuple(_tuple(one) for one in value) if isinstance(value, list) else value
