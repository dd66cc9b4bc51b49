"""Fits the weights of retrieval.json: ``python -m edge_models.language.retrieval_fit MODELS SENTENCES.jsonl``.

Every way to ask is asked while the index does not hold it (leave one out); sentences that ask for no answer (SENTENCES
has lines with text, intent and split; validation is never read) must find none. data/knowledge/held_out is not read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edge_models.language import intents
from edge_models.language.encoder import Encoder, Seen
from edge_models.language.heads import Heads
from edge_models.language.retrieval import FEATURES, WEIGHTS, Retrieval, pack_in_use
from edge_models.language.retrieval_index import Floats
from edge_models.language.retrieval_ridge import left_out
from edge_models.language.retrieval_vectors import kernel
from guitai.messages.voice import IntentGuess

ALONE = tuple(FEATURES.index(name) for name in ("words", "words_next", "coverage", "graph", "errand", "wanted"))
"""Features without sentence vectors."""

BOTH = tuple(FEATURES.index(name) for name in ("coverage", "text", "graph", "errand", "wanted", "told_apart"))

ASK_NOTHING = ("out_of_scope", "transfer", "withdraw_cash", "query_balance", "deposit_cash", "affirm", "deny", "cancel")
MOST_NEGATIVES = 260
TOLD_APART = FEATURES.index("told_apart")
EVERY = 3
"""Of the ways to ask every third one is enough."""

STRANGERS = 0.6
"""The hand that wrote the ways to ask wrote the answers, too: their words in common tell less of what strangers ask.
Two sets of 150 questions, asked before they were put among the ways, were answered better by `told_apart` alone."""

STEPS, RATE, DECAY = 200, 0.3, 1e-5
SHARPENED = 1.2
"""Left-out ways to ask are harder than customers' questions; with this factor the development questions are calibrated."""


def fit(features: Floats, truths: npt.NDArray[np.int64], columns: tuple[int, ...]) -> list[float]:
    """Return the weights of the conditional logit: one for each feature (0 outside `columns`), then that of none.

    Args:
        features: float32 (sentences, answers, len(FEATURES)).
        truths: The right answer's row of each sentence; the number of answers when none is right.
        columns: Features to use.
    """
    used = features[:, :, columns]
    weights = np.zeros(len(columns) + 1)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    rows = np.arange(len(used))
    for step in range(1, STEPS + 1):  # Adam (Kingma & Ba 2015)
        scores = np.concatenate([used @ weights[:-1], np.full((len(used), 1), weights[-1])], axis=1)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        missed = powers / powers.sum(axis=1, keepdims=True)
        missed[rows, truths] -= 1
        slope = np.append(np.einsum("na,nak->k", missed[:, :-1], used), missed[:, -1].sum()) / len(used)
        slope += DECAY * weights
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        size = RATE * (0.3 if step > STEPS * 0.6 else 1)
        weights -= size * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    whole = [0.0] * len(FEATURES)
    for column, weight in zip(columns, weights, strict=False):
        whole[column] = round(float(weight) * SHARPENED, 2)
    return [*whole, round(float(weights[-1]) * SHARPENED, 2)]


def for_strangers(features: Floats, truths: npt.NDArray[np.int64], weights: list[float]) -> list[float]:
    """Return the weights with all features but `told_apart` at `STRANGERS` of theirs, scale and none fitted anew."""
    less = np.array(weights[:-1]) * STRANGERS
    less[TOLD_APART] = weights[TOLD_APART]
    scale, *_, none = fit(np.asarray(features @ less, np.float32)[:, :, None], truths, (0,))
    return [*(round(float(weight) * scale, 2) for weight in less), none]


def main(models: Path, sentences: Path) -> None:
    """Fit both sets of weights on the shipped pack and write retrieval.json."""
    retrieval = Retrieval(pack_in_use(None), models)
    assert retrieval.vectors is not None, "run guitai knowledge prepare first"
    encoder, heads = Encoder(models), Heads()
    asked = retrieval.asked
    told_apart = left_out(kernel(retrieval.vectors, asked), asked.owners[: asked.asked], len(asked.answers))

    def seen(text: str) -> tuple[Seen, tuple[IntentGuess, ...]]:
        sentence = encoder.see(text)
        return sentence, intents.guess(heads, heads.measure(text, sentence.vector))

    def features(text: str, without: int | None, *, with_vector: bool) -> Floats:
        sentence, guesses = known[text]
        own = retrieval.vectors.seen(sentence) if with_vector and retrieval.vectors is not None else None
        found = retrieval.features(text, own, guesses, without)
        if own is not None and without is not None:
            found[:, TOLD_APART] = told_apart[without]
        return found

    rows = [json.loads(line) for line in sentences.read_text(encoding="utf-8").splitlines()]
    silent = [row["text"] for row in rows if row["intent"] in ASK_NOTHING and row.get("split") != "validation"]
    np.random.default_rng(7).shuffle(silent)
    silent = silent[:MOST_NEGATIVES]
    rows_asked = range(0, asked.asked, EVERY)
    truths = np.array([*asked.owners[: asked.asked : EVERY], *[len(asked.answers)] * len(silent)], np.int64)
    known = {text: seen(text) for text in (*(asked.phrases[at] for at in rows_asked), *silent)}
    weights = {}
    for name, columns, with_vector in (("both", BOTH, True), ("alone", ALONE, False)):
        found = [features(asked.phrases[at], at, with_vector=with_vector) for at in rows_asked]
        found += [features(text, None, with_vector=with_vector) for text in silent]
        weights[name] = fit(np.array(found), truths, columns)
        if with_vector:
            weights[name] = for_strangers(np.array(found), truths, weights[name])
    Path(__file__).with_name(WEIGHTS).write_text(json.dumps(weights) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
