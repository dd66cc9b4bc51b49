"""Adding what was learned to Whisper's file: everything else stays as it was, byte for byte."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.prepare.whisper import DOWN, SCALE, UP, File, Tensor, adapt, read, write

HEAD = struct.pack("<IH", 6, 4) + b"one\0" + struct.pack("<II", 3, 2)
TAIL = b"\1\0\0\0aliases"
MATRIX = "decoder/layer_0/ffn/linear_0/weight"


def model(values: np.ndarray) -> File:
    matrix = Tensor(MATRIX, values.shape, 4, values.astype("<f2").tobytes())
    return File(HEAD, (Tensor("decoder/num_heads", (), 2, b"\x08\0"), matrix), TAIL)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_a_file_is_written_as_it_was_read(tmp_path_factory: pytest.TempPathFactory, rows: int, columns: int, seed: int):
    path = tmp_path_factory.mktemp("model") / "model.bin"
    whole = model(np.random.default_rng(seed).normal(size=(rows, columns)))
    write(whole, path)
    assert read(path) == whole


def test_only_what_was_learned_changes():
    up, down = np.array([[127, 0], [0, -127]], np.int8), np.array([[1, 2, 3], [4, 5, 6]], np.int8)
    scale = np.array([0.5, 0.25], np.float32)
    before = model(np.ones((2, 3)))
    after = adapt(before, {MATRIX + UP: up, MATRIX + DOWN: down, MATRIX + SCALE: scale})
    assert (after.head, after.tail, after.tensors[0]) == (before.head, before.tail, before.tensors[0])
    expected = 1 + (up * scale).astype(np.float32) @ down.astype(np.float32)
    assert after.tensors[1].floats() == pytest.approx(expected, rel=1e-3)


def test_nothing_learned_is_the_same_file(tmp_path: Path):
    whole = model(np.arange(6.0).reshape(2, 3))
    assert adapt(whole, {}) == whole
