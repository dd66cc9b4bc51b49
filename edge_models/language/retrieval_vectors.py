"""Sentence vectors of a pack: made once when it is put to use, kept beside the models, never committed.

The encoder was adapted to errands, so ways to ask for one answer lie apart while other answers of the same errand lie
near. Within-class covariance normalization (Hatch et al. 2006), learnt from the pack's own ways to ask, mends that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_models.files import atomically, sha256
from edge_models.language import retrieval_ridge
from edge_models.language.encoder import ADAPTER, Encoder
from edge_models.language.retrieval_index import Asked, Floats, Lexicon

FOLDER = "knowledge"
SIZE = 384
KEPT = 3
"""Packs whose vectors are kept: the one in use, and those a rollback would return to."""

_SHRINKAGE = 0.4
"""How far the covariance is drawn towards a sphere: a few ways to ask for an answer say little about 384 directions."""


_BLOCK = 512
"""Ways to ask whose likeness to all others is reckoned at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence's unit vectors without the mean of the ways to ask, float32 (384,) each."""

    white: Floats
    own: Floats


@dataclass(frozen=True, slots=True)
class Vectors:
    """What was made of a pack."""

    phrases: Floats
    """Whitened unit vectors, float32 (phrases, 384)."""

    own: Floats
    """Unit vectors of the ways to ask as the encoder gives them, without their mean, float32 (asked, 384)."""

    mean: Floats
    whitening: Floats
    """float32 (384, 384)."""

    weights: Floats
    """Of `retrieval_ridge.weights`, a row for each way to ask: float32 (asked, answers). So summed they take half the time."""

    def seen(self, vector: Floats) -> Seen:
        """Return a sentence's vector as those of the phrases are."""
        own = np.asarray(vector - self.mean, np.float32)
        return Seen(_unit(np.einsum("i,ij->j", own, self.whitening)), _unit(own))

    def cosines(self, seen: Seen) -> Floats:
        """Return the whitened cosine with every phrase; no BLAS, whose threads wait for each other here."""
        return np.asarray(np.einsum("ij,j->i", self.phrases, seen.white), np.float32)

    def told_apart(self, seen: Seen, white: Floats, words: Floats) -> Floats:
        """Return the score of `retrieval_ridge` for every answer, float32 (answers,).

        `white` and `words` are the sentence's cosines with every way to ask.
        """
        own = np.asarray(np.einsum("ij,j->i", self.own, seen.own), np.float32)
        alike = retrieval_ridge.likeness(white, own, words)
        return np.asarray(np.einsum("ij,i->j", self.weights, alike), np.float32)


def vectors_path(models: Path, asked: Asked) -> Path:
    """Return where the vectors of this pack and this encoder lie."""
    adapter = Path(__file__).parent / "weights" / ADAPTER
    return models / FOLDER / f"{asked.hash[:16]}-{sha256(adapter)[:8]}.npz"


def load_vectors(models: Path, asked: Asked) -> Vectors | None:
    """Return the vectors, or None when they are missing or not of this pack."""
    path = vectors_path(models, asked)
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            names = ("phrases", "raw", "mean", "whitening", "weights")
            phrases, raw, mean, whitening, weights = (stored[name].astype(np.float32) for name in names)
    except (OSError, ValueError, KeyError):
        return None
    if phrases.shape != (len(asked.phrases), SIZE) or weights.shape != (len(asked.answers), asked.asked):
        return None
    own = _units(raw[: asked.asked] - mean)
    return Vectors(phrases, own, mean, whitening, np.ascontiguousarray(weights.T))


def kernel(vectors: Vectors, asked: Asked) -> Floats:
    """Return the likeness of every pair of ways to ask, float32 (asked, asked)."""
    return _kernel(vectors.phrases[: asked.asked], vectors.own, asked)


def make_vectors(models: Path, asked: Asked, told: Callable[[int, int], None]) -> Path:
    """Encode every phrase unless that was done, and return the file.

    Args:
        models: The models' folder.
        asked: The pack.
        told: Called with how many are done and how many there are.

    Raises:
        GuitaiError: ``models.*`` when the encoder is not there.
    """
    path = vectors_path(models, asked)
    if load_vectors(models, asked) is None:
        vectors = _encoded(models, asked, told)
        mean, whitening = _whitening(vectors[: asked.asked], asked)
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomically(path) as part, part.open("wb") as file:
            phrases = _units(np.asarray((vectors - mean) @ whitening, np.float32))
            alike = _kernel(phrases[: asked.asked], _units(vectors[: asked.asked] - mean), asked)
            weights = retrieval_ridge.weights(alike, asked.owners[: asked.asked], len(asked.answers))
            names = np.array([_name(phrase) for phrase in asked.phrases])
            np.savez(
                file,
                mean=mean,
                whitening=whitening,
                names=names,
                phrases=phrases.astype(np.float16),
                raw=vectors.astype(np.float16),
                weights=weights.astype(np.float16),
            )
        files = sorted(path.parent.glob("*.npz"), key=lambda file: file.stat().st_mtime_ns)
        for outdated in files[:-KEPT]:
            outdated.unlink(missing_ok=True)
    return path


def raw_vectors(models: Path, asked: Asked) -> dict[str, Floats]:
    """Return what the encoder once gave for phrases of any pack, by the phrase's `_name`: a new pack changes few."""
    known: dict[str, Floats] = {}
    for path in sorted((models / FOLDER).glob("*" + vectors_path(models, asked).name[16:])):
        try:
            with np.load(path, allow_pickle=False) as stored:
                known |= dict(zip(stored["names"].tolist(), stored["raw"].astype(np.float32), strict=True))
        except (OSError, ValueError, KeyError):
            continue
    return known


def _encoded(models: Path, asked: Asked, told: Callable[[int, int], None]) -> Floats:
    known, encoder = raw_vectors(models, asked), Encoder(models)
    vectors = np.empty((len(asked.phrases), SIZE), np.float32)
    for at, phrase in enumerate(asked.phrases):
        kept = known.get(_name(phrase))
        vectors[at] = encoder.encode(phrase) if kept is None else kept
        told(at + 1, len(asked.phrases))
    return vectors


def _name(phrase: str) -> str:
    return hashlib.sha256(phrase.encode()).hexdigest()[:16]


def _kernel(white: Floats, own: Floats, asked: Asked) -> Floats:
    lexicon = Lexicon(asked)
    alike = np.empty((asked.asked, asked.asked), np.float32)
    for at in range(0, asked.asked, _BLOCK):
        rows = slice(at, at + _BLOCK)
        words = np.stack([lexicon.cosines(phrase) for phrase in asked.phrases[: asked.asked][rows]])
        alike[rows] = retrieval_ridge.likeness(white[rows] @ white.T, own[rows] @ own.T, words)
    return alike


def _whitening(vectors: Floats, asked: Asked) -> tuple[Floats, Floats]:
    owners = asked.owners[: asked.asked]
    sums = np.zeros((len(asked.answers), SIZE), np.float32)
    np.add.at(sums, owners, vectors)
    counts = np.bincount(owners, minlength=len(asked.answers))[:, None]
    within = vectors - (sums / np.maximum(counts, 1))[owners]
    covariance = within.T @ within / len(within)
    sphere = np.eye(SIZE) * np.trace(covariance) / SIZE
    values, axes = np.linalg.eigh((1 - _SHRINKAGE) * covariance + _SHRINKAGE * sphere)
    root = (axes / np.sqrt(np.maximum(values, 1e-9))) @ axes.T
    return vectors.mean(axis=0), np.asarray(root, np.float32)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)


def _units(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), np.float32)
