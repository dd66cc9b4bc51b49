"""Sums in English number words, and with k or w for a thousand or ten thousand: five hundred yuan, 3k, 2w块."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from edge_models.language.spans import Span

_ONES = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(1, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_SMALL = _ONES | _TENS | {"a": 1, "an": 1}
_BIG = {"thousand": 1_000, "grand": 1_000, "million": 1_000_000}
_WORD = "|".join(sorted((*_ONES, *_TENS, "hundred", *_BIG), key=len, reverse=True))
_SUM = re.compile(
    rf"\b(?:an?[ -]+(?=hundred|thousand|grand|million)|\d+(?:\.\d+)?[ -]+(?=hundred\b|thousand\b|grand\b|million\b))?"
    rf"(?:{_WORD})(?:[ -]+(?:and[ -]+)?(?:{_WORD}))*\b(?P<unit>[ -]+(?:yuan|kuai|rmb|bucks))?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<![A-Za-z\d.])(?P<n>\d+(?:\.\d+)?) ?(?P<u>[kKwW])(?![A-Za-z\d]|电视|屏|瓦)")
_SHORT_UNIT = {"k": 1_000, "w": 10_000}
_FEWEST = 100
"""Words for less count something else, unless yuan stands behind them."""


def sums(text: str) -> Iterator[Span]:
    """Yield the sums of money written so."""
    for match in _SHORT.finditer(text):
        yield _span(match, Decimal(match["n"]) * _SHORT_UNIT[match["u"].lower()])
    for match in _SUM.finditer(text):
        value = _value(match.group().lower())
        if match["unit"] or value >= _FEWEST:
            yield _span(match, value)


def _span(match: re.Match[str], value: Decimal) -> Span:
    return Span("amount", match.start(), match.end(), f"{value:.2f}")


def _value(words: str) -> Decimal:
    total = section = Decimal(0)
    for word in re.findall(r"[a-z]+|\d+(?:\.\d+)?", words):
        if word in _SMALL:
            section += _SMALL[word]
        elif word == "hundred":
            section = (section or Decimal(1)) * 100
        elif word in _BIG:
            total += (section or Decimal(1)) * _BIG[word]
            section = Decimal(0)
        elif word[0].isdigit():
            section += Decimal(word)
    return total + section
