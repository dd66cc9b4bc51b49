"""Adds what this project learned to Whisper's weights: CTranslate2's file in, the same file with other matrices out.

The file, little endian: version (uint32); name of the kind of model; its revision and the number of tensors (uint32); each
tensor with name, rank (uint8), dimensions (uint32), kind (uint8), byte count (uint32) and bytes; aliases of tensors to the
end. A name is its length with the closing zero (uint16), its bytes, the zero.

What was learned is of low rank (Hu et al. 2021, arXiv:2106.09685): for a matrix, columns and rows in int8 and one scale a
pair. Each pair is added in float32, element by element and in order, so every machine gets the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Learned = Mapping[str, npt.NDArray[Any]]

WEIGHTS = "speech/weights/whisper.npz"
UP, DOWN, SCALE = ":up", ":down", ":scale"
"""Endings of a matrix's name in the learned file: int8 (outputs, rank), int8 (rank, inputs), float32 (rank,)."""

_FLOAT16 = 4


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor as it lies in the file."""

    name: str
    shape: tuple[int, ...]
    kind: int
    data: bytes

    @property
    def is_float16(self) -> bool:
        """Whether it holds weights."""
        return self.kind == _FLOAT16

    def floats(self) -> Floats:
        """Return the weights."""
        return np.frombuffer(self.data, "<f2").reshape(self.shape).astype(np.float32)


@dataclass(frozen=True, slots=True)
class File:
    """A whole model; `head` and `tail` are kept as they are."""

    head: bytes
    tensors: tuple[Tensor, ...]
    tail: bytes


def read(path: Path) -> File:
    """Return the parts of a CTranslate2 model file."""
    data, at = path.read_bytes(), 0

    def take(layout: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from("<" + layout, data, at)
        at += struct.calcsize("<" + layout)
        return values

    def raw(size: int) -> bytes:
        nonlocal at
        at += size
        return data[at - size : at]

    take("I")
    raw(take("H")[0])
    _revision, count = take("II")
    head, tensors = data[:at], []
    for _ in range(count):
        name = raw(take("H")[0])[:-1].decode()
        shape = take(f"{take('B')[0]}I")
        kind, size = take("BI")
        tensors.append(Tensor(name, shape, kind, raw(size)))
    return File(head, tuple(tensors), data[at:])


def write(file: File, path: Path) -> None:
    """Write the parts again."""
    with path.open("wb") as out:
        out.write(file.head)
        for tensor in file.tensors:
            name = tensor.name.encode() + b"\0"
            out.write(struct.pack("<H", len(name)) + name)
            out.write(struct.pack(f"<B{len(tensor.shape)}I", len(tensor.shape), *tensor.shape))
            out.write(struct.pack("<BI", tensor.kind, len(tensor.data)) + tensor.data)
        out.write(file.tail)


def adapt(file: File, learned: Learned) -> File:
    """Return the model with what was learned added to its matrices."""
    return replace(file, tensors=tuple(_adapted(tensor, learned) for tensor in file.tensors))


def to_adapted(source: Path, target: Path) -> None:
    """Write the adapted model with the committed weights."""
    with np.load(Path(__file__).parents[1] / WEIGHTS, allow_pickle=False) as learned:
        write(adapt(read(source), dict(learned)), target)


def _adapted(tensor: Tensor, learned: Learned) -> Tensor:
    if tensor.name + SCALE not in learned:
        return tensor
    up, down, scale = (learned[tensor.name + part] for part in (UP, DOWN, SCALE))
    matrix = tensor.floats()
    for column, row, one in zip(up.T, down, scale, strict=True):
        # Products of int8 are exact in float32.
        matrix += np.outer(column.astype(np.float32), row.astype(np.float32)) * one
    return replace(tensor, data=matrix.astype("<f2").tobytes())
