"""Is a hand held beside the ear? Palms by MediaPipe's detector (Zhang et al., "MediaPipe Hands", 2020) in OpenVINO.

There is no detector of telephones in the registries, so this is weak evidence: a head rested in a hand looks the same.
It is only ever told after seconds, raises a question and never a refusal.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge_models.vision.crops import cut, square
from edge_models.vision.looks import Face
from edge_models.vision.runtime import compiled, unpacked
from guitai.wire.rings import Picture

NETWORK = "hand_detector.tflite"
INPUT_PX = 192
GRIDS = ((8, 2), (16, 6))
"""Strides, and how many anchors each cell has."""
AROUND = 3.0
"""Side of the square looked at, in sizes of the face."""
ASIDE, ABOVE, BELOW = (0.35, 1.0), 0.35, 0.75
"""Where the palm of a hand at the ear lies, in face heights from the face's centre."""

Floats = npt.NDArray[np.float32]


class HandFinder:
    """Looks for a palm beside the cheek. One call takes about 10 ms.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """

    def __init__(self, task: Path) -> None:
        with unpacked(task, NETWORK) as (model,):
            self._request = compiled(model, [1, INPUT_PX, INPUT_PX, 3])
        self._anchors = np.vstack([np.repeat(_cells(stride), count, axis=0) for stride, count in GRIDS])

    def at_ear(self, picture: Picture, face: Face) -> float:
        """Return how surely a hand is held beside the cheek of `face`, 0 to 1."""
        size = max(face.width, face.height)
        crop = cut(picture, square(face.centre, AROUND * size, 0.0, INPUT_PX), INPUT_PX)
        centres, scores = self.palms(crop)
        aside, down = ((centres - 0.5) * AROUND * size / face.height).T
        there = (np.abs(aside) >= ASIDE[0]) & (np.abs(aside) <= ASIDE[1]) & (down >= -ABOVE) & (down <= BELOW)
        return float(scores[there].max(initial=0.0))

    def palms(self, crop: Picture) -> tuple[Floats, Floats]:
        """Return for each anchor where its palm's centre is (n x 2, shares of the crop) and how sure that is (n).

        Args:
            crop: 192 x 192 BGR.
        """
        rgb = cv2.cvtColor(crop, cv2.COLOR_BGR2RGB)
        self._request.infer({0: np.asarray(rgb, dtype=np.float32)[None] / 255})
        boxes, logits = (np.asarray(self._request.get_output_tensor(i).data)[0] for i in range(2))
        scores = 1 / (1 + np.exp(-np.clip(logits[:, 0], -60, 60)))
        return self._anchors + boxes[:, :2] / INPUT_PX, scores


def _cells(stride: int) -> Floats:
    """Return the cells' centres as shares of the picture, row by row."""
    count = INPUT_PX // stride
    rows, columns = np.mgrid[:count, :count]
    return np.asarray((np.stack([columns.ravel(), rows.ravel()], axis=1) + 0.5) / count, dtype=np.float32)
