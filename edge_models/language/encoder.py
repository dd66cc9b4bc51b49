"""multilingual-e5-small: a sentence to a vector of 384 (Wang et al. 2024, arXiv:2402.05672), ONNX Runtime, one thread.

The upper layers are adapted to what bank customers say: weights/adapter.npz holds low-rank changes (Hu et al. 2021,
arXiv:2106.09685), which are added to the INT8 weights when the model is loaded. The verified file stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from edge_models.language.pieces import Pieces
from edge_models.store import Store

MODEL, TOKENIZER, ADAPTER = "e5-small", "e5-tokenizer", "adapter.npz"
PREFIX = "query: "
"""E5 was trained with it; without it the vectors mean less."""

LONGEST_TOKENS = 96
"""A longer utterance is cut: the time of the encoder grows with its length."""

PARTS = ("q", "k", "v", "ao", "fi", "fo")
"""The linear maps of a layer, in the order of the graph (edge_models/prepare/e5.py)."""

MIDDLE = 8
"""Layer whose state tells questions of one errand apart that the adapted last layers draw together."""

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the encoder says of a sentence."""

    vector: Vector
    """Unit vector, float32 (384,)."""

    middle: Vector
    """Mean over the words of the state after layer `MIDDLE`, float32 (384,)."""


class Encoder:
    """Loads the verified files of the store."""

    model = MODEL

    def __init__(self, models: Path) -> None:
        store = Store(models)
        model = store.path(self.model)
        self._pieces = Pieces(store.path(TOKENIZER))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The session reads these arrays as long as it lives.
        self._replaced = [
            (name, onnxruntime.OrtValue.ortvalue_from_numpy(array)) for name, array in self.adapted(model)
        ]
        for name, value in self._replaced:
            options.add_initializer(name, value)
        self._session = onnxruntime.InferenceSession(_with_middle(model), options, providers=["CPUExecutionProvider"])
        self._session._model_bytes = None  # noqa: SLF001 - it would keep 118 MB, to load again for other providers

    def encode(self, text: str) -> Vector:
        """Return the unit vector of the sentence, float32 (384,)."""
        return self.see(text).vector

    def see(self, text: str) -> Seen:
        """Return the unit vector of the sentence and its state after layer `MIDDLE`, by one run."""
        ids = self._pieces.cut(PREFIX + text)[None, :LONGEST_TOKENS]
        vectors, states = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return Seen(np.asarray(vectors[0], np.float32), np.asarray(states[0].mean(axis=0), np.float32))

    @staticmethod
    def adapted(model: Path) -> Iterator[tuple[str, npt.NDArray[np.int8] | Vector]]:
        """Yield the changed weights and scales by their names in the graph."""
        graph = onnx.load(str(model)).graph
        stored = {initializer.name: initializer for initializer in graph.initializer}
        weights = [node.input[1] for node in graph.node if node.op_type == "MatMulInteger"]
        with (
            resources.files("edge_models.language").joinpath("weights", ADAPTER).open("rb") as file,
            np.load(file) as data,
        ):
            for at, name in enumerate(weights):
                layer, part = divmod(at, len(PARTS))
                key = f"l{layer}.{PARTS[part]}"
                if f"{key}.up" not in data:
                    continue
                scale_name = name.removesuffix("_quantized") + "_scale"
                change = (data[f"{key}.up"].astype(np.float32) @ data[f"{key}.down"].astype(np.float32)).T
                whole = numpy_helper.to_array(stored[name]) * numpy_helper.to_array(stored[scale_name]) + change
                scale = np.maximum(np.abs(whole).max(axis=0), 1e-9).astype(np.float32) / np.float32(127)
                yield name, np.round(whole / scale).astype(np.int8)
                yield scale_name, scale


def _with_middle(model: Path) -> bytes:
    """Return the verified graph with the state after layer `MIDDLE` as a second output."""
    whole = onnx.load(str(model))
    norms = [node.output[0] for node in whole.graph.node if node.op_type == "LayerNormalization"]
    state = norms[2 * MIDDLE]  # one norm after the word table, two in each layer
    whole.graph.output.append(helper.make_tensor_value_info(state, TensorProto.FLOAT, None))
    content: bytes = whole.SerializeToString()
    return content
