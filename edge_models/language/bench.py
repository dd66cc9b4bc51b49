"""`guitai bench language`: the whole language step on one thread, its encoder in INT8 against FP32, and by OpenVINO."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import psutil
from onnx import numpy_helper

from edge_models.alone import alone
from edge_models.language.encoder import ADAPTER, LONGEST_TOKENS, MODEL, PARTS, PREFIX, TOKENIZER, Encoder, Vector
from edge_models.language.pieces import Pieces
from edge_models.language.understand import Understander
from edge_models.store import Store

FLOAT_MODEL = "e5-small-float"
WARM_UP = 5
OPENVINO_SENTENCES = 100
"""Enough for a median: OpenVINO compiles anew for every length."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One encoder in the whole step, in a process of its own."""

    step_ms: tuple[float, ...]
    encoder_ms: tuple[float, ...]
    rss_mb: float
    intents: tuple[str, ...]
    vectors: npt.NDArray[np.float32]
    """float32 (sentences, 384)."""


def measure(models: Path, texts: Sequence[str]) -> dict[str, float]:
    """Run the step over `texts` with each encoder.

    Returns:
        ``p50_ms``, ``p95_ms``, ``p99_ms`` and ``rss_mb`` of the step as it ships (INT8, ONNX Runtime); the same with
        ``float_`` before them for FP32; ``encoder_speedup`` (FP32 time over INT8 time, medians), ``cosine_mean``,
        ``cosine_min`` and ``intent_agreement`` between the two; ``encoder_p50_ms``, ``openvino_encoder_p50_ms`` and
        ``float_openvino_encoder_p50_ms`` of the encoder alone.

    Raises:
        GuitaiError: ``models.*``; FP32 needs the catalogue's group test.
    """
    store = Store(models)
    for name in (MODEL, FLOAT_MODEL, TOKENIZER):
        store.path(name)  # an error of the store cannot come back from the processes below
    whole, full = (alone(_step, models, tuple(texts), is_float) for is_float in (False, True))
    few = tuple(texts[:OPENVINO_SENTENCES])
    cosines = np.sum(whole.vectors * full.vectors, axis=1)
    figures = _times("", whole) | _times("float_", full)
    figures |= {
        "encoder_p50_ms": float(np.median(whole.encoder_ms)),
        "float_encoder_p50_ms": float(np.median(full.encoder_ms)),
        "encoder_speedup": float(np.median(full.encoder_ms) / np.median(whole.encoder_ms)),
        "cosine_mean": float(cosines.mean()),
        "cosine_min": float(cosines.min()),
        "intent_agreement": float(np.mean([a == b for a, b in zip(whole.intents, full.intents, strict=True)])),
        "openvino_encoder_p50_ms": alone(_openvino, models, few, MODEL),
        "float_openvino_encoder_p50_ms": alone(_openvino, models, few, FLOAT_MODEL),
    }
    return {name: round(value, 4) for name, value in figures.items()}


class FloatEncoder(Encoder):
    """The encoder before quantization, with the same adapted layers."""

    model = FLOAT_MODEL

    @staticmethod
    def adapted(model: Path) -> Iterator[tuple[str, Vector]]:
        """Yield the changed weights by their names in the graph."""
        graph = onnx.load(str(model)).graph
        stored = {initializer.name: initializer for initializer in graph.initializer}
        products = [node.input[1] for node in graph.node if node.op_type == "MatMul" and node.input[1] in stored]
        weights = resources.files("edge_models.language").joinpath("weights", ADAPTER)
        with weights.open("rb") as file, np.load(file) as data:
            for at, name in enumerate(products):
                layer, part = divmod(at, len(PARTS))
                key = f"l{layer}.{PARTS[part]}"
                if f"{key}.up" in data:
                    change = (data[f"{key}.up"].astype(np.float32) @ data[f"{key}.down"].astype(np.float32)).T
                    yield name, np.ascontiguousarray(numpy_helper.to_array(stored[name]) + change)


def _step(models: Path, texts: tuple[str, ...], is_float: bool) -> Measured:
    step = Understander(models)
    if is_float:
        step._encoder = FloatEncoder(models)  # noqa: SLF001 - the shipped step has no such choice
    encoder = step._encoder  # noqa: SLF001
    assert encoder is not None
    for text in texts[:WARM_UP]:
        step.understand(text)
    spent, intents = [], []
    for text in texts:
        began = time.perf_counter()
        found = step.understand(text)
        spent.append((time.perf_counter() - began) * 1000)
        intents.append(found.intents[0].name)
    rss_mb = psutil.Process().memory_info().rss / 1e6
    encoded, vectors = [], []
    for text in texts:
        began = time.perf_counter()
        vectors.append(encoder.encode(text))
        encoded.append((time.perf_counter() - began) * 1000)
    return Measured(tuple(spent), tuple(encoded), rss_mb, tuple(intents), np.array(vectors))


def _openvino(models: Path, texts: tuple[str, ...], name: str) -> float:
    from edge_models.vision.runtime import compiled

    store = Store(models)
    pieces, request = Pieces(store.path(TOKENIZER)), compiled(store.path(name))
    spent = []
    for text in (*texts[:WARM_UP], *texts):
        ids = pieces.cut(PREFIX + text)[None, :LONGEST_TOKENS]
        began = time.perf_counter()
        request.infer({"input_ids": ids, "attention_mask": np.ones_like(ids)})
        spent.append((time.perf_counter() - began) * 1000)
    return float(np.median(spent[WARM_UP:]))


def _times(prefix: str, measured: Measured) -> dict[str, float]:
    p50, p95, p99 = np.percentile(measured.step_ms, (50, 95, 99))
    values = {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "rss_mb": measured.rss_mb}
    return {prefix + name: float(value) for name, value in values.items()}
