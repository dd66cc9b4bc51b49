"""Where lines of text stand: PP-OCR's detector (differentiable binarization, Liao et al., AAAI 2020) on ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge_models.documents.runtime import Network
from guitai.wire.rings import Picture

Quad = npt.NDArray[np.float32]
"""Four corners in pixels, clockwise from the upper left, of shape (4, 2)."""

SIDE_PX = 960
"""Length of the longer side that the network sees: smaller print is lost below it, time is lost above it."""
STEP_PX = 32
MEAN = np.array((0.485, 0.456, 0.406), np.float32)
SPREAD = np.array((0.229, 0.224, 0.225), np.float32)
INK, BOX = 0.3, 0.5
"""Probability of text from which a pixel belongs to a line, and that its pixels must have on average."""
GROW = 1.6
"""The network draws lines shrunk; they grow by area times this by perimeter, as it was trained."""
SMALLEST_PX = 3
MOST = 300


class Detector:
    """Finds lines of text. Not for two threads at a time."""

    def __init__(self, model: Path) -> None:
        """Load. Raises GuitaiError ``vision.bad_model``."""
        self._network = Network(model)

    def find(self, picture: Picture) -> list[Quad]:
        """Return a quadrilateral around each line of a BGR picture, in no order, at most `MOST`."""
        height, width = picture.shape[:2]
        scale = min(1.0, SIDE_PX / max(height, width))
        size = tuple(max(STEP_PX, round(side * scale / STEP_PX) * STEP_PX) for side in (width, height))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        data = ((small[..., ::-1] / np.float32(255) - MEAN) / SPREAD).transpose(2, 0, 1)[None]
        ink = self._network(np.ascontiguousarray(data, dtype=np.float32))[0, 0]
        across, down = width / size[0], height / size[1]
        return [quad * np.array((across, down), np.float32) for quad in _quads(ink)]


def _quads(ink: npt.NDArray[np.float32]) -> list[Quad]:
    mask = cv2.dilate((ink > INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outline in (np.asarray(one, np.int32) for one in outlines[:MOST]):
        centre, (across, down), angle = cv2.minAreaRect(outline)
        if min(across, down) < SMALLEST_PX or _mean(ink, outline) < BOX:
            continue
        more = across * down * GROW / (across + down)  # on both sides together: 2 · area · ratio / perimeter
        corners = cv2.boxPoints((centre, (across + more, down + more), angle))
        found.append(_upright(np.asarray(corners, np.float32)))
    return found


def _mean(ink: npt.NDArray[np.float32], outline: npt.NDArray[np.int32]) -> float:
    x, y, across, down = cv2.boundingRect(outline)
    inside = np.zeros((down, across), np.uint8)
    cv2.fillPoly(inside, [outline - (x, y)], 1)
    return float(cv2.mean(ink[y : y + down, x : x + across], inside)[0])


def _upright(corners: npt.NDArray[np.float32]) -> Quad:
    """Return the corners clockwise from the upper left one, by how the page stands."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array((left[0], right[0], right[1], left[1]), np.float32)
