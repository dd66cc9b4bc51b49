"""Sentence vectors of a pack: made once when it is put to use, kept beside the models, never committed.

The encoder was adapted to errands, so ways to ask for one answer lie apart while other answers of the same errand lie
near. Two things mend that: within-class covariance normalization (Hatch et al. 2006), learnt from the pack's own ways to
ask, and the state after a middle layer, which errands have hardly drawn together.
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
from edge_models.language.encoder import Seen as Sentence
from edge_models.language.retrieval_index import Asked, Floats, Lexicon
from edge_models.places import found, places, taken

FOLDER = "knowledge"
SIZE = 384
KEPT = 3
"""Packs whose vectors are kept: the one in use, and those a rollback would return to."""

_SHRINKAGE = 0.4
"""How far the covariance is drawn towards a sphere: a few ways to ask for an answer say little about 384 directions."""


_STORED = ("raw", "weights", "mean", "whitening", "middle_mean", "middle_whitening")
"""Arrays of the file, beside the phrases' names."""

_BLOCK = 512
"""Ways to ask whose likeness to all others is reckoned at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence's unit vectors without the mean of the ways to ask, float32 (384,) each."""

    white: Floats
    own: Floats
    middle: Floats


@dataclass(frozen=True, slots=True)
class Whitening:
    """What makes the directions in which ways to ask for one answer differ count less."""

    mean: Floats
    """float32 (384,)."""

    root: Floats
    """float32 (384, 384)."""

    def units(self, vectors: Floats) -> Floats:
        """Return whitened unit vectors, float32 (rows, 384)."""
        return _units(np.asarray((vectors - self.mean) @ self.root, np.float32))

    def unit(self, vector: Floats) -> Floats:
        """Return one sentence's whitened unit vector, float32 (384,); no BLAS, whose threads wait for each other here."""
        return _unit(np.einsum("i,ij->j", np.asarray(vector - self.mean, np.float32), self.root))


@dataclass(frozen=True, slots=True)
class Vectors:
    """What was made of a pack."""

    phrases: Floats
    """Whitened unit vectors, float32 (phrases, 384)."""

    own: Floats
    """Unit vectors of the ways to ask as the encoder gives them, without their mean, float32 (asked, 384)."""

    middle: Floats
    """Whitened unit vectors of the ways to ask after layer `encoder.MIDDLE`, float32 (asked, 384)."""

    last_white: Whitening
    middle_white: Whitening
    weights: Floats
    """Of `retrieval_ridge.weights`, a row for each way to ask: float32 (asked, answers). So summed they take half the time."""

    def seen(self, sentence: Sentence) -> Seen:
        """Return a sentence's vectors as those of the phrases are."""
        own = _unit(np.asarray(sentence.vector - self.last_white.mean, np.float32))
        return Seen(self.last_white.unit(sentence.vector), own, self.middle_white.unit(sentence.middle))

    def cosines(self, seen: Seen) -> Floats:
        """Return the whitened cosine with every phrase; no BLAS, whose threads wait for each other here."""
        return np.asarray(np.einsum("ij,j->i", self.phrases, seen.white), np.float32)

    def told_apart(self, seen: Seen, white: Floats, words: Floats) -> Floats:
        """Return the score of `retrieval_ridge` for every answer, float32 (answers,).

        `white` and `words` are the sentence's cosines with every way to ask.
        """
        own = np.asarray(np.einsum("ij,j->i", self.own, seen.own), np.float32)
        middle = np.asarray(np.einsum("ij,j->i", self.middle, seen.middle), np.float32)
        alike = retrieval_ridge.likeness(white, own, middle, words)
        return np.asarray(np.einsum("ij,i->j", self.weights, alike), np.float32)


def vectors_path(models: Path, asked: Asked) -> Path:
    """Return where the vectors of this pack and this encoder lie, or would be written."""
    adapter = Path(__file__).parent / "weights" / ADAPTER
    name = f"{FOLDER}/{asked.hash[:16]}-{sha256(adapter)[:8]}.npz"
    path = found(models, name)
    return path if path.exists() else taken(models) / name


def load_vectors(models: Path, asked: Asked) -> Vectors | None:
    """Return the vectors, or None when they are missing or not of this pack."""
    path = vectors_path(models, asked)
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            raw, weights, *whitenings = (stored[name].astype(np.float32) for name in _STORED)
    except (OSError, ValueError, KeyError):
        return None
    if raw.shape != (len(asked.phrases), 2 * SIZE) or weights.shape != (len(asked.answers), asked.asked):
        return None
    mean, root, middle_mean, middle_root = whitenings
    return _vectors(raw, asked, Whitening(mean, root), Whitening(middle_mean, middle_root), weights)


