"""Faces as 128 numbers by SFace (Zhong et al., "SFace: sigmoid-constrained hypersphere loss", 2021), in OpenVINO."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge_models.vision.crops import Points
from edge_models.vision.looks import Face
from edge_models.vision.runtime import bind, compiled
from guitai.wire.rings import Picture

INPUT_PX = 112
NUMBERS = 128
PLACES = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
"""Where SFace wants right eye, left eye, nose and corners of the mouth (InsightFace's ArcFace template)."""
SAME_PERSON = 0.363
"""Cosine from which OpenCV's model card for SFace calls two faces the same person: published, not measured on our customers."""

Template = npt.NDArray[np.float32]
"""128 numbers of length 1. Personal data of the strictest kind: kept in memory only, and overwritten after use."""


class Recognizer:
    """Turns a face into a template. One call takes about 4 ms.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """

    def __init__(self, model: Path) -> None:
        self._request = compiled(model)
        self._input = np.zeros((1, 3, INPUT_PX, INPUT_PX), np.float32)
        self._output = np.zeros((1, NUMBERS), np.float32)
        bind(self._request, self._input, self._output)

    def template(self, picture: Picture, face: Face) -> Template:
        """Return the template of a face in a BGR picture, placed by the face's five points."""
        template = np.empty(NUMBERS, np.float32)
        self.write(aligned(picture, face), template)
        return template

    def write(self, crop: Picture, out: Template) -> None:
        """Write the template of a 112 x 112 BGR cutting, as `aligned` makes it, into `out`; no other copy is made."""
        self._input[0] = cv2.cvtColor(crop, cv2.COLOR_BGR2RGB).transpose(2, 0, 1)
        self._run()
        np.copyto(out, self._output[0])
        out /= max(math.sqrt(float(out @ out)), 1e-9)

    def forget(self) -> None:
        """Overwrite what the network still holds of the last face, by showing it an empty picture."""
        self._input[:] = 0
        self._run()

    def _run(self) -> None:
        self._request.start_async()
        self._request.wait()


def aligned(picture: Picture, face: Face) -> Picture:
    """Return the face turned, scaled and moved so that its five points lie closest to `PLACES`, 112 x 112 BGR."""
    crop = cv2.warpAffine(picture, similarity(np.array(face.points), PLACES), (INPUT_PX, INPUT_PX))
    return np.asarray(crop, dtype=np.uint8)


def similarity(points: Points, places: Points) -> Points:
    """Return the 2 x 3 turn, scale and shift that brings points to places with the least squares (Umeyama, 1991)."""
    middle, wanted = points.mean(axis=0), places.mean(axis=0)
    from_points = (points - middle) @ [1, 1j]
    to_places = (places - wanted) @ [1, 1j]
    factor = np.vdot(from_points, to_places) / max(np.vdot(from_points, from_points).real, 1e-9)
    turn = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.hstack([turn, (wanted - turn @ middle)[:, None]])
