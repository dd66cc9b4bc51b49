"""Flows, the menu, every reply and table of the book in use. A process takes another book only between two sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from guitai.dialogue.book import Book, Pair, shipped
from guitai.dialogue.filing import OTHER, Filing
from guitai.dialogue.schema import Flow, Reply
from guitai.dialogue.tables import Group
from guitai.knowledge import answers

CALM = "_calm"
"""Ending of a reply's key in the words for a worried customer, where there are any."""

NO_ERRAND = "human_agent"
"""The sub-type of what belongs to no errand."""

V = TypeVar("V")


class _InUse:
    book: Book = shipped()


def use(book: Book) -> None:
    """Serve by this book from now on."""
    _InUse.book = book


def in_use() -> Book:
    """Return the book in use; its hash belongs into what a session records."""
    return _InUse.book


class _Part(Mapping[str, V]):
    """A part of whatever book is in use."""

    __slots__ = ("_of",)

    def __init__(self, of: Callable[[Book], Mapping[str, V]]) -> None:
        self._of = of

    def __getitem__(self, key: str) -> V:
        return self._of(_InUse.book)[key]

    def __contains__(self, key: object) -> bool:
        return key in self._of(_InUse.book)

    def __iter__(self) -> Iterator[str]:
        return iter(self._of(_InUse.book))

    def __len__(self) -> int:
        return len(self._of(_InUse.book))


FLOWS: Mapping[str, Flow] = _Part(lambda book: book.flows)
REPLIES: Mapping[str, Mapping[str, Reply]] = _Part(lambda book: book.replies)
MENU: Mapping[str, Group] = _Part(lambda book: book.menu)
OFFERS: Mapping[str, str] = _Part(lambda book: book.offers)
LABELS: Mapping[str, Pair] = _Part(lambda book: book.labels)
INTENTS: Mapping[str, Pair] = _Part(lambda book: book.intents)
CODES: Mapping[str, Mapping[str, Pair]] = _Part(lambda book: book.codes)


def filing() -> Filing:
    """Return how work orders are filed."""
    return _InUse.book.filing


def filed_words(category: str, subcategory: str, solution: str) -> str:
    """Return a work order's three-level label in words: 转账汇款–转账到账没有–电话回访."""
    return filing().words(category, subcategory, solution, INTENTS)


def subtype_of(kind: str) -> str:
    """Return the sub-type of a flow: the intent that starts it; `other` when no intent does."""
    if not kind:
        return NO_ERRAND
    intents = FLOWS[kind].intents
    return next((intent for intent in intents if filing().type_of(intent) != OTHER), OTHER)


def rules_hash() -> str:
    """Return what identifies everything data-driven that a step rests on, the answers in use among it.

    Journalled when a session opens.
    """
    return hashlib.sha256(f"{in_use().steps_hash}\0{answers.in_use().hash}".encode()).hexdigest()


def fixed_texts(language: str) -> tuple[str, ...]:
    """Return every text there is to say in all flows, with its placeholders: the voice keeps as sound what is always the same.

    Answers that stand for an errand come first: many customers begin with one.
    """
    said = [found.lead + found.more for errand in answers.BY_ERRAND if (found := answers.by_errand(errand, language))]
    said += [_spoken(entry[language]) for entry in in_use().common.values()]
    return tuple(dict.fromkeys(text.replace("*", "") for text in said if text))


def _spoken(reply: Reply) -> str:
    return reply.lead + reply.more if reply.say is None else reply.say


def flow_for(intent: str) -> Flow | None:
    """Return the flow an intent starts, or the flow of that kind (what a flow's `means` names); None for neither."""
    return next((flow for flow in FLOWS.values() if intent in flow.intents), FLOWS.get(intent))


def text_key(flow: Flow, name: str) -> str:
    """Return the key of a text named in a flow: the flow's own, else one of replies.yaml."""
    return f"{flow.kind}.{name}" if name in flow.texts else name
