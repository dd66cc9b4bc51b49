"""The learned part: linear heads over n-grams and the sentence vector, one file of weights for all of them.

Score of a class: ``a * (ngram weights . tf-idf + bias) + b * (vector weights . (vector - mean) + bias)``. `a` and `b` of a
head were fitted on held-out sentences so that the softmax (the logistic, for one class) is a calibrated probability;
without the encoder the n-grams' own factor is used. Weights are INT8 with one scale per class.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from edge_models.language import grams
from edge_models.language.encoder import Vector

Floats = npt.NDArray[np.float32]
FILE = "heads.npz"


@dataclass(frozen=True, slots=True)
class Head:
    """One question asked of a sentence."""

    labels: tuple[str, ...]
    columns: slice
    both: tuple[float, float, float]
    """Factor of the n-gram score, factor of the vector score, constant, when both are there."""

    alone: tuple[float, float, float]
    """The same when the encoder is missing; the middle one is 0."""


@dataclass(frozen=True, slots=True)
class Features:
    """A sentence, measured once for all heads."""

    ngram_scores: Floats
    vector_scores: Floats | None


class Heads:
    """Every head of the weights file."""

    def __init__(self) -> None:
        file = resources.files("edge_models.language").joinpath("weights", FILE)
        with file.open("rb") as opened, np.load(opened) as data:
            self._table = grams.Table(data["keys"], data["idf"].astype(np.float32))
            self._weights: npt.NDArray[np.int8] = data["ngram_weights"]
            self._scale: Floats = data["ngram_scale"]
            self._bias: Floats = data["ngram_bias"]
            self._vector_weights = data["vector_weights"].astype(np.float32)
            self._vector_bias: Floats = data["vector_bias"]
            self._mean: Floats = data["vector_mean"]
            self.thresholds: dict[str, float] = dict(
                zip(data["threshold_names"].tolist(), data["thresholds"].tolist(), strict=True)
            )
            self._heads = {name: _head(name, data) for name in data["heads"].tolist()}

    def labels(self, name: str) -> tuple[str, ...]:
        """Return the classes of a head."""
        return self._heads[name].labels

    def measure(self, text: str, vector: Vector | None) -> Features:
        """Score the sentence for every class of every head."""
        rows, values = self._table.vector(text)
        ngrams = values @ self._weights[rows].astype(np.float32) * self._scale + self._bias
        if vector is None:
            return Features(ngrams, None)
        return Features(ngrams, (vector - self._mean) @ self._vector_weights + self._vector_bias)

    def probabilities(self, name: str, features: Features) -> Floats:
        """Return the calibrated probabilities of a head's classes; one number for a yes-or-no head."""
        head = self._heads[name]
        score = self._combined(head, features)
        if len(head.labels) == 1:
            return np.asarray(1 / (1 + np.exp(-score)), np.float32)
        powers = np.exp(score - score.max())
        return np.asarray(powers / powers.sum(), np.float32)

    def char_weights(self, name: str, text: str) -> Floats:
        """Return how much each character of the sentence speaks for the first class of a head, float32 (len(text),)."""
        head = self._heads[name]
        column = head.columns.start
        placed = _placed(text)
        share = np.zeros(len(text), np.float32)
        for feature, first, last in placed:
            rows, _ = self._table.rows(np.array([feature], np.uint32))
            if len(rows):
                weight = float(self._weights[rows[0], column] * self._scale[column] * self._table.idf[rows[0]])
                share[first:last] += weight / max(last - first, 1)
        return share

    @staticmethod
    def _combined(head: Head, features: Features) -> Floats:
        ngrams = features.ngram_scores[head.columns]
        if features.vector_scores is None:
            factor, _, constant = head.alone
            return np.asarray(factor * ngrams + constant, np.float32)
        factor, vector_factor, constant = head.both
        return np.asarray(factor * ngrams + vector_factor * features.vector_scores[head.columns] + constant, np.float32)


def _head(name: str, data: dict[str, npt.NDArray[np.float32]]) -> Head:
    first, last = (int(column) for column in data[f"{name}_columns"])
    both, alone = data[f"{name}_both"].tolist(), data[f"{name}_alone"].tolist()
    return Head(tuple(data[f"{name}_labels"].tolist()), slice(first, last), tuple(both), tuple(alone))


def _placed(text: str) -> list[tuple[int, int, int]]:
    words = grams.placed_tokens(text)
    return [
        (grams.key(gram), words[first][1], words[last - 1][2])
        for gram, first, last in grams.grams([word for word, _, _ in words])
        if last > first
    ]
