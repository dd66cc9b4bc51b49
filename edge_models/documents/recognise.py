"""What a line of text says: PP-OCR's recogniser (CTC, Graves et al., ICML 2006) on ONNX Runtime, its characters read from the model."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge_models.documents.detect import Quad
from edge_models.documents.runtime import Network
from guitai.errors import GuitaiError
from guitai.wire.rings import Picture

HEIGHT_PX = 48
LEAST_WIDTH_PX, MOST_WIDTH_PX = 160, 2400
UPRIGHT = 1.5
"""A crop so many times as high as wide is written from top to bottom."""


class Recogniser:
    """Reads lines. Not for two threads at a time."""

    def __init__(self, model: Path) -> None:
        """Load. Raises GuitaiError ``vision.bad_model``."""
        self._network = Network(model)
        carried = self._network.carried.get("character")
        if carried is None:
            raise GuitaiError("vision.bad_model", model=model.name)
        self._characters = ["", *carried.splitlines(), " "]
        """By their number: the blank, those the file carries, the space."""

    def read(self, picture: Picture, quad: Quad) -> tuple[str, float]:
        """Return the text in a quadrilateral of a BGR picture, and how sure it is (0 to 1, mean over characters)."""
        steps = self._network(_input(_cut(picture, quad)))[0]
        best = steps.argmax(axis=1)
        kept = (best != 0) & (np.diff(best, prepend=0) != 0)
        text = "".join(self._characters[index] for index in best[kept])
        return text, float(steps.max(axis=1)[kept].mean()) if kept.any() else 0.0


def _cut(picture: Picture, quad: Quad) -> Picture:
    width = round(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[3] - quad[2])))
    height = round(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2])))
    width, height = max(width, 1), max(height, 1)
    target = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    turned = cv2.getPerspectiveTransform(quad, target)
    cut = cv2.warpPerspective(picture, turned, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.rot90(cut) if height >= UPRIGHT * width else cut, dtype=np.uint8)


def _input(cut: Picture) -> npt.NDArray[np.float32]:
    height, width = cut.shape[:2]
    across = min(MOST_WIDTH_PX, max(1, round(width * HEIGHT_PX / height)))
    data = np.zeros((1, 3, HEIGHT_PX, max(LEAST_WIDTH_PX, across)), np.float32)
    scaled = cv2.resize(
        cut, (across, HEIGHT_PX), interpolation=cv2.INTER_AREA if height > HEIGHT_PX else cv2.INTER_CUBIC
    )
    data[0, :, :, :across] = (scaled.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
    return data
