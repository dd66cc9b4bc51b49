"""Fits the sentence-ending weights: ``python -m edge_models.speech.fit DATA_DIR`` reads the ``*.jsonl`` files there.

Every line with a ``text`` whose ``split`` is not validation is a whole sentence; its beginnings up to each word are not,
unless somebody said just that. Deterministic for the same data.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import jieba
import numpy as np
import numpy.typing as npt

from edge_models.speech.ending import BUCKETS, WEIGHTS, features

EPOCHS = 8
RATE = 0.25
DECAY = 3e-5
SEED = 3
_BATCH = 256
_MAX_FEATURES = 32


def examples(sentences: Iterable[str]) -> list[tuple[str, bool]]:
    """Return words so far with whether they are whole, sentences and beginnings balanced by repetition."""
    whole = {plain for sentence in sentences if 2 <= len(plain := plain_text(sentence)) <= 40}
    begun = {start for sentence in sorted(whole) for start in _beginnings(sentence)} - whole
    copies = max(round(len(begun) / max(len(whole), 1)), 1)
    return [(text, True) for text in sorted(whole)] * copies + [(text, False) for text in sorted(begun)]


def fit(pairs: list[tuple[str, bool]]) -> npt.NDArray[np.float32]:
    """Return the weights: logistic regression by Adagrad (Duchi et al. 2011)."""
    known = {text: features(text)[:_MAX_FEATURES] for text, _ in pairs}
    index = np.full((len(pairs), _MAX_FEATURES), BUCKETS, dtype=np.int32)
    for row, (text, _) in enumerate(pairs):
        index[row, : len(known[text])] = known[text]
    labels = np.array([label for _, label in pairs], dtype=np.float32)
    weights, seen = np.zeros(BUCKETS + 1, dtype=np.float32), np.full(BUCKETS + 1, 1e-6, dtype=np.float32)
    random = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = random.permutation(len(pairs))
        for at in range(0, len(order), _BATCH):
            rows = index[order[at : at + _BATCH]]
            scores = weights[rows].sum(axis=1)
            error = 1.0 / (1.0 + np.exp(-scores)) - labels[order[at : at + _BATCH]]
            gradient = np.zeros_like(weights)
            np.add.at(gradient, rows, (error / len(rows))[:, None])
            gradient += DECAY * weights
            gradient[BUCKETS] = 0.0
            seen += gradient**2
            weights -= RATE * gradient / np.sqrt(seen)
    return weights[:BUCKETS]


def plain_text(sentence: str) -> str:
    """Return the sentence as a recogniser's words without punctuation."""
    return "".join(c for c in sentence if c.isalnum())


def _beginnings(sentence: str) -> Iterator[str]:
    words = jieba.lcut(sentence)
    for count in range(1, len(words)):
        yield "".join(words[:count])


def _sentences(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("split") != "validation" and isinstance(row.get("text"), str):
                yield row["text"]


def main() -> None:
    """Fit and write the weights beside this module."""
    weights = fit(examples(_sentences(Path(sys.argv[1]))))
    np.save(Path(__file__).parent / WEIGHTS, weights.astype(np.float16))


if __name__ == "__main__":
    main()
