"""OpenVINO with one thread: the eyes share two cores with the ears, the window and everything else."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from edge_models.vision.offline import absent
from guitai.errors import GuitaiError

# OpenVINO reports each import to Google Analytics, and leaves a client id in the home folder, if it finds this package.
with absent("openvino_telemetry"):
    import openvino

OPTIONS: dict[str, Any] = {
    "INFERENCE_NUM_THREADS": 1,
    "NUM_STREAMS": 1,
    # Pinned, as is the default, every OpenVINO process of the kiosk waits for the same core.
    "ENABLE_CPU_PINNING": False,
    "INFERENCE_PRECISION_HINT": "f32",  # else bfloat16 is chosen on some processors, and results differ by machine
}


def compiled(model: Path, shape: list[int] | None = None) -> Any:
    """Return an infer request for a model file, its only input set to `shape` if given.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """
    core = _core()
    try:
        network = core.read_model(model)
        if shape is not None:
            network.reshape(shape)
        return core.compile_model(network, "CPU", OPTIONS).create_infer_request()
    except RuntimeError as error:
        raise GuitaiError("vision.bad_model", model=model.name) from error


def bind(request: Any, source: npt.NDArray[np.float32], result: npt.NDArray[np.float32]) -> None:
    """Let a request of one input and one output read `source` and write `result` from now on.

    Run it by ``start_async`` and ``wait``: ``infer`` returns a copy of the result, which lingers in freed memory.
    """
    request.set_input_tensor(openvino.Tensor(source, shared_memory=True))
    request.set_output_tensor(openvino.Tensor(result, shared_memory=True))


@contextmanager
def unpacked(task: Path, *names: str) -> Iterator[list[Path]]:
    """Give the networks of a mediapipe bundle as files, which is all OpenVINO reads tflite from.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """
    with tempfile.TemporaryDirectory(prefix="guitai-") as folder:
        try:
            with zipfile.ZipFile(task) as bundle:
                files = [Path(bundle.extract(name, folder)) for name in names]
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise GuitaiError("vision.bad_model", model=task.name) from error
        yield files


@cache
def _core() -> Any:
    return openvino.Core()
