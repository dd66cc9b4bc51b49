"""The figures in a sentence, so that a translation, a graph property and a stranger's fact can be compared with it."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "million": 1_000_000, "billion": 1_000_000_000}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\b")
_FRACTION = re.compile(r"([一二三四五六七八九十百千万]+)分之([一二两三四五六七八九十]+)")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:/(\d+))?\s*(折|[百千万]?[万亿]|[百千](?=[元块美份张])|million\b|billion\b)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def plain(text: str) -> str:
    """Return the text in one width, without spaces and without commas inside numbers, lower case."""
    folded = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text))
    return "".join(folded.split()).lower()


def figures(text: str) -> frozenset[str]:
    """Return every figure written in digits, scaled (``50万元`` and ``500,000 yuan`` are both ``500000``).

    ``四分之三`` and ``3/4`` are fractions, ``6折`` is 60, a month's English name is its number.
    """
    text = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text))
    text = _MONTH.sub(lambda found: f" {_MONTHS.index(found[1]) + 1} ", text)
    text = _FRACTION.sub(lambda found: f" {_small(found[2])}/{_small(found[1])} ", text)
    return frozenset(_figure(found) for found in _NUMBER.finditer(text))


def holds(answer: str, alternative: str) -> bool:
    """Return True if `alternative` stands in `answer`; a number must stand there whole (5万 is not in 15万)."""
    wanted, text = re.escape(plain(alternative)), plain(answer)
    before = r"(?<!\d)(?<!\d\.)" if wanted[:1].isdigit() else ""
    after = r"(?!\d|\.\d)" if wanted[-1:].isdigit() else ""
    return bool(wanted) and re.search(before + wanted + after, text) is not None


def canonical(figure: str) -> str:
    """Return a figure of a graph or an answer's facts in the form `figures` gives; other text stays as it is."""
    try:
        return _written(Decimal(figure))
    except ArithmeticError:
        return figure


def _figure(found: re.Match[str]) -> str:
    number, below, scale = found.groups()
    if below:
        return f"{number}/{below}"
    value = Decimal(number)
    if scale == "折":
        return _written(value * 10)
    for sign in (scale,) if scale in _SCALES else scale or "":
        value *= _SCALES[sign]
    return _written(value)


def _written(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _small(numeral: str) -> int:
    if numeral in _SCALES:
        return _SCALES[numeral]
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _DIGITS[numeral[-1]]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
