"""Finds what is wrong in the knowledge before a customer hears it: contradictions, stale figures, orphans, gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from guitai.knowledge.figures import canonical, figures
from guitai.knowledge.pack import Node
from guitai.knowledge.source import Placed, Sources
from guitai.yaml_lines import Mistake

GRAPH = "graph.ttl"
LONGEST_LEAD = {"zh": 34, "en": 90}
"""Characters of a line on the screen; asterisks do not count."""


def check(
    sources: Sources,
    nodes: tuple[Node, ...],
    node_lines: dict[str, int],
    intents: frozenset[str],
    today: str,
) -> tuple[Mistake, ...]:
    """Return every mistake, in the order of files and lines.

    Args:
        sources: The YAML files.
        nodes: The graph.
        node_lines: Where each node begins in the graph's file.
        intents: Names an answer may belong to.
        today: ISO date that decides what is stale.
    """
    graph = {node.id: node for node in nodes}
    found = [*sources.mistakes]
    for placed in sources.answers:
        found += (Mistake(placed.file, placed.line, f"{placed.answer.id}: {what}") for what in _alone(placed, sources))
        found += (
            Mistake(placed.file, placed.line, f"{placed.answer.id}: {what}")
            for what in _linked(placed, sources, graph, intents, today)
        )
    found += _together(sources, graph)
    found += _orphans(sources, graph, node_lines)
    return tuple(sorted(set(found)))


def _alone(placed: Placed, sources: Sources) -> Iterator[str]:
    answer = placed.answer
    if not (answer.reviewed_by or placed.domain.reviewed_by) or not (answer.reviewed_on or placed.domain.reviewed_on):
        yield "nobody has reviewed it (reviewed_by, reviewed_on)"
    for language, lead in (("zh", answer.lead), ("en", answer.lead_en)):
        if lead.count("*") not in (0, 2):
            yield f"the {language} lead must have two asterisks or none"
        if len(lead.replace("*", "")) > LONGEST_LEAD[language]:
            yield f"the {language} lead is longer than the screen's line ({LONGEST_LEAD[language]} characters)"
    zh, en = figures(answer.lead + "。" + answer.more), figures(answer.lead_en + " " + answer.more_en)
    if zh != en and not answer.figures_differ:
        only = "; ".join(
            f"only in {name}: {', '.join(sorted(some))}" for name, some in (("zh", zh - en), ("en", en - zh)) if some
        )
        yield f"the two languages have different figures ({only})"
    if bool(answer.hot) != any("{" in text for text in (answer.lead, answer.more, answer.lead_en, answer.more_en)):
        yield "placeholders ({usd_sell}) and hot, the values that fill them, go together"
    if zh == en and answer.figures_differ:
        yield "figures_differ is given but the two languages have the same figures"
    for key, value in answer.facts.items():
        for language, there in (("zh", zh), ("en", en)):
            if canonical(value) not in there:
                yield f"fact {key} = {value} does not stand in the {language} text"


def _linked(
    placed: Placed, sources: Sources, graph: dict[str, Node], intents: frozenset[str], today: str
) -> Iterator[str]:
    answer = placed.answer
    yield from (f"intent {name} does not exist" for name in answer.intents if name not in intents)
    yield from (f"node {name} is not in the graph" for name in answer.about if name not in graph)
    if answer.source not in sources.sources:
        yield f"source {answer.source} is not in sources.yaml"
        return
    until = answer.valid_until or sources.sources[answer.source].valid_until
    if until < today:
        yield f"stale since {until} (valid_until of {'the answer' if answer.valid_until else answer.source})"
    for key, value in answer.facts.items():
        name, _, prop = key.partition(".")
        known = dict(graph[name].figures) if name in graph else {}
        if prop not in known:
            yield f"fact {key} is not in the graph"
        elif canonical(known[prop]) != canonical(value):
            yield f"fact {key} = {value} contradicts the graph, which says {known[prop]}"


def _together(sources: Sources, graph: dict[str, Node]) -> Iterator[Mistake]:
    by_id: dict[str, list[Placed]] = defaultdict(list)
    by_fact: dict[str, list[tuple[str, Placed]]] = defaultdict(list)
    by_words: dict[str, list[Placed]] = defaultdict(list)
    for placed in sources.answers:
        by_id[placed.answer.id].append(placed)
        for key, value in placed.answer.facts.items():
            by_fact[key].append((canonical(value), placed))
        for words in {*placed.answer.zh, *placed.answer.en}:
            by_words[words].append(placed)
    for name, some in by_id.items():
        for placed in some[1:]:
            yield Mistake(placed.file, placed.line, f"{name}: the id is taken by {some[0].file}:{some[0].line}")
    for key, claims in by_fact.items():
        first, where = claims[0]
        for value, placed in claims[1:]:
            if value != first:
                what = f"{key} is {value} here and {first} in {where.answer.id} ({where.file}:{where.line})"
                yield Mistake(placed.file, placed.line, f"{placed.answer.id}: {what}")
    for words, some in by_words.items():
        for placed in some[1:]:
            what = f"“{words}” also asks for {some[0].answer.id} ({some[0].file}:{some[0].line})"
            yield Mistake(placed.file, placed.line, f"{placed.answer.id}: {what}")


def _orphans(sources: Sources, graph: dict[str, Node], node_lines: dict[str, int]) -> Iterator[Mistake]:
    used = {name for placed in sources.answers for name in placed.answer.about}
    used |= {parent for node in graph.values() for parent in node.broader}
    for name in graph.keys() - used:
        yield Mistake(GRAPH, node_lines.get(name, 1), f"{name} is an orphan: no answer is about it")
    cited = {placed.answer.source for placed in sources.answers}
    for name in sources.sources.keys() - cited:
        yield Mistake("sources.yaml", sources.source_lines[name], f"{name} is an orphan: no answer comes from it")
    for name in sources.terms.keys() - graph.keys():
        yield Mistake("terms.yaml", sources.term_lines[name], f"{name} is not in the graph")
