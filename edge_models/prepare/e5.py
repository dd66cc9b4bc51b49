"""Turn the packed 4-bit multilingual-e5-small into an ONNX graph, float or INT8.

Packed file, little endian: magic and version (8 bytes); seven int32 dimensions; float32 layer-norm epsilon; int32 block
size; int32 number of tokenizer pieces; four int32 special tokens; uint64 length of the pieces' text; the pieces'
offsets, scores and text; the normalizer's table; then the directory of tensors, each with name, kind, element count,
offset and byte count. A 4-bit block is one float16 scale and 32 weights in 16 bytes, low halves first, biased by 8.

The graph is BERT's encoder (Devlin et al. 2019) with masked mean pooling and L2 normalization, as E5 (Wang et al. 2024)
prescribes: ``input_ids``, ``attention_mask`` int64 (B, T) to ``embedding`` float32 (B, 384).
"""

from __future__ import annotations

import logging
import mmap
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

MAGIC = b"E5S1"
BLOCK = 32
OPSET = 20
IR_VERSION = 9
MASKED = -1e4
"""Added to the attention score of a padding token."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The encoder's shape."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


class Packed:
    """Reads the packed file: dimensions, and tensors by name."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = len(MAGIC) + 4
        if data[: len(MAGIC)] != MAGIC:
            raise ValueError("not a packed e5 file")
        self.dimensions = Dimensions(*self._take("7i"), *self._take("f"))
        (block, pieces) = self._take("2i")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights")
        self._take("4i")
        (text_bytes,) = self._take("Q")
        self._at += 4 * (pieces + 1) + 4 * pieces + text_bytes
        (_, normalizer_bytes) = self._take("iI")
        self._at += normalizer_bytes
        self._offsets = dict(self._directory_row() for _ in range(self._take("i")[0]))

    def floats(self, name: str, *shape: int) -> Floats:
        """Return a tensor stored as float32."""
        count = int(np.prod(shape))
        return np.frombuffer(self._data, np.float32, count, self._offsets[name]).reshape(shape)

    def four_bit(self, name: str, rows: int, columns: int) -> Floats:
        """Return a tensor stored in 4-bit blocks, as float32."""
        layout = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
        blocks = np.frombuffer(self._data, layout, rows * columns // BLOCK, self._offsets[name])
        low, high = blocks["pairs"] & 15, blocks["pairs"] >> 4
        weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        scaled = weights * blocks["scale"].astype(np.float32)[:, None]
        return np.asarray(scaled.reshape(rows, columns), np.float32)

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _directory_row(self) -> tuple[str, int]:
        (length,) = self._take("H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        (_kind, _count, offset, _size) = self._take("BIQQ")
        return name, offset


class Encoder:
    """Builds the graph node by node; every method returns the name of the value it adds."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._size = packed.dimensions
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        """Return the whole model."""
        mask = self._node("Cast", "attention_mask", to=TensorProto.FLOAT)
        bias = self._attention_bias(mask)
        x = self._embed()
        for layer in range(self._size.layers):
            x = self._feed_forward(self._attend(x, bias, f"l{layer}."), f"l{layer}.")
        self._pool(x, mask)
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [value(name, TensorProto.INT64, ["B", "T"]) for name in ("input_ids", "attention_mask")],
            [value("embedding", TensorProto.FLOAT, ["B", self._size.hidden])],
            self._weights,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)

    def _embed(self) -> str:
        size = self._size
        words = self._weight(self._packed.four_bit("emb.word", size.vocabulary, size.hidden))
        types = self._packed.floats("emb.type", size.token_types, size.hidden)
        # Every token is of type 0, so its embedding is folded into the positions.
        places = self._weight(self._packed.floats("emb.pos", size.positions, size.hidden) + types[0])
        length = self._node("Gather", self._node("Shape", "input_ids"), self._ints([1]))
        used = self._node("Slice", places, self._ints([0]), length, self._ints([0]))
        return self._norm(self._node("Add", self._node("Gather", words, "input_ids"), used), "emb.ln")

    def _attention_bias(self, mask: str) -> str:
        absent = self._node("Sub", self._scalar(1.0), mask)
        return self._node("Unsqueeze", self._node("Mul", absent, self._scalar(MASKED)), self._ints([1, 2]))

    def _attend(self, x: str, bias: str, prefix: str) -> str:
        hidden, heads = self._size.hidden, self._size.heads
        width = hidden // heads
        split = self._ints([0, 0, heads, width])

        def heads_of(which: str, order: list[int]) -> str:
            rows = self._linear(x, f"{prefix}{which}", hidden, hidden)
            return self._node("Transpose", self._node("Reshape", rows, split), perm=order)

        query, key = heads_of("q", [0, 2, 1, 3]), heads_of("k", [0, 2, 3, 1])
        scores = self._node("Mul", self._node("MatMul", query, key), self._scalar(width**-0.5))
        shares = self._node("Softmax", self._node("Add", scores, bias), axis=-1)
        mixed = self._node("MatMul", shares, heads_of("v", [0, 2, 1, 3]))
        joined = self._node("Transpose", mixed, perm=[0, 2, 1, 3])
        flat = self._node("Reshape", joined, self._ints([0, 0, hidden]))
        return self._norm(self._node("Add", x, self._linear(flat, f"{prefix}ao", hidden, hidden)), f"{prefix}aln")

    def _feed_forward(self, x: str, prefix: str) -> str:
        hidden, wide = self._size.hidden, self._size.feed_forward
        inner = self._node("Gelu", self._linear(x, f"{prefix}fi", wide, hidden))
        return self._norm(self._node("Add", x, self._linear(inner, f"{prefix}fo", hidden, wide)), f"{prefix}oln")

    def _pool(self, x: str, mask: str) -> None:
        present = self._node("Mul", x, self._node("Unsqueeze", mask, self._ints([2])))
        total = self._node("ReduceSum", present, self._ints([1]), keepdims=0)
        count = self._node("ReduceSum", mask, self._ints([1]), keepdims=1)
        mean = self._node("Div", total, count)
        self._nodes.append(helper.make_node("LpNormalization", [mean], ["embedding"], axis=-1, p=2))

    def _linear(self, x: str, name: str, rows: int, columns: int) -> str:
        matrix = self._weight(self._packed.four_bit(f"{name}.w", rows, columns).T)
        return self._node("Add", self._node("MatMul", x, matrix), self._weight(self._packed.floats(f"{name}.b", rows)))

    def _norm(self, x: str, name: str) -> str:
        hidden = self._size.hidden
        scale, shift = (self._weight(self._packed.floats(f"{name}.{part}", hidden)) for part in ("w", "b"))
        return self._node("LayerNormalization", x, scale, shift, axis=-1, epsilon=self._size.epsilon)

    def _scalar(self, value: float) -> str:
        return self._weight(np.array(value, np.float32))

    def _ints(self, values: list[int]) -> str:
        return self._weight(np.array(values, np.int64))

    def _weight(self, array: npt.NDArray[Any]) -> str:
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name


def to_float_onnx(source: Path, target: Path) -> None:
    """Write the float32 graph (470 MB)."""
    with source.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        onnx.save(Encoder(Packed(data)).model(), str(target))


def to_int8_onnx(source: Path, target: Path) -> None:
    """Write the graph with matrix products and the word table in INT8, one scale per output channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.disable(logging.WARNING)  # it advises a pre-processing that would change nothing here
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            whole = Path(scratch) / "float.onnx"
            to_float_onnx(source, whole)
            quantize_dynamic(
                whole, target, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"]
            )
    finally:
        logging.disable(logging.NOTSET)
