"""Checks the tables beside the flows: replies, labels, intents, codes, the menu, offers, work orders.

What the program itself says and shows is the contract: the shipped tables name every key, and the values each can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from guitai.dialogue.book import Book
from guitai.dialogue.check_links import named_texts
from guitai.dialogue.check_words import Found, amounts, reply, unknown
from guitai.dialogue.filing import Filing
from guitai.dialogue.schema import Flow, Reply, Texts
from guitai.dialogue.services import INQUIRIES, ORDERS
from guitai.dialogue.tables import Group, Offer
from guitai.dialogue.values import names_in
from guitai.knowledge.answers import BY_TOUCH
from guitai.yaml_lines import Document, Mistake, Path, checked, near

HOTLINE = "hotline"


def check_table(
    name: str, found: Document, flows: Mapping[str, Flow], intents: Collection[str], shipped: Book
) -> tuple[Mistake, ...]:
    """Return the mistakes of one table, by line.

    Args:
        name: Its name without ending.
        found: The file.
        flows: The flows beside it, by kind.
        intents: Names of the intents of the intents.yaml beside it.
        shipped: What the program came with.
    """
    if found.mistakes:
        return found.mistakes
    if not isinstance(found.data, dict):
        return (Mistake(found.file, 1, "names with a colon each are wanted here"),)
    checks: dict[str, Callable[[], Iterable[Mistake]]] = {
        "replies": lambda: _replies(found, flows, shipped),
        "labels": lambda: _pairs(found, shipped.labels),
        "intents": lambda: _pairs(found, shipped.intents),
        "codes": lambda: _codes(found, shipped.codes),
        "menu": lambda: _menu(found, flows, shipped),
        "offers": lambda: _offers(found, flows, shipped),
        "work_orders": lambda: _work_orders(found, intents),
    }
    return tuple(sorted(set(checks[name]())))


PAPER_CODES = frozenset({"document", "risk_level"})
"""Values that a paper gives and that read as words."""


def _replies(found: Document, flows: Mapping[str, Flow], shipped: Book) -> Iterable[Mistake]:
    wanted = {key for key in shipped.common if not key.startswith("offer.")}
    told = {name for flow in flows.values() for _, name in named_texts(flow)}
    yield from _keys(found, wanted, told | wanted)
    held = {fen for entry in shipped.common.values() for words in entry.values() for _, fen in amounts(_whole(words))}
    for key in found.data:
        both, mistakes = checked(Texts, found, (key,))
        yield from mistakes
        if both is None:
            continue
        values = _values(shipped.common.get(key, {}).values())
        for language, words in (("zh", both.zh), ("en", both.en)):
            known = values | {HOTLINE} if key in shipped.common else values | names_in(_whole(words))
            yield from _at(found, reply((key, language), words, known))
            yield from _at(found, _figures((key, language), words, held))


def _figures(path: Path, words: Reply, held: set[int]) -> Found:
    for written, fen in amounts(_whole(words)):
        if fen not in held:
            yield path, f"nothing gives {written} yuan: the machine holds to other figures; leave it out"


def _whole(words: Reply) -> str:
    return f"{words.lead} {words.more} {words.say or ''}".replace("*", "")


def _values(entries: Iterable[Reply]) -> set[str]:
    return {name for words in entries for name in names_in(_whole(words))}


def _pairs(found: Document, shipped: Mapping[str, tuple[str, str]], at: Path = ()) -> Iterable[Mistake]:
    """Return the mistakes of a table of pairs; within `at` (one value's codes) others may stand beside those that ship."""
    table: dict[str, Any] = found.data
    for piece in at:
        table = table[str(piece)]
    yield from _keys(found, shipped, table if at else shipped, at)
    for key, pair in table.items():
        path = (*at, key)
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(words, str) and words for words in pair):
            yield found.mistake(
                path, "two texts are wanted: [中文, English]; what has a colon, comma or number needs quotes"
            )
            continue
        known = {name for words in shipped.get(key, ()) for name in names_in(words)}
        for words in pair:
            yield from _at(found, unknown(path, words, known))


def _codes(found: Document, shipped: Mapping[str, Mapping[str, tuple[str, str]]]) -> Iterable[Mistake]:
    given = {
        name
        for service in (*INQUIRIES.values(), *ORDERS.values())
        for name in (*service.fields, *service.rows, *service.params)
    }
    yield from _keys(found, shipped, given | PAPER_CODES)
    for name, codes in found.data.items():
        if not isinstance(codes, dict):
            yield found.mistake((name,), "codes with a colon each are wanted here")
            continue
        yield from _pairs(found, shipped.get(name, {}), (name,))


def _menu(found: Document, flows: Mapping[str, Flow], shipped: Book) -> Iterable[Mistake]:
    icons = {group.icon for group in shipped.menu.values()} | {flow.icon for flow in shipped.flows.values()}
    asked = BY_TOUCH.keys() & shipped.intents.keys()
    placed: dict[str, str] = {}
    for name in found.data:
        group, mistakes = checked(Group, found, (name,))
        yield from mistakes
        if group is None:
            continue
        if group.icon not in icons:
            yield found.mistake(
                (name, "icon"), f"there is no icon {group.icon}{near(group.icon, icons) or _there(icons)}"
            )
        for index, kind in enumerate(group.flows):
            if kind not in flows:
                yield found.mistake((name, "flows", index), f"there is no flow {kind}{near(kind, flows)}")
            elif kind in placed:
                yield found.mistake((name, "flows", index), f"{kind} stands on the page {placed[kind]} already")
            placed.setdefault(kind, name)
        for index, intent in enumerate(group.answers):
            if intent not in asked:
                yield found.mistake((name, "answers", index), f"no answer is given to {intent}{near(intent, asked)}")
    for kind in sorted(flows.keys() - placed.keys()):
        yield found.mistake((), f"{kind} stands on no page: nobody could begin it by touch; add it to one")


def _offers(found: Document, flows: Mapping[str, Flow], shipped: Book) -> Iterable[Mistake]:
    yield from _keys(found, shipped.offers, shipped.offers)
    for kind in found.data:
        offer, mistakes = checked(Offer, found, (kind,))
        yield from mistakes
        if offer is None:
            continue
        if offer.flow not in flows:
            yield found.mistake((kind, "flow"), f"there is no flow {offer.flow}{near(offer.flow, flows)}")
        for language, words in (("zh", offer.zh), ("en", offer.en)):
            yield from _at(found, reply((kind, language), words, {*INQUIRIES["proposals"].rows, HOTLINE}))
            yield from _at(found, _figures((kind, language), words, set()))


def _work_orders(found: Document, intents: Collection[str]) -> Iterable[Mistake]:
    filing, mistakes = checked(Filing, found)
    yield from mistakes
    if filing is not None:
        yield from _at(found, filing.mistakes(intents))


def _keys(found: Document, wanted: Collection[str], known: Collection[str], at: Path = ()) -> Iterable[Mistake]:
    """Return keys that are missing or that nothing uses."""
    table: dict[str, Any] = found.data
    for piece in at:
        table = table[str(piece)]
    missing = sorted(set(wanted) - table.keys())
    for key in sorted(set(map(str, table)) - set(known)):
        yield found.mistake((*at, key), f"nothing uses {key}{near(key, missing or known)}")
    for key in missing:
        yield found.mistake(at, f"{key} is missing: the kiosk needs it{near(key, sorted(table.keys() - set(wanted)))}")


def _at(found: Document, told: Found) -> Iterable[Mistake]:
    return [found.mistake(path, words) for path, words in told]


def _there(names: Collection[str]) -> str:
    return f"; there are {', '.join(sorted(names))}"
