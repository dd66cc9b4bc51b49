"""Hashed n-grams of a sentence: Chinese characters and foreign words one to three at a time, numbers as one sign.

Feature names are 32-bit CRCs, so a table of features is the same on every machine and needs no vocabulary text.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LONGEST = 3
"""Tokens in the longest n-gram."""

_TOKEN = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿幺0-9.,]*[零〇一二两三四五六七八九十百千万亿幺0-9]{2,}|[a-z]+|[一-鿿]|\d"
)
_LONE_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_NUMBER = "#"
_EDGE = "^"

Rows = npt.NDArray[np.int64]
Values = npt.NDArray[np.float32]


def tokens(text: str) -> list[str]:
    """Return characters, foreign words and number signs, lower case; punctuation falls out."""
    return [token for token, _, _ in placed_tokens(text)]


def placed_tokens(text: str) -> list[tuple[str, int, int]]:
    """Return the tokens with the characters of the sentence they stand for."""
    folded = "".join(unicodedata.normalize("NFKC", char)[:1] or " " for char in text).lower()
    found = []
    for match in _TOKEN.finditer(folded):
        token = match.group()
        # Only numbers and foreign words are longer than one character.
        is_number = len(token) > 1 and re.fullmatch("[a-z]+", token) is None
        found.append((_NUMBER if is_number else token.translate(_LONE_DIGITS), match.start(), match.end()))
    return found


def grams(words: list[str]) -> list[tuple[str, int, int]]:
    """Return every n-gram with the first and the last token (exclusive) it covers; edges count as tokens."""
    padded = [_EDGE, *words, _EDGE]
    return [
        ("\x1f".join(padded[at : at + size]), max(at - 1, 0), min(at + size - 1, len(words)))
        for size in range(1, LONGEST + 1)
        for at in range(len(padded) - size + 1)
    ]


def size(gram: str) -> int:
    """Return how many tokens the n-gram has."""
    return gram.count("\x1f") + 1


def key(gram: str) -> int:
    """Return the feature's name."""
    return zlib.crc32(gram.encode())


@dataclass(frozen=True, slots=True)
class Table:
    """The features that were seen often enough, each with its inverse document frequency."""

    keys: npt.NDArray[np.uint32]
    """Sorted; the position is the row of the weights."""

    idf: Values

    def vector(self, text: str) -> tuple[Rows, Values]:
        """Return rows and L2-normalized weights (tf-idf with logarithmic counts) of the known features."""
        counts = Counter(key(gram) for gram, _, _ in grams(tokens(text)))
        wanted = np.fromiter(counts, np.uint32, len(counts))
        times = np.fromiter(counts.values(), np.float32, len(counts))
        rows, known = self.rows(wanted)
        values = ((1 + np.log(times[known])) * self.idf[rows]).astype(np.float32)
        length = float(np.sqrt(values @ values))
        return rows, values / length if length else values

    def rows(self, wanted: npt.NDArray[np.uint32]) -> tuple[Rows, npt.NDArray[np.bool_]]:
        """Return the rows of the known ones among `wanted`, and which those are."""
        rows = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = self.keys[rows] == wanted
        return rows[known].astype(np.int64), known
