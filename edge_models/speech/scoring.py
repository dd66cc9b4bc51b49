"""Character error rate, pure: what counts as the same words, and how far two texts are apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from edge_models.language import numerals

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_DIGIT = "零〇○一二三四五六七八九幺两"
_NUMBER = re.compile(rf"(?:[\d,]*\d(?:\.\d+)?|[{_DIGIT}十百千](?!分之))[\d{_DIGIT}十百千万亿]*(?:点[{_DIGIT}\d十]+)?")
_UNITS = re.compile("[十百千万亿]")


def normal(text: str) -> str:
    """Return text as it is compared: simplified, lower case, numbers in figures, no punctuation, no spaces.

    五千, 5000 and 5,000 are the same, and so are 三八零二 and 3802, 百分之三 and 3%, 三点五 and 3.5.
    """
    text = _simplify()(unicodedata.normalize("NFKC", text)).lower().replace("帐", "账")
    text = _PERCENT.sub(r"百分之\1", text)
    text = _NUMBER.sub(lambda m: _figures(m[0]), text)
    return "".join(c for c in text if c.isalnum())


def distance(a: str, b: str) -> int:
    """Return the edit distance (Levenshtein 1966) of two strings."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def cer(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the character error rate of pairs (truth, heard): all edits over all characters of the truths."""
    edits = length = 0
    for truth, heard in pairs:
        wanted = normal(truth)
        edits += distance(wanted, normal(heard))
        length += len(wanted)
    return edits / max(length, 1)


def _figures(spoken: str) -> str:
    whole, _, rest = spoken.partition("点")
    if rest:
        return f"{_value(whole)}点{_value(rest) if _UNITS.search(rest) else _digits(rest)}"
    return _value(whole).replace(".", "点")


def _value(spoken: str) -> str:
    """Return what a number is worth, and the digits of one said digit by digit, as of 三八零二 or 007."""
    counted = _UNITS.search(spoken) or (spoken[0].isdecimal() and not spoken.startswith("0"))
    value = numerals.number(spoken) if counted or "." in spoken else None
    return _digits(spoken) if value is None else numerals.plain(value)


def _digits(spoken: str) -> str:
    return "".join(numerals.DIGIT.get(char, char) for char in spoken if char != ",")


@cache
def _simplify() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert
