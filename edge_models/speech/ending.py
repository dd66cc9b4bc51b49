"""Does a sentence end here? Two small logistic regressions over the words so far. Pure once loaded.

The first looks at the words alone, as characters and as toneless syllables, so that 王坊 for 王芳 changes little: it is
trained on whole sentences against their own beginnings. The second weighs its score with what the language step made of
the words: 给李娜转三百块 has an intent and an amount, 给李娜 has neither. Both are fitted by `edge_models.speech.fit`.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from importlib import resources
from math import exp

import numpy as np
import numpy.typing as npt
from pypinyin import Style, lazy_pinyin

from guitai.messages.voice import Understanding

BUCKETS = 1 << 16
WEIGHTS = "weights/ending.npz"
_CHARACTERS, _SYLLABLES = 6, 5
_LONG = 14
_SHORT = 4
_CERTAIN = 0.98
"""The intent of a sentence it was trained on looks more certain than a customer's ever does."""

_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千万亿幺半几\d]+(?:多|来)?(块钱|元钱|万块|块|元|毛|角|分)?")
_AMOUNT_LAST = re.compile(r"8$|(?<=.)9$")


def folded(text: str) -> str:
    """Return plain text with every number written as 9, with a unit of money as 8; a lone 一 stays."""
    return _NUMBER.sub(lambda m: m[0] if m[0] == "一" else "8" if m[1] else "9", text)


def features(text: str) -> list[int]:
    """Return the buckets of a text without punctuation: its end in characters and syllables, its beginning, its inside."""
    words = folded(text)
    sounds = [_loose(sound) for sound in lazy_pinyin(words, style=Style.NORMAL)]
    names = ["bias", f"len{min(len(words), _LONG)}", f"^{words[:1]}", f"^{words[:2]}"]
    names += [f"${words[-n:]}" for n in range(1, min(_CHARACTERS, len(words)) + 1)]
    names += [f"p${' '.join(sounds[-n:])}" for n in range(1, min(_SYLLABLES, len(sounds)) + 1)]
    last = len(sounds) - 1
    for at, sound in enumerate(sounds):
        names += [f"u{sound}", f"u{min(last - at, 4)}{sound}"]
        if at < last:
            pair = f"{sound} {sounds[at + 1]}"
            names += [f"g{pair}", f"g{min(last - 1 - at, 5)}{pair}", f"s{sound}>{sounds[last]}"]
    return sorted({zlib.crc32(name.encode()) % BUCKETS for name in names})


def evidence(text: str, score: float, meaning: Understanding, open_end: bool) -> list[float]:
    """Return what the second regression weighs.

    Args:
        text: the words, without punctuation.
        score: the first regression's log odds.
        meaning: of the words.
        open_end: whether the words end in one that wants another, by `edge_models.speech.completeness`.
    """
    top = meaning.intents[0]
    outside = top.name == "out_of_scope"
    kinds = {entity.type for entity in meaning.entities}
    return [
        1.0,
        max(min(score, 9.0), -9.0),
        0.0 if outside else min(top.probability, _CERTAIN),
        float(outside),
        float(open_end),
        float(len(text) < _SHORT),
        float(_AMOUNT_LAST.search(folded(text)) is not None),
        float("payee" in kinds),
        float("amount" in kinds),
    ]


def score(text: str) -> float:
    """Return the log odds that a customer who has said `text` (no punctuation, not empty) has finished, by words alone."""
    return float(_weights()["words"][features(text)].sum())


def probability(text: str, meaning: Understanding, open_end: bool) -> float:
    """Return how probably a customer who has said `text`, which means `meaning`, has finished."""
    odds = float(_weights()["mix"] @ np.array(evidence(text, score(text), meaning, open_end)))
    return 1.0 / (1.0 + exp(-max(min(odds, 30.0), -30.0)))


def _loose(sound: str) -> str:
    """Return the syllable with what southern speakers and recognisers confuse made the same."""
    for old, new in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(old):
            sound = new + sound[2:]
    return sound[:-1] if sound.endswith(("ing", "eng")) else sound


@cache
def _weights() -> dict[str, npt.NDArray[np.float32]]:
    with (
        resources.as_file(resources.files("edge_models.speech").joinpath(WEIGHTS)) as file,
        np.load(file, allow_pickle=False) as stored,
    ):
        return {name: stored[name].astype(np.float32) for name in ("words", "mix")}
