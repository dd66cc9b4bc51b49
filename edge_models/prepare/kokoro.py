"""Kokoro as published keeps each phoneme's length to itself and speaks more silence than is ever played: both become visible.

The predictor's rounded lengths (StyleTTS 2, eq. 8) are taken where the alignment begins: an input ``limits`` caps them and
an output ``durations`` gives what is left. Capping the silence before and after a clause saves a sixth of the work.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper

_ALIGNMENT = "/encoder/CumSum"
"""The node that adds lengths up to positions; its first input is the int64 length of each token, in frames."""

TOKENS = "sequence_length"


def with_durations(source: Path, target: Path) -> None:
    """Write the model with one more input, ``limits`` int64 (tokens,), and one more output, ``durations`` int64 (tokens,)."""
    model = onnx.load(str(source))
    graph = model.graph
    at = next(number for number, node in enumerate(graph.node) if node.name == _ALIGNMENT)
    lengths = graph.node[at].input[0]
    graph.node[at].input[0] = "durations"
    graph.node.insert(at, helper.make_node("Min", [lengths, "limits"], ["durations"], "/encoder/Limit"))
    graph.input.append(helper.make_tensor_value_info("limits", TensorProto.INT64, [TOKENS]))
    graph.output.append(helper.make_tensor_value_info("durations", TensorProto.INT64, [TOKENS]))
    target.write_bytes(model.SerializeToString(deterministic=True))
