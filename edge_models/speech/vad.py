"""Silero VAD v6 (Silero Team) through ONNX Runtime: the probability that a 32 ms frame is speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from edge_models.speech.audio import Samples, to_float

FRAME = 512
"""Samples of one frame at 16 kHz: 32 ms."""

FRAME_S = FRAME / 16_000
_CONTEXT = 64
"""Samples of the frame before that this export wants in front of each frame."""


class Vad:
    """Carries the network's state from frame to frame; about 0.2 ms a frame on one thread."""

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._state = np.zeros((2, 1, 128), dtype=np.float32)
        self._context = np.zeros((1, _CONTEXT), dtype=np.float32)

    def __call__(self, frame: Samples) -> float:
        """Return the probability of speech in the next 512 samples."""
        window = np.concatenate([self._context, to_float(frame)[None]], axis=1)
        probability, self._state = self._session.run(None, {"input": window, "state": self._state})
        self._context = window[:, -_CONTEXT:]
        return float(probability[0, 0])
