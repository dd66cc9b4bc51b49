"""Does a sentence end here? A small logistic regression over character n-grams of the words so far. Pure once loaded.

Trained on whole sentences against their own beginnings (`edge_models.speech.fit`): 我的信用卡 lacks a predicate,
把这张卡里的钱 lacks its verb, 我的信用卡丢了 is whole.
"""

from __future__ import annotations

import zlib
from functools import cache
from importlib import resources
from math import exp

import jieba.posseg as posseg
import numpy as np
import numpy.typing as npt

BUCKETS = 1 << 15
WEIGHTS = "weights/ending.npy"
_SUFFIX = 4
_TAGS = 4
_LONG = 12


def features(text: str) -> list[int]:
    """Return the buckets of a text without punctuation: its end, its words, their kinds and its verbs."""
    tagged = posseg.lcut(text)
    words, tags = [pair.word for pair in tagged], [pair.flag[:1] for pair in tagged]
    verbs = [i for i, tag in enumerate(tags) if tag == "v"]
    names = ["bias", f"len{min(len(text), _LONG)}", f"verbs{min(len(verbs), 3)}"]
    names += [f"${text[-n:]}" for n in range(1, min(_SUFFIX, len(text)) + 1)]
    names += [f"t${''.join(tags[-n:])}" for n in range(1, _TAGS + 1)]
    names += [f"w${words[-1]}", f"wt${words[-1]}|{''.join(tags[-3:-1])}", f"^{words[0]}"]
    names.append(f"v…{''.join(tags[verbs[-1] + 1 :])[:_TAGS]}" if verbs else f"no verb {''.join(tags)[:_TAGS]}")
    # A preposition waits for its verb.
    for mark in "把给让从到向跟":
        if mark in words[:-1]:
            after = words.index(mark) + 1
            names.append(f"{mark}…{''.join(tags[after:])[:_TAGS]}")
    return sorted({zlib.crc32(name.encode()) % BUCKETS for name in names})


def probability(text: str) -> float:
    """Return how probably a customer who has said `text` (no punctuation, not empty) has finished."""
    score = float(_weights()[features(text)].sum())
    return 1.0 / (1.0 + exp(-max(min(score, 30.0), -30.0)))


@cache
def _weights() -> npt.NDArray[np.float32]:
    with resources.as_file(resources.files("edge_models.speech").joinpath(WEIGHTS)) as file:
        stored: npt.NDArray[np.float32] = np.load(file, allow_pickle=False).astype(np.float32)
    return stored
