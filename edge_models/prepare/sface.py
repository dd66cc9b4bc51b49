"""SFace as published loads nowhere as it is: 29 graph inputs that no node uses, and weights quantized in blocks.

OpenVINO does not know blocks ("DequantizeLinear pre_fc1_bias has 2 scales for 128 values"), and no runtime computes in
them here: each only unpacks them at every start. So they are unpacked once, to the float32 weights they stand for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

Floats = npt.NDArray[np.float32]


def to_float_onnx(source: Path, target: Path) -> None:
    """Write the model with float32 weights and its one real input, ``data`` float32 (1, 3, 112, 112).

    The result, ``fc1`` float32 (1, 128), is what the quantized graph computes.
    """
    model = onnx.load(str(source))
    graph = model.graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    folded = {node.output[0]: _unpacked(node, values) for node in graph.node if node.op_type == "DequantizeLinear"}
    shaped = {
        node.output[0]: folded[node.input[0]].reshape(values[node.input[1]])
        for node in graph.node
        if node.op_type == "Reshape" and node.input[0] in folded
    }
    values |= folded | shaped
    nodes = [node for node in graph.node if node.output[0] not in values]
    used = list(dict.fromkeys(name for node in nodes for name in node.input))
    inputs = [value for value in graph.input if value.name in used and value.name not in values]
    weights = [numpy_helper.from_array(values[name], name) for name in used if name in values]
    for field, kept in ((graph.node, nodes), (graph.input, inputs), (graph.initializer, weights)):
        del field[:]
        field.extend(kept)
    del graph.value_info[:]  # it names values that are gone
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString(deterministic=True))


def _unpacked(node: onnx.NodeProto, values: dict[str, npt.NDArray[Any]]) -> Floats:
    """Return what ONNX's DequantizeLinear means: one scale and zero point for each block along an axis."""
    attributes = {attribute.name: attribute.i for attribute in node.attribute}
    axis, block = attributes["axis"], attributes["block_size"]
    packed, scales, zeros = (values[name] for name in node.input)
    length = packed.shape[axis]
    scale, zero = (np.repeat(part, block, axis).take(range(length), axis) for part in (scales, zeros))
    return np.asarray((packed.astype(np.int32) - zero) * scale, np.float32)
