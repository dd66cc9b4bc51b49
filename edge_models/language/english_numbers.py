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
_UNDER_20, _UNDER_10 = "|".join(reversed(_ONES)), "|".join(list(_ONES)[:9])
_GAP = r"[ -]+(?:and[ -]+)?"
_TWO_DIGITS = rf"(?:(?:{'|'.join(_TENS)})(?:[ -]+(?:{_UNDER_10}))?|{_UNDER_20})"
_THREE_DIGITS = rf"(?:{_TWO_DIGITS}[ -]+hundred(?:{_GAP}{_TWO_DIGITS})?|{_TWO_DIGITS})"
_HEAD = (
    rf"(?:(?:(?:an?|\d+(?:\.\d+)?|{_TWO_DIGITS})[ -]+)?hundred(?:{_GAP}{_TWO_DIGITS})?|an?|\d+(?:\.\d+)?|{_TWO_DIGITS})"
)
_WELL_FORMED = re.compile(
    rf"(?:(?:{_HEAD}[ -]+)?million(?:{_GAP}{_THREE_DIGITS}[ -]+(?:thousand|grand))?(?:{_GAP}{_THREE_DIGITS})?"
    rf"|(?:{_HEAD}[ -]+)?(?:thousand|grand)(?:{_GAP}{_THREE_DIGITS})?|{_HEAD})(?:[ -]+(?:yuan|kuai|rmb|bucks))?",
    re.IGNORECASE,
)
"""One number, its groups from the greatest down; six two one is a list."""

_GROUP = r"(?:hundred|thousand|grand|million)"
_PART = rf"(?:\d[\d,.]*|(?:{_WORD}|an?)\b)"
_UNSURE = re.compile(
    rf"(?<![\d,.])(?:(?:{_PART}{_GAP})*(?:an?[ -]+)?\b(?:half|quarter|point)\b(?:{_GAP}(?:of[ -]+)?{_PART})*"  # one point five, half a, and a half
    rf"|\d[\d,]*,\d[\d.]* *(?:[kKwW](?![A-Za-z])|{_GROUP}\b)|\d[\d,.]*{_GROUP}\b|\d[\d,.]*[ -]+\d[\d,.]*[ -]+{_GROUP}\b"
    rf"|(?:{_PART}{_GAP})?\b{_GROUP}{_GAP}\d[\d,.]*(?![\d,.]*[ -]*(?:year|month|week|day|time|hour))"
    rf"|(?:{_PART}{_GAP})*\b(?:{_WORD})[ -]+(?:and[ -]+)?an?[ -]+(?:{_WORD})\b"
    r"|\d[\d.]* ?[kK][ -]?(?:的|纯|足|黄|白|玫瑰|镀|gold|karat)*(?:金(?!额)|项链|戒指|钻戒|手链|手镯|首饰|(?<=gold)|(?<=karat))"
    rf"|(?:{_PART}{_GAP})*{_PART}[ -]*(?:per ?cent\b|[%％])"
    r"|\bin two thousand (?:and )?(?!hundred)[a-z]+(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?\b(?![ -]+(?:hundred|yuan|kuai|rmb|bucks)))",
    re.IGNORECASE,
)
"""Numbers that are not read: better no sum than a wrong one."""

_FEWEST = 100
"""Words for less count something else, unless yuan stands behind them."""


def sums(text: str) -> Iterator[Span]:
    """Yield the sums of money written so."""
    places = unsure(text)
    for match in _SHORT.finditer(text):
        if not overlaps(places, match):
            yield _span(match, Decimal(match["n"]) * _SHORT_UNIT[match["u"].lower()])
    for match in _SUM.finditer(text):
        if overlaps(places, match):
            continue
        value = _value(match.group().lower())
        if match["unit"] or value >= _FEWEST:
            yield _span(match, value)


def unsure(text: str) -> list[tuple[int, int]]:
    """Return the places of numbers that give no sum, digits in them included."""
    lists = (match for match in _SUM.finditer(text) if not _WELL_FORMED.fullmatch(match.group()))
    return [match.span() for match in (*_UNSURE.finditer(text), *lists)]


def overlaps(places: list[tuple[int, int]], match: re.Match[str]) -> bool:
    """Whether a match shares a character with one of the places."""
    return any(start < match.end() and match.start() < end for start, end in places)


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