def kernel(vectors: Vectors, asked: Asked) -> Floats:
    """Return the likeness of every pair of ways to ask, float32 (asked, asked)."""
    lexicon, white = Lexicon(asked), vectors.phrases[: asked.asked]
    alike = np.empty((asked.asked, asked.asked), np.float32)
    for at in range(0, asked.asked, _BLOCK):
        rows = slice(at, at + _BLOCK)
        words = np.stack([lexicon.cosines(phrase) for phrase in asked.phrases[: asked.asked][rows]])
        own, middle = vectors.own[rows] @ vectors.own.T, vectors.middle[rows] @ vectors.middle.T
        alike[rows] = retrieval_ridge.likeness(white[rows] @ white.T, own, middle, words)
    return alike


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
        raw = _encoded(models, asked, told)
        last, middle = (_whitening(some[: asked.asked], asked) for some in (raw[:, :SIZE], raw[:, SIZE:]))
        none = np.empty((len(asked.answers), 0), np.float32)
        alike = kernel(_vectors(raw, asked, last, middle, none), asked)
        weights = retrieval_ridge.weights(alike, asked.owners[: asked.asked], len(asked.answers))
        path = taken(models) / FOLDER / path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomically(path) as part, part.open("wb") as file:
            np.savez(
                file,
                names=np.array([_name(phrase) for phrase in asked.phrases]),
                raw=raw.astype(np.float16),
                weights=weights.astype(np.float16),
                mean=last.mean,
                whitening=last.root,
                middle_mean=middle.mean,
                middle_whitening=middle.root,
            )
        files = sorted(path.parent.glob("*.npz"), key=lambda file: file.stat().st_mtime_ns)
        for outdated in files[:-KEPT]:
            outdated.unlink(missing_ok=True)
    return path


def raw_vectors(models: Path, asked: Asked) -> dict[str, Floats]:
    """Return what the encoder once gave for phrases of any pack, by the phrase's `_name`: a new pack changes few.

    The sentence's vector and its state after layer `encoder.MIDDLE`, float32 (768,).
    """
    known: dict[str, Floats] = {}
    pattern = "*" + vectors_path(models, asked).name[16:]
    for path in sorted(path for folder in places(models) for path in (folder / FOLDER).glob(pattern)):
        try:
            with np.load(path, allow_pickle=False) as stored:
                raw = stored["raw"].astype(np.float32)
                if raw.shape[1:] == (2 * SIZE,):
                    known |= dict(zip(stored["names"].tolist(), raw, strict=True))
        except (OSError, ValueError, KeyError):
            continue
    return known


def _encoded(models: Path, asked: Asked, told: Callable[[int, int], None]) -> Floats:
    known, encoder = raw_vectors(models, asked), Encoder(models)
    vectors = np.empty((len(asked.phrases), 2 * SIZE), np.float32)
    for at, phrase in enumerate(asked.phrases):
        kept = known.get(_name(phrase))
        if kept is None:
            sentence = encoder.see(phrase)
            kept = np.concatenate([sentence.vector, sentence.middle])
        vectors[at] = kept
        told(at + 1, len(asked.phrases))
    return vectors


def _name(phrase: str) -> str:
    return hashlib.sha256(phrase.encode()).hexdigest()[:16]


def _vectors(raw: Floats, asked: Asked, last: Whitening, middle: Whitening, weights: Floats) -> Vectors:
    own = _units(raw[: asked.asked, :SIZE] - last.mean)
    middles = middle.units(raw[: asked.asked, SIZE:])
    return Vectors(last.units(raw[:, :SIZE]), own, middles, last, middle, np.ascontiguousarray(weights.T))


def _whitening(vectors: Floats, asked: Asked) -> Whitening:
    owners = asked.owners[: asked.asked]
    sums = np.zeros((len(asked.answers), SIZE), np.float32)
    np.add.at(sums, owners, vectors)
    counts = np.bincount(owners, minlength=len(asked.answers))[:, None]
    within = vectors - (sums / np.maximum(counts, 1))[owners]
    covariance = within.T @ within / len(within)
    sphere = np.eye(SIZE) * np.trace(covariance) / SIZE
    values, axes = np.linalg.eigh((1 - _SHRINKAGE) * covariance + _SHRINKAGE * sphere)
    root = (axes / np.sqrt(np.maximum(values, 1e-9))) @ axes.T
    return Whitening(np.asarray(vectors.mean(axis=0), np.float32), np.asarray(root, np.float32))


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)


def _units(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), np.float32)
