"""What people say at a counter, as a character trigram model: it chooses among a recogniser's guesses and mends misheard ones.

Interpolated Witten-Bell estimates (Witten and Bell 1991) over the training sentences, fitted by `edge_models.speech.fit_ngrams`.
Pure once loaded.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections import defaultdict
from functools import cache, cached_property, lru_cache
from importlib import resources
from math import log

import numpy as np
from pypinyin import Style, lazy_pinyin

ORDER = 3
START, END = "^", "$"
WEIGHTS = "weights/ngrams.npz"

PENALTY = 3.5
"""Log odds a mended character must win back by making its neighbourhood likelier."""

PENALTY_NEAR = 1.0
"""More where the sounds are only near, as zhi and zi are."""

AT_HOME = -5.0
"""Mean log probability a character of the mended words must have: other talk is left as it was heard."""

KNOWN_WORD = 100
"""A word of two characters or more which jieba's dictionary counted as often is not doubted."""

_UNIFORM = 1 / 6000
_WIDTH = 8
_CANDIDATES = 12
_FIXED = frozenset("零〇一二两三四五六七八九十百千万亿幺元块")


class Ngrams:
    """The model. Keys are CRC-32 of the characters: a false hit is one in 30,000 and costs little."""

    def __init__(self, stored: dict[str, np.ndarray]) -> None:
        self._keys, self._counts = ascending(stored["keys"]), array("H", stored["counts"].tobytes())
        self._contexts = ascending(stored["contexts"])
        self._totals, self._kinds = array("I", stored["totals"].tobytes()), array("H", stored["kinds"].tobytes())
        self._characters = "".join(map(chr, stored["characters"].tolist()))

    def score(self, words: str) -> float:
        """Return the log probability of words without punctuation."""
        padded = START * (ORDER - 1) + words + END
        return sum(self._after(padded[i - ORDER + 1 : i], padded[i]) for i in range(ORDER - 1, len(padded)))

    def mend(self, words: str, doubted: list[bool]) -> str:
        """Return words without punctuation with doubted characters replaced by likelier ones that sound alike."""
        sounds = lazy_pinyin(words, style=Style.NORMAL)
        if len(sounds) != len(words):
            return words
        beams = [(0.0, START * (ORDER - 1), "")]
        for heard, sound, doubt in zip(words, sounds, doubted, strict=True):
            options = [(heard, 0.0), *(self._alike(heard, sound) if doubt else ())]
            grown = [
                (score - cost + self._after(context, char), (context + char)[1 - ORDER :], text + char)
                for score, context, text in beams
                for char, cost in options
            ]
            beams = sorted(grown, reverse=True)[:_WIDTH]
        best = max(beams, key=lambda beam: beam[0] + self._after(beam[1], END))[2]
        return best if best == words or self.score(best) >= AT_HOME * (len(best) + 1) else words

    def _alike(self, heard: str, sound: str) -> list[tuple[str, float]]:
        return [
            (char, PENALTY + (PENALTY_NEAR if other != sound else 0.0))
            for char, other in self._by_sound.get(loose(sound), ())
            if char != heard
        ]

    @lru_cache(maxsize=20_000)  # noqa: B019 - the one model lives as long as the process
    def _after(self, context: str, char: str) -> float:
        probability = _UNIFORM
        for size in range(ORDER):
            before = context[len(context) - size :] if size else ""
            at = _find(self._contexts, before)
            if at < 0:
                break
            found = _find(self._keys, before + char)
            count = self._counts[found] if found >= 0 else 0
            kinds = self._kinds[at]
            probability = (count + kinds * probability) / (self._totals[at] + kinds)
        return log(probability)

    @cached_property
    def _by_sound(self) -> dict[str, list[tuple[str, str]]]:
        """Characters by loose sound, the commonest first."""
        out: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for char, sound in zip(self._characters, lazy_pinyin([*self._characters], style=Style.NORMAL), strict=True):
            if char not in _FIXED and len(out[loose(sound)]) <= _CANDIDATES:
                out[loose(sound)].append((char, sound))
        return dict(out)


def mend(text: str) -> str:
    """Return Mandarin text with characters that make no word replaced by ones that sound alike and fit the counter.

    Words of the dictionary and figures stay, and so does talk that is not about a bank's business.
    """
    at = [i for i, char in enumerate(text) if char.isalnum()]
    words = "".join(text[i] for i in at)
    out = list(text)
    for i, char in zip(at, model().mend(words, _doubted(words)), strict=True):
        out[i] = char
    return "".join(out)


@cache
def model() -> Ngrams:
    """Return the committed model."""
    with (
        resources.as_file(resources.files("edge_models.speech").joinpath(WEIGHTS)) as file,
        np.load(file, allow_pickle=False) as stored,
    ):
        return Ngrams(dict(stored))


def steps(keys: np.ndarray) -> np.ndarray:
    """Return ascending numbers as the bytes of their differences, uint8 (4, n): these compress to half the size."""
    return np.diff(keys.astype("<u4"), prepend=np.uint32(0)).view(np.uint8).reshape(-1, 4).T.copy()


def ascending(stored: np.ndarray) -> array[int]:
    """Return the numbers `steps` was given."""
    return array("I", np.cumsum(stored.T.copy().view("<u4")[:, 0], dtype=np.uint32).tobytes())


def loose(sound: str) -> str:
    """Return the syllable with what southern speakers and recognisers confuse made the same."""
    for old, new in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("hu", "f")):
        if sound.startswith(old) and len(sound) > len(old):
            sound = new + sound[len(old) :]
            break
    return sound[:-1] if sound.endswith(("ing", "eng")) else sound


def _doubted(words: str) -> list[bool]:
    import jieba

    out: list[bool] = []
    for word in jieba.lcut(words, HMM=False):
        known = len(word) > 1 and (jieba.dt.FREQ.get(word) or 0) >= KNOWN_WORD
        out += [not known and char not in _FIXED and "\u4e00" <= char <= "\u9fff" for char in word]
    return out


def _find(keys: array[int], gram: str) -> int:
    key = zlib.crc32(gram.encode())
    at = bisect_left(keys, key)
    return at if at < len(keys) and keys[at] == key else -1
