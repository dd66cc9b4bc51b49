"""ONNX Runtime for the two networks of the reader: a third less memory than OpenVINO takes for them, and as fast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from guitai.errors import GuitaiError

THREADS = 2
"""A page is read while its customer waits and the kiosk is quiet."""


class Network:
    """One network with one input and one output."""

    def __init__(self, model: Path) -> None:
        """Load. Raises GuitaiError ``vision.bad_model``."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.enable_cpu_mem_arena = False  # every page and line has another size: an arena keeps room for them all
        options.enable_mem_pattern = False
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # two cores have others to serve
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library has no common type for what it raises
            raise GuitaiError("vision.bad_model", model=model.name) from error
        self._input: str = self._session.get_inputs()[0].name

    def __call__(self, data: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the output for an input of shape (1, 3, height, width)."""
        result: npt.NDArray[np.float32] = self._session.run(None, {self._input: data})[0]
        return result

    @property
    def carried(self) -> dict[str, str]:
        """What the file says beside its weights."""
        return dict(self._session.get_modelmeta().custom_metadata_map)
