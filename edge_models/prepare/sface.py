"""SFace as published names weights as graph inputs, 29 of them used by no node; no runtime loads that."""

from __future__ import annotations

from pathlib import Path

import onnx


def keep_real_inputs(source: Path, target: Path) -> None:
    """Write the model with its one real input, ``data`` float32 (1, 3, 112, 112).

    Weights that are graph inputs may be replaced by a caller, so runtimes must not fold them; as plain initializers
    they are constants and the dequantization is done once, at load.
    """
    model = onnx.load(str(source))
    used = {name for node in model.graph.node for name in node.input}
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name in used and value.name not in weights]
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    onnx.save(model, str(target))
