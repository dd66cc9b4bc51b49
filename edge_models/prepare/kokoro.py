"""Kokoro as published keeps each phoneme's length to itself: here it becomes an output, for the mouth of the digital teller.

Capping the lengths of the silence around a clause was tried and given up: it saved a sixth of the work and swallowed last
syllables of some voices (国庆那几天你们开门吗 by zm_yunyang ended at 开).
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper

_ALIGNMENT = "/encoder/CumSum"
"""The node that adds rounded lengths (StyleTTS 2, eq. 8) up to positions; its first input is int64, in frames a token."""

TOKENS = "sequence_length"


def with_durations(source: Path, target: Path) -> None:
    """Write the model with one more output, ``durations`` int64 (tokens,)."""
    model = onnx.load(str(source))
    graph = model.graph
    lengths = next(node for node in graph.node if node.name == _ALIGNMENT).input[0]
    graph.node.append(helper.make_node("Identity", [lengths], ["durations"], "/encoder/Durations"))
    graph.output.append(helper.make_tensor_value_info("durations", TensorProto.INT64, [TOKENS]))
    target.write_bytes(model.SerializeToString(deterministic=True))
