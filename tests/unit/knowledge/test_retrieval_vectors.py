"""Vectors of a pack: a sentence is turned as the ways to ask were, and what is not of this pack is not taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge_models.language.encoder import Seen
from edge_models.language.retrieval_index import Asked, read
from edge_models.language.retrieval_vectors import SIZE, Vectors, load_vectors, raw_vectors, vectors_path
from tests.unit.knowledge.folder import compiled

RANDOM = np.random.default_rng(11)


@pytest.fixture
def asked() -> Asked:
    return read(compiled().data)


def stored(folder: Path, asked: Asked, columns: int) -> np.ndarray:
    raw = RANDOM.normal(size=(len(asked.phrases), columns)).astype(np.float16)
    path = vectors_path(folder, asked)
    path.parent.mkdir(parents=True)
    np.savez(
        path,
        names=np.array([f"{at:016x}" for at in range(len(raw))]),
        raw=raw,
        weights=np.zeros((len(asked.answers), asked.asked), np.float16),
        mean=RANDOM.normal(size=SIZE).astype(np.float32),
        whitening=RANDOM.normal(size=(SIZE, SIZE)).astype(np.float32),
        middle_mean=RANDOM.normal(size=SIZE).astype(np.float32),
        middle_whitening=RANDOM.normal(size=(SIZE, SIZE)).astype(np.float32),
    )
    return raw.astype(np.float32)


def loaded(folder: Path, asked: Asked) -> tuple[Vectors, np.ndarray]:
    raw = stored(folder, asked, 2 * SIZE)
    vectors = load_vectors(folder, asked)
    assert vectors is not None
    return vectors, raw


def test_a_way_to_ask_that_is_said_again_is_wholly_like_itself(tmp_path: Path, asked: Asked):
    vectors, raw = loaded(tmp_path, asked)
    seen = vectors.seen(Seen(raw[0, :SIZE], raw[0, SIZE:]))
    for said, ways in ((seen.white, vectors.phrases), (seen.own, vectors.own), (seen.middle, vectors.middle)):
        assert ways[0] @ said == pytest.approx(1, abs=1e-4)
        assert np.argmax(ways @ said) == 0


def test_vectors_of_the_last_layer_alone_are_made_anew(tmp_path: Path, asked: Asked):
    stored(tmp_path, asked, SIZE)
    assert load_vectors(tmp_path, asked) is None
    assert raw_vectors(tmp_path, asked) == {}


def test_what_the_encoder_once_said_is_kept_for_the_next_pack(tmp_path: Path, asked: Asked):
    _, raw = loaded(tmp_path, asked)
    assert np.array_equal(raw_vectors(tmp_path, asked)[f"{1:016x}"], raw[1])
