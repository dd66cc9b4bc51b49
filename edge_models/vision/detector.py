"""Face detection by YuNet (Wu, Peng, Yu, "YuNet: a tiny millisecond-level face detector", 2023) in OpenVINO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from edge_models.vision.looks import Face
from edge_models.vision.runtime import compiled
from guitai.wire.rings import Picture

INPUT_WIDTH, INPUT_HEIGHT = 320, 256
"""Multiples of 32; a face of a tenth of the picture's height, some two metres away, still has 24 pixels."""
STRIDES = (8, 16, 32)
MIN_SCORE = 0.7
OVERLAP = 0.3

Floats = npt.NDArray[np.floating[Any]]


class Detector:
    """Finds faces in a picture. One call takes about 2 ms at 640 x 480.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """

    def __init__(self, model: Path) -> None:
        self._request = compiled(model, [1, 3, INPUT_HEIGHT, INPUT_WIDTH])
        self._input = self._request.get_input_tensor(0).data
        self._cells = {stride: _cells(stride) for stride in STRIDES}

    def find(self, picture: Picture, min_score: float = MIN_SCORE) -> tuple[Face, ...]:
        """Return the faces in a BGR picture that are at least so sure, the largest first, in the picture's own pixels."""
        height, width = picture.shape[:2]
        scale = min(INPUT_WIDTH / width, INPUT_HEIGHT / height)
        small = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
        self._input[:] = 0
        self._input[0, :, : small.shape[0], : small.shape[1]] = small.transpose(2, 0, 1)
        self._request.infer()
        rows = np.vstack([self._decode(stride, min_score) for stride in STRIDES])
        rows[:, :14] /= scale
        kept = cv2.dnn.NMSBoxes(rows[:, :4].tolist(), rows[:, 14].tolist(), min_score, OVERLAP)
        faces = [_face(rows[i]) for i in np.asarray(kept, dtype=np.int64).ravel()]
        return tuple(sorted(faces, key=lambda face: -face.height))

    def _decode(self, stride: int, min_score: float) -> Floats:
        """Return rows of x, y, width, height, five points, score for the cells that may hold a face."""
        classes, objects, boxes, points = (
            np.asarray(self._request.get_tensor(f"{name}_{stride}").data)[0] for name in ("cls", "obj", "bbox", "kps")
        )
        scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
        likely = scores >= min_score
        cells, boxes, points = self._cells[stride][likely], boxes[likely], points[likely]
        centres = (cells + boxes[:, :2]) * stride
        sizes = np.exp(boxes[:, 2:]) * stride
        marks = (cells[:, None, :] + points.reshape(-1, 5, 2)) * stride
        return np.hstack([centres - sizes / 2, sizes, marks.reshape(-1, 10), scores[likely, None]])


def _cells(stride: int) -> Floats:
    rows, columns = np.mgrid[: INPUT_HEIGHT // stride, : INPUT_WIDTH // stride]
    return np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float32)


def _face(row: Floats) -> Face:
    x, y, width, height, *marks = (float(value) for value in row[:14])
    points = tuple(zip(marks[::2], marks[1::2], strict=True))
    return Face(x, y, width, height, points, float(row[14]))
