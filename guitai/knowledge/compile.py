"""Compiles reviewed answers, everyday words and the graph into the bytes of one pack."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guitai.knowledge.check import check
from guitai.knowledge.pack import Entry, Node, pack
from guitai.knowledge.rdf import read_graph
from guitai.knowledge.source import Placed, Sources, read_sources
from guitai.yaml_lines import Mistake


@dataclass(frozen=True, slots=True)
class Compiled:
    """A pack, or the mistakes that must be mended first."""

    data: bytes
    """Empty when there are mistakes."""

    mistakes: tuple[Mistake, ...]
    answers: int
    nodes: int


def compile_pack(files: dict[str, str], intents: frozenset[str], today: str) -> Compiled:
    """Check and compile the folder's files, given by name (``answers/cards.yaml``, ``graph.ttl`` …)."""
    sources = read_sources(files)
    nodes, lines, graph_mistakes = read_graph("graph.ttl", files.get("graph.ttl", ""))
    mistakes = tuple(sorted({*graph_mistakes, *check(sources, nodes, lines, intents, today)}))
    data = b"" if mistakes else pack(_entries(sources), _named(nodes, sources))
    return Compiled(data, mistakes, len(sources.answers), len(nodes))


def _entries(sources: Sources) -> tuple[Entry, ...]:
    return tuple(_entry(placed, sources) for placed in sources.answers)


def _entry(placed: Placed, sources: Sources) -> Entry:
    answer, domain = placed.answer, placed.domain
    source = sources.sources[answer.source]
    return Entry(
        id=answer.id, domain=domain.domain, intents=answer.intents, zh=answer.zh, en=answer.en,
        lead=answer.lead, more=answer.more, lead_en=answer.lead_en, more_en=answer.more_en,
        source=source.title.zh, source_en=source.title.en,
        reviewed_by=answer.reviewed_by or domain.reviewed_by or "",
        reviewed_on=answer.reviewed_on or domain.reviewed_on or "",
        valid_until=answer.valid_until or source.valid_until, about=answer.about, hot=answer.hot,
    )  # fmt: skip


def _named(nodes: tuple[Node, ...], sources: Sources) -> tuple[Node, ...]:
    return tuple(replace(node, zh=(*node.zh, *sources.terms.get(node.id, ()))) for node in nodes)
