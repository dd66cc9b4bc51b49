"""Reads the knowledge graph, Turtle with SKOS names, into nodes. Needed to compile a pack only, never at run time."""

from __future__ import annotations

import re
from collections import defaultdict

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from guitai.knowledge.pack import Node
from guitai.yaml_lines import Mistake

HERE = "https://guitai.example/knowledge/"
"""Namespace of our own nodes and properties (prefix ``k:``)."""

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_NAMES = (f"{_SKOS}prefLabel", f"{_SKOS}altLabel", f"{_SKOS}hiddenLabel")
_BROADER = f"{_SKOS}broader"


def read_graph(file: str, text: str) -> tuple[tuple[Node, ...], dict[str, int], tuple[Mistake, ...]]:
    """Return the nodes, the line each begins at, and what is wrong with the file."""
    lines = {
        found[1]: text.count("\n", 0, found.start()) + 1 for found in re.finditer(r"^k:([\w-]+)\s", text, re.MULTILINE)
    }
    about: dict[str, list[Triple]] = defaultdict(list)
    try:
        for quad in parse(text.encode(), format=RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(HERE):
                about[quad.subject.value.removeprefix(HERE)].append(quad.triple)
    except SyntaxError as error:
        return (), lines, (Mistake(file, error.lineno or 1, f"this is no Turtle: {error.msg}"),)
    mistakes: list[Mistake] = []
    nodes = tuple(_node(name, about[name], file, lines.get(name, 1), mistakes) for name in sorted(about))
    known = {node.id for node in nodes}
    for node in nodes:
        mistakes += [
            Mistake(file, lines.get(node.id, 1), f"{node.id} is narrower than {other}, which is not in the graph")
            for other in node.broader
            if other not in known
        ]
    return nodes, lines, tuple(mistakes)


def _node(name: str, triples: list[Triple], file: str, line: int, mistakes: list[Mistake]) -> Node:
    names: dict[str, list[str]] = {"zh": [], "en": []}
    figures: dict[str, str] = {}
    kind, broader = "", []
    for predicate in _NAMES:
        for triple in triples:
            if triple.predicate.value == predicate and isinstance(triple.object, Literal):
                names.setdefault(triple.object.language or "", []).append(triple.object.value)
    for triple in triples:
        value, thing = triple.predicate.value, triple.object
        if value == _TYPE and isinstance(thing, NamedNode):
            kind = kind or thing.value
        elif value == _BROADER and isinstance(thing, NamedNode):
            broader.append(thing.value.removeprefix(HERE))
        elif value.startswith(HERE) and isinstance(thing, Literal):
            key = value.removeprefix(HERE)
            if key in figures and figures[key] != thing.value:
                mistakes.append(Mistake(file, line, f"{name}.{key} has two figures: {figures[key]} and {thing.value}"))
            figures[key] = thing.value
    for language in ("zh", "en"):
        if not names[language]:
            mistakes.append(Mistake(file, line, f"{name} has no name in {language}"))
    if not kind:
        mistakes.append(Mistake(file, line, f"{name} has no type"))
    return Node(
        name, kind, tuple(names["zh"]), tuple(names["en"]), tuple(sorted(broader)), tuple(sorted(figures.items()))
    )
