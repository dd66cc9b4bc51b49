"""The articles of a contract, and which of them speaks of what customers ask about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guitai.documents.words import WORDS
from guitai.messages.document import DocumentClause, Topic

_ARTICLE = re.compile(r"^(第[一二三四五六七八九十百\d]{1,5}[条章])[:：.、|]*(.*)$")
_POINT = re.compile(r"^([（(]?[一二三四五六七八九十]{1,3}[）)、]|\d{1,2}(?:\.\d{1,2}){0,2}[.、|](?!\d))(.*)$")
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?[%‰]|(?:百分之|千分之|万分之)[一二三四五六七八九十点\d]+|\d+(?:个)?(?:自然日|工作日|日|天|个月|年|小时)|[\d,]+(?:\.\d+)?万?元|R[1-5]|[一二三四五六七八九十]{1,3}个?(?:工作日|日|天|个月|年)(?!月)"
)
HEADING_CHARS = 16
MOST_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its number as printed, and all its words, the heading first."""

    number: str
    text: str


def articles(rows: tuple[str, ...]) -> tuple[Article, ...]:
    """Return the articles of the rows; where none is numbered, each row is one without a number."""
    pattern = _ARTICLE if any(_ARTICLE.match(row) for row in rows) else _POINT
    found: list[Article] = []
    for row in rows:
        if (match := pattern.match(row)) is not None:
            found.append(Article(match[1].strip("（()）、.|"), match[2]))
        elif found:
            # A short first row is the heading; what follows is its text.
            join = "。" if len(found[-1].text) <= HEADING_CHARS and not found[-1].text.endswith("。") else ""
            found[-1] = Article(found[-1].number, f"{found[-1].text}{join}{row}")
    return tuple(found) or tuple(Article("", row) for row in rows)


def clauses_of(rows: tuple[str, ...]) -> tuple[DocumentClause, ...]:
    """Return where the paper speaks of each topic: by a heading first, else by the first text with its words."""
    told = articles(rows)
    found = []
    for topic, says in WORDS.topics.items():
        named = re.compile(says)
        headed = next((one for one in told if named.search(_heading(one))), None)
        article = headed or next((one for one in told if named.search(one.text)), None)
        if article is not None:
            found.append(DocumentClause(topic, article.number, _figures(article, named)))
    return tuple(found)


def topics() -> tuple[Topic, ...]:
    """Return every topic there is."""
    return tuple(WORDS.topics)


def _heading(article: Article) -> str:
    return re.split("[。:：|]", article.text, maxsplit=1)[0][:HEADING_CHARS]


def _figures(article: Article, named: re.Pattern[str]) -> tuple[str, ...]:
    """Return the figures in the sentences that have the topic's words, else in the whole article."""
    pieces = re.split("[。；;]", article.text)
    near = [piece for piece in pieces if named.search(piece) and _FIGURE.search(piece)]
    figures = [match[0] for piece in (near or pieces) for match in _FIGURE.finditer(piece)]
    return tuple(dict.fromkeys(figures))[:MOST_FIGURES]
