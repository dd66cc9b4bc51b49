"""Finds the reviewed answers a sentence asks for: words, meaning and graph together, with a calibrated probability.

Score of an answer: a weighted sum of its features (`FEATURES`); a constant stands for "none of them". The softmax over
all answers and none is the probability (a conditional logit, McFadden 1974); its weights were fitted by
edge_models/language/retrieval_fit.py on ways to ask that the index did not hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import structlog

from edge_models.language.encoder import Seen as Sentence
from edge_models.language.retrieval_index import Asked, Floats, Lexicon, read
from edge_models.language.retrieval_vectors import Seen, load_vectors
from edge_models.language.retrieval_wanted import wanted
from guitai.errors import GuitaiError
from guitai.messages.voice import AnswerGuess, IntentGuess
from guitai.versions import Store

WEIGHTS = "retrieval.json"
FEATURES = ("words", "words_next", "coverage", "text", "graph", "errand", "wanted", "told_apart")
MOST_GUESSES = 3
LEAST_PROBABILITY = 0.05
_HAN = re.compile(r"[一-鿿]")
_HEAD = 3
"""How many of an answer's best ways to ask count after the best one."""

_log = structlog.get_logger()


class Retrieval:
    """One pack, ready to be asked."""

    def __init__(self, data: bytes, models: Path | None = None, fitted: dict[str, list[float]] | None = None) -> None:
        self.asked: Asked = read(data)
        self._lexicon = Lexicon(self.asked)
        self.vectors = load_vectors(models, self.asked) if models is not None else None
        self._weights = _shipped() if fitted is None else fitted
        self._names = _pattern(self.asked)
        self._ways, self._counted = _table(self.asked)
        self._rows = {name: at for at, name in enumerate(sorted({n for some in self.asked.intents for n in some}))}
        self._member = np.zeros((len(self.asked.answers), len(self._rows)), np.float32)
        for at, names in enumerate(self.asked.intents):
            self._member[at, [self._rows[name] for name in names]] = 1

    @property
    def degraded(self) -> bool:
        """True when the sentence vectors of this pack are missing: words and graph alone decide."""
        return self.vectors is None

    def find(self, text: str, sentence: Sentence | None, intents: Sequence[IntentGuess]) -> tuple[AnswerGuess, ...]:
        """Return the likely answers, best first; empty when none is likely.

        Args:
            text: The sentence.
            sentence: What the encoder says of it, which the intents needed too; None without the encoder.
            intents: What the sentence is thought to be about.
        """
        seen = self.vectors.seen(sentence) if self.vectors is not None and sentence is not None else None
        probabilities = self.probabilities(self.features(text, seen, intents), with_vector=seen is not None)
        best = np.argsort(-probabilities, kind="stable")[:MOST_GUESSES]
        return tuple(
            AnswerGuess(self.asked.answers[at], round(float(probabilities[at]), 4))
            for at in best.tolist()
            if probabilities[at] >= LEAST_PROBABILITY
        )

    def probabilities(self, features: Floats, *, with_vector: bool) -> Floats:
        """Return the probability of every answer, float32 (answers,); what is missing to 1 is "none of them"."""
        *weights, none = self._weights["both" if with_vector else "alone"]
        scores = np.append(features @ np.array(weights, np.float32), np.float32(none))
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), np.float32)[:-1]

    def features(
        self, text: str, seen: Seen | None, intents: Sequence[IntentGuess], without: int | None = None
    ) -> Floats:
        """Return every answer's features, float32 (answers, len(FEATURES)); with `seen` those of the ways' words are 0.

        `seen` is the sentence as `Vectors.seen` gives it. `without` leaves one way to ask out of the words, as if
        nobody had written it down: the fit asks so.
        """
        words = self._lexicon.cosines(text)
        found = np.zeros((len(self.asked.answers), len(FEATURES)), np.float32)
        found[:, 2] = self._lexicon.coverage(text)
        if seen is not None and self.vectors is not None:
            white = self.vectors.cosines(seen)
            found[:, 3] = white[self.asked.asked :]
            found[:, 7] = self.vectors.told_apart(seen, white[: self.asked.asked], words)
        else:
            found[:, 0], found[:, 1] = self._best(words, without)
        found[:, 4] = self._graph(text)
        for guess in intents:
            if guess.name in self._rows:
                found[:, 5] += np.float32(guess.probability) * self._member[:, self._rows[guess.name]]
        found[:, 6] = self.asked.said[0 if _HAN.search(text) else 1] @ wanted(text)
        return found

    def _best(self, scores: Floats, without: int | None) -> tuple[Floats, Floats]:
        """Return each answer's best score, and the mean of its next ones."""
        if without is not None:
            scores = scores.copy()
            scores[without] = 0
        ranked = -np.sort(-np.append(scores, np.float32(-np.inf))[self._ways], axis=1)
        head = np.take_along_axis(ranked, self._counted, axis=1)
        return head[:, 0], head[:, 1:].mean(axis=1)

    def _graph(self, text: str) -> Floats:
        share = np.zeros(len(self.asked.answers), np.float32)
        names = {found.lower() for found in self._names.findall(text)}
        for name in names:
            share[list(self.asked.names[name])] += len(name) ** 0.5 if not name.isascii() else len(name) ** 0.5 / 2
        total = share.max()
        return share / total if total else share


def load(models: Path, state: Path | None) -> Retrieval:
    """Return the retrieval over the pack in use below the state folder, else, or when that is no pack, over the shipped one."""
    try:
        retrieval = Retrieval(pack_in_use(state), models)
    except (GuitaiError, ValueError, KeyError, TypeError) as error:
        _log.warning("knowledge pack not usable, the shipped one answers", reason=type(error).__name__)
        retrieval = Retrieval(pack_in_use(None), models)
    if retrieval.degraded:
        _log.warning("knowledge without vectors", next="run guitai knowledge prepare")
    return retrieval


def name_in_use(state: Path) -> str:
    """Return the hash of the pack in use below the state folder; empty where it is the one that shipped, or cannot be told."""
    try:
        return Store(state, "answers", lambda data: data).in_use()
    except GuitaiError:
        return ""


def pack_in_use(state: Path | None) -> bytes:
    """Return the bytes of the pack in use below the state folder, else of the one that shipped.

    Raises:
        GuitaiError: ``versions.*``: there is one in use and it cannot be read.
    """
    chosen = Store(state, "answers", lambda data: data).current() if state is not None else None
    if chosen is not None:
        return chosen.content
    return resources.files("guitai.knowledge").joinpath("pack.jsonl").read_bytes()


def _table(asked: Asked) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return each answer's ways to ask as a row, one past the last phrase where it has no more, and which of its best count.

    An answer with few ways counts its last one again.
    """
    counts = np.bincount(asked.owners[: asked.asked], minlength=len(asked.answers))
    starts = np.cumsum(counts) - counts
    places = np.arange(counts.max())[None]
    ways = np.where(places < counts[:, None], starts[:, None] + places, asked.asked)
    return ways, np.minimum(np.arange(_HEAD)[None], counts[:, None] - 1)


def _pattern(asked: Asked) -> re.Pattern[str]:
    names = sorted(asked.names, key=lambda name: (-len(name), name))
    parts = [rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in names]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _shipped() -> dict[str, list[float]]:
    loaded: dict[str, list[float]] = orjson.loads(
        resources.files("edge_models.language").joinpath(WEIGHTS).read_bytes()
    )
    return loaded
