"""Fits every linear head and writes edge_models/language/weights/heads.npz; the validation split is only ever scored."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import corpus
import numpy as np
from scipy import optimize, sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from edge_models.language import grams, heads
from edge_models.language.encoder import ADAPTER, Encoder

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "edge_models" / "language" / "weights"
FEWEST_SENTENCES = {1: 1, 2: 1, 3: 2}
"""By n-gram length: single signs and pairs seen once still help other authors' sentences, triples seen once do not."""

FEWEST_ENGLISH = {1: 1, 2: 2, 3: 2}
"""The same for n-grams of the English sample alone: its pairs seen once made room for more Chinese ones."""

VECTOR_SCALE = 20.0
"""Spread of e5's vectors is small; scaled, the usual regularization fits."""

VECTOR_C = 0.05
SVM_C = 2.0
SVM_ROUNDS = 1000
SCAM_C = 20.0
ORDINARY_WEIGHT = 0.03
WEAK_FALSE_ALARMS, STRONG_FALSE_ALARMS = 0.07, 0.02
"""Of honest sentences written to sound like a fraud, on the held-out part."""


@dataclass(frozen=True, slots=True)
class Task:
    """One head: which sentences teach it, what they say, and which of them calibrate it."""

    name: str
    labels: tuple[str, ...]
    chosen: np.ndarray
    answers: np.ndarray
    calibrates: np.ndarray
    weights: np.ndarray
    """Ordinary errands are many and easy: as honest examples of the scam head they count little."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=ROOT / "data")
    arguments.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    options = arguments.parse_args()
    sentences = [
        sentence
        for sentence in corpus.read(options.data, ROOT / "edge_models/language/intents.csv")
        if sentence.split == "train"
    ]
    print(f"{len(sentences)} sentences: {dict(Counter(sentence.source for sentence in sentences))}")
    vectors = _vectors(sentences, options.models)
    mean = vectors.mean(axis=0)
    table = _table(sentences)
    matrix = _matrix(table, sentences)
    scaled = (vectors - mean) * VECTOR_SCALE
    packed: dict[str, np.ndarray] = {"keys": table.keys, "idf": table.idf.astype(np.float16), "vector_mean": mean}
    columns = _fit_all(_tasks(sentences), matrix, scaled, np.array([s.fold for s in sentences]), packed, sentences)
    _pack(packed, columns)
    WEIGHTS.mkdir(exist_ok=True)
    with (WEIGHTS / heads.FILE).open("wb") as file:
        np.savez_compressed(file, **packed)
    digest = hashlib.sha256((WEIGHTS / heads.FILE).read_bytes()).hexdigest()
    print(f"{(WEIGHTS / heads.FILE).stat().st_size / 1e6:.2f} MB, sha256 {digest}")


def _vectors(sentences, models: Path) -> np.ndarray:
    encoder = Encoder(models)
    adapter = hashlib.sha256((WEIGHTS / ADAPTER).read_bytes()).hexdigest()[:16]
    cache = ROOT / "var" / "training" / f"vectors-{adapter}.npz"
    known: dict[str, np.ndarray] = {}
    if cache.exists():
        with np.load(cache) as data:
            known = dict(zip(data["texts"].tolist(), data["vectors"], strict=True))
    for done, sentence in enumerate(sentences):
        if sentence.text not in known:
            known[sentence.text] = encoder.encode(sentence.text)
        if done % 500 == 0:
            print(f"\rencoding {done}/{len(sentences)}", end="", flush=True)
    print()
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.savez(cache, texts=np.array(list(known)), vectors=np.array(list(known.values())))
    return np.array([known[sentence.text] for sentence in sentences], np.float32)


def _table(sentences) -> grams.Table:
    seen: Counter[int] = Counter()
    fewest: dict[int, int] = {}
    for sentence in sentences:
        found = {gram for gram, _, _ in grams.grams(grams.tokens(sentence.text))}
        enough = FEWEST_ENGLISH if sentence.source == "english" else FEWEST_SENTENCES
        for gram in found:
            feature = grams.key(gram)
            fewest[feature] = min(fewest.get(feature, enough[grams.size(gram)]), enough[grams.size(gram)])
        seen.update(grams.key(gram) for gram in found)
    kept = sorted(feature for feature, times in seen.items() if times >= fewest[feature])
    idf = [np.log((1 + len(sentences)) / (1 + seen[feature])) + 1 for feature in kept]
    return grams.Table(np.array(kept, np.uint32), np.array(idf, np.float16).astype(np.float32))


def _matrix(table: grams.Table, sentences) -> sparse.csr_matrix:
    rows = [table.vector(sentence.text) for sentence in sentences]
    starts = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in rows])])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sparse.csr_matrix((values, columns, starts), shape=(len(sentences), len(table.keys)))


def _tasks(sentences) -> list[Task]:
    intents = tuple(sorted({s.intent for s in sentences if s.intent}))
    kinds = tuple(sorted({s.scam_type for s in sentences if s.scam_type}))
    own = [s.source in ("own", "extra") for s in sentences]
    return [
        _task("intent", intents, [s.intent for s in sentences], own),
        _task("sentiment", corpus.SENTIMENTS, [s.sentiment for s in sentences], own),
        _task("emotion", corpus.EMOTIONS, [s.emotion for s in sentences], own),
        _task("scam_type", kinds, [s.scam_type for s in sentences], [True] * len(sentences)),
        _task(
            "scam",
            ("scam",),
            [None if s.scam is None else ("scam" if s.scam else "") for s in sentences],
            [s.scam is True or s.neighbour for s in sentences],
        ),
    ]


def _task(name, labels, answers, calibrates) -> Task:
    chosen = np.array([answer is not None for answer in answers])
    position = {label: at for at, label in enumerate(labels)}
    if len(labels) == 1:
        numbers = [int(answer == labels[0]) for answer in answers if answer is not None]
    else:
        numbers = [position[answer] for answer in answers if answer is not None]
    kept = np.array(calibrates)[chosen]
    weights = np.where(kept | (len(labels) > 1), 1.0, ORDINARY_WEIGHT)
    return Task(name, labels, chosen, np.array(numbers), kept, weights)


def _fit_all(tasks, matrix, vectors, folds, packed, sentences) -> list[tuple[np.ndarray, ...]]:
    columns, at = [], 0
    for task in tasks:
        ngrams, dense = matrix[task.chosen], vectors[task.chosen]
        held, held_ngrams, held_dense, by_vector = _held_out(task, ngrams, dense, folds[task.chosen])
        keep = held.calibrates
        both = _factors(held_ngrams[keep], held_dense[keep], held.answers[keep])
        alone = _factors(held_ngrams[keep], None, held.answers[keep])
        # The adapter has seen all but the held-out fold, so vectors outside it look surer than they are.
        columns.append((*_svm(ngrams, task), *by_vector))
        packed[f"{task.name}_labels"] = np.array(task.labels)
        packed[f"{task.name}_columns"] = np.array([at, at + len(task.labels)])
        packed[f"{task.name}_both"], packed[f"{task.name}_alone"] = np.array(both), np.array(alone)
        at += len(task.labels)
        print(task.name, json.dumps(_held_out_figures(held, held_ngrams, held_dense, both, alone, packed)), flush=True)
    packed["heads"] = np.array([task.name for task in tasks])
    return columns


def _held_out(task, ngrams, dense, folds):
    """Return scores of the held-out fold by models that have not seen it, and the vector head among them."""
    inside, outside = folds != corpus.HELD_OUT_FOLD, folds == corpus.HELD_OUT_FOLD
    part = replace(task, answers=task.answers[inside], weights=task.weights[inside])
    by_ngrams, by_vector = _svm(ngrams[inside], part), _logistic(dense[inside], part)
    held = replace(task, answers=task.answers[outside], calibrates=task.calibrates[outside])
    return held, ngrams[outside] @ by_ngrams[0] + by_ngrams[1], dense[outside] @ by_vector[0] + by_vector[1], by_vector


def _svm(features, task):
    if len(task.labels) == 1:
        model = LogisticRegression(C=SCAM_C, max_iter=500)
    else:
        model = LinearSVC(C=SVM_C, max_iter=SVM_ROUNDS, random_state=0)
    model.fit(features, task.answers, sample_weight=task.weights)
    return _spread(model, task)


def _logistic(features, task):
    model = LogisticRegression(C=VECTOR_C, max_iter=300).fit(features, task.answers, sample_weight=task.weights)
    return _spread(model, task)


def _spread(model, task):
    """Return weights (features, labels) and bias, with zeros for labels a fold has not seen."""
    if len(task.labels) == 1:
        return model.coef_.T, model.intercept_
    weights, bias = np.zeros((model.coef_.shape[1], len(task.labels))), np.full(len(task.labels), -5.0)
    weights[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    return weights, bias


def _factors(ngrams, dense, answers) -> tuple[float, float, float]:
    """Return the factors that make the held-out probabilities most likely (Platt scaling over two scores)."""
    single = ngrams.shape[1] == 1

    def loss(factors):
        score = factors[0] * ngrams + (0 if dense is None else factors[1] * dense) + (factors[2] if single else 0)
        if single:
            return float(np.logaddexp(0, np.where(answers == 1, -score[:, 0], score[:, 0])).mean())
        top = score.max(axis=1, keepdims=True)
        normal = top[:, 0] + np.log(np.exp(score - top).sum(axis=1))
        return float((normal - score[np.arange(len(answers)), answers]).mean())

    best = optimize.minimize(
        loss, [3.0, 0.0 if dense is None else 0.3, 0.0], method="Nelder-Mead", options={"maxiter": 400}
    )
    factors = best.x.tolist()
    return factors[0], 0.0 if dense is None else factors[1], factors[2] if single else 0.0


def _held_out_figures(task, ngrams, dense, both, alone, packed) -> dict[str, float]:
    keep, answers = task.calibrates, task.answers
    score = both[0] * ngrams + both[1] * dense + both[2]
    if len(task.labels) > 1:
        figures = {"both": _right(score, answers, keep), "alone": _right(alone[0] * ngrams, answers, keep)}
        if task.name == "intent":
            away = task.labels.index("out_of_scope")
            figures["in_scope"] = _right(score, answers, keep & (answers != away))
            figures["out_of_scope"] = _right(score, answers, keep & (answers == away))
        return figures
    probability = 1 / (1 + np.exp(-score[:, 0]))
    honest, deceived = probability[keep & (answers == 0)], probability[keep & (answers == 1)]
    limits = [float(np.quantile(honest, 1 - share)) for share in (WEAK_FALSE_ALARMS, STRONG_FALSE_ALARMS)]
    packed["threshold_names"] = np.array(["scam_weak", "scam_strong"])
    packed["thresholds"] = np.array(limits)
    return {
        "weak": float(limits[0]),
        "strong": float(limits[1]),
        "false_alarms_weak": float((honest >= limits[0]).mean()),
        "false_alarms_strong": float((honest >= limits[1]).mean()),
        "recall_weak": float((deceived >= limits[0]).mean()),
        "recall_strong": float((deceived >= limits[1]).mean()),
    }


def _right(score, answers, keep) -> float:
    return round(float((score.argmax(axis=1) == answers)[keep].mean()), 4)


def _pack(packed, columns) -> None:
    weights = np.concatenate([column[0] for column in columns], axis=1)
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    packed["ngram_weights"] = np.round(weights / scale).astype(np.int8)
    packed["ngram_scale"] = scale.astype(np.float32)
    packed["ngram_bias"] = np.concatenate([column[1] for column in columns]).astype(np.float32)
    packed["vector_weights"] = (np.concatenate([column[2] for column in columns], axis=1) * VECTOR_SCALE).astype(
        np.float16
    )
    packed["vector_bias"] = np.concatenate([column[3] for column in columns]).astype(np.float32)


if __name__ == "__main__":
    main()
