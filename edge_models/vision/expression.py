"""Facial expression by the quantized network of `fer` (Justin Shenk, after Octavia Arriaga), in OpenVINO.

It changes the kiosk's manner and never a decision. Trained on FER-2013, mostly young western faces posing: weak evidence.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from edge_models.vision.crops import cut, square
from edge_models.vision.looks import LABELS, Label
from edge_models.vision.mesh import Mesh
from edge_models.vision.runtime import compiled
from guitai.wire.rings import Picture

INPUT_PX = 64
MARGIN = 1.1
"""Side of the square looked at, in sizes of the face's outline."""
EYES_SHUT = 0.5


class ExpressionReader:
    """Reads the expression of a face. One call takes about 0.3 ms.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """

    def __init__(self, model: Path) -> None:
        self._request = compiled(model, [1, INPUT_PX, INPUT_PX, 1])

    def read(self, picture: Picture, mesh: Mesh) -> dict[Label, float] | None:
        """Return the probability of each label, or None in the middle of a blink, which looks like sadness."""
        shapes = mesh.blendshapes
        if min(shapes["eyeBlinkLeft"], shapes["eyeBlinkRight"]) > EYES_SHUT:
            return None
        low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
        x, y = (float(value) for value in (low + high) / 2)
        back = square((x, y), MARGIN * float((high - low).max()), mesh.roll_rad, INPUT_PX)
        grey = cv2.cvtColor(cut(picture, back, INPUT_PX), cv2.COLOR_BGR2GRAY)
        return self.read_crop(np.asarray(grey, dtype=np.float32) / 127.5 - 1)

    def read_crop(self, crop: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> dict[Label, float]:
        """Return the probabilities for a 64 x 64 grey crop in [-1, 1]."""
        self._request.infer({0: crop[None, :, :, None]})
        shares = self._request.get_output_tensor(0).data.ravel()
        return {label: float(share) for label, share in zip(LABELS, shares, strict=True)}
