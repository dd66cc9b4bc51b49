"""Fits the sentence-ending weights: ``python -m edge_models.speech.fit MODELS DATA_DIR...`` reads the ``*.jsonl`` there.

Every line with a ``text`` whose ``split`` is not validation is a whole sentence, and so are its parts between full stops;
its beginnings up to each word are not, unless somebody said just that. Beginnings at a comma are left out: they are both.
Payees are also told under other names. Deterministic for the same data.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import numpy.typing as npt

from edge_models.speech.completeness import is_open
from edge_models.speech.ending import BUCKETS, WEIGHTS, evidence, features
from guitai.messages.voice import Understanding

EPOCHS = 8
RATE = 0.25
DECAY = 3e-5
SEED = 3
FOLDS = 3
_BATCH = 256
_MAX_FEATURES = 140
_SAMPLE = 4000
_LENGTH = range(2, 41)
_SHORT_ENOUGH = 24
_STOPS = re.compile("[。？！?!]")
_MARKS = "，,。？！?!；、…"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国玉兰春梅红志海文婷雪浩宇子轩欣怡"

Row = dict[str, Any]
Weights = npt.NDArray[np.float32]
Understand = Callable[[str], Understanding]


def examples(rows: Iterable[Row], known: Iterable[Row] = ()) -> tuple[list[str], list[str]]:
    """Return whole sentences and beginnings; a beginning somebody of `known` said as a whole is none."""
    spoken = [text for row in rows for text in _tellings(row)]
    whole = {
        plain for text in spoken for part in (text, *_STOPS.split(text)) if len(plain := plain_text(part)) in _LENGTH
    }
    said = whole | {plain_text(row["text"]) for row in known}
    begun = {start for text in spoken for start in _beginnings(text) if len(start) in _LENGTH} - said
    return sorted(whole), sorted(begun)


def fit(whole: list[str], begun: list[str]) -> Weights:
    """Return the weights over words: logistic regression by Adagrad (Duchi et al. 2011), both classes weighing the same."""
    texts = whole + begun
    index = np.full((len(texts), _MAX_FEATURES), BUCKETS, dtype=np.int32)
    for row, text in enumerate(texts):
        found = features(text)[:_MAX_FEATURES]
        index[row, : len(found)] = found
    labels = np.array([1.0] * len(whole) + [0.0] * len(begun), dtype=np.float32)
    importance = np.where(labels > 0, len(begun) / max(len(whole), 1), 1.0).astype(np.float32)
    weights, seen = np.zeros(BUCKETS + 1, dtype=np.float32), np.full(BUCKETS + 1, 1e-6, dtype=np.float32)
    shuffler = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = shuffler.permutation(len(texts))
        for at in range(0, len(order), _BATCH):
            chosen = order[at : at + _BATCH]
            rows = index[chosen]
            error = (_sigmoid(weights[rows].sum(axis=1)) - labels[chosen]) * importance[chosen] / len(rows)
            gradient = np.bincount(rows.ravel(), np.repeat(error, _MAX_FEATURES), BUCKETS + 1) + DECAY * weights
            gradient[BUCKETS] = 0.0
            seen += (gradient**2).astype(np.float32)
            weights -= (RATE * gradient / np.sqrt(seen)).astype(np.float32)
    return weights[:BUCKETS]


def mix(rows: list[Row], understand: Understand) -> Weights:
    """Return the weights of the second regression, fitted on sentences the first one had not seen (by folds)."""
    inputs, labels = [], []
    picker = np.random.default_rng(SEED)
    for fold in range(FOLDS):
        words = fit(*examples(row for row in rows if _fold(row) != fold))
        whole, begun = examples((row for row in rows if _fold(row) == fold), rows)
        for label, texts in ((1.0, whole), (0.0, begun)):
            short = [text for text in texts if len(text) <= _SHORT_ENOUGH]
            for text in picker.permutation(short)[: _SAMPLE // FOLDS].tolist():
                inputs.append(evidence(text, float(words[features(text)].sum()), understand(text), is_open(text)))
                labels.append(label)
    return _newton(np.array(inputs), np.array(labels))


def plain_text(sentence: str) -> str:
    """Return the sentence as a recogniser's words without punctuation."""
    return "".join(c for c in sentence if c.isalnum())


def _newton(inputs: npt.NDArray[np.float64], labels: npt.NDArray[np.float64]) -> Weights:
    scale = np.maximum(np.abs(inputs).max(axis=0), 1e-6)
    scaled, weights = inputs / scale, np.zeros(inputs.shape[1])
    importance = np.where(labels > 0, (labels == 0).sum() / max((labels > 0).sum(), 1), 1.0)
    for _ in range(30):
        likely = _sigmoid(scaled @ weights)
        gradient = scaled.T @ ((likely - labels) * importance) / len(labels) + 1e-4 * weights
        curvature = (scaled * (likely * (1 - likely) * importance)[:, None]).T @ scaled / len(labels)
        weights -= np.linalg.solve(curvature + 1e-4 * np.eye(len(weights)), gradient)
    found: Weights = (weights / scale).astype(np.float32)
    return found


def _sigmoid(scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
    found: npt.NDArray[Any] = 1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0)))
    return found


def _tellings(row: Row) -> Iterator[str]:
    text: str = row["text"]
    yield text
    names = [e for e in row.get("entities", []) if e["type"] == "payee" and len(e["value"]) in (2, 3) and "start" in e]
    picker = np.random.default_rng(zlib.crc32(text.encode()))
    for _ in range(2 if names else 0):
        told = text
        for entity in sorted(names, key=lambda entity: -entity["start"]):
            other = "".join([*picker.choice([*_SURNAMES], 1), *picker.choice([*_GIVEN], picker.integers(1, 3))])
            told = told[: entity["start"]] + other + told[entity["end"] :]
        yield told


def _beginnings(text: str) -> Iterator[str]:
    words = jieba.lcut(text)
    for count in range(1, len(words)):
        if words[count][0] not in _MARKS and words[count - 1][-1] not in _MARKS:
            yield plain_text("".join(words[:count]))


def _fold(row: Row) -> int:
    return zlib.crc32(row["text"].encode()) % FOLDS


def training_rows(folders: Iterable[Path]) -> Iterator[Row]:
    """Yield the sentences of the `*.jsonl` files of folders that are not set aside for validation."""
    for file in sorted(file for folder in folders for file in folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("split") != "validation" and isinstance(row.get("text"), str):
                yield row


def main() -> None:
    """Fit and write the weights beside this module."""
    from edge_models.language.understand import Understander

    rows = list(training_rows(Path(name) for name in sys.argv[2:]))
    found = mix(rows, Understander(Path(sys.argv[1])).understand)
    np.savez(
        Path(__file__).parent / WEIGHTS, words=fit(*examples(rows)).astype(np.float16), mix=found.astype(np.float32)
    )


if __name__ == "__main__":
    main()
