"""Facial expression by the quantized network of `fer` (Justin Shenk, after Octavia Arriaga), in OpenVINO.

It changes the kiosk's manner and never a decision. Trained on FER-2013, mostly young western faces posing: weak evidence.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge_models.vision.action_units import weighed
from edge_models.vision.crops import Points, cut, square
from edge_models.vision.looks import LABELS, Face, Label
from edge_models.vision.mesh import Mesh
from edge_models.vision.runtime import compiled
from guitai.wire.rings import Picture

INPUT_PX = 64
MARGIN = 1.1
"""Side of the square looked at, in sizes of the face's outline."""
MARGINS = (1.0, 1.1, 1.25)
"""The same for photographs."""
FILLS = 0.6
"""Height of a face in heights of a picture that is nothing but the face."""
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
        back = _around(mesh, MARGIN)
        return weighed(self.read_crop(_grey(cut(picture, back, INPUT_PX))), shapes)

    def read_still(self, picture: Picture, face: Face, mesh: Mesh | None) -> dict[Label, float]:
        """Return the probabilities for a single photograph, averaged over several cuttings and their mirror images.

        A picture that a face fills is looked at whole, too: such cuttings are what the network was trained on.
        """
        if mesh is None:
            backs = [square(face.centre, margin * max(face.width, face.height), 0.0, INPUT_PX) for margin in MARGINS]
        else:
            backs = [_around(mesh, margin) for margin in MARGINS]
        crops = [cut(picture, back, INPUT_PX) for back in backs]
        if face.height >= FILLS * picture.shape[0]:
            crops.append(np.asarray(cv2.resize(picture, (INPUT_PX, INPUT_PX), interpolation=cv2.INTER_AREA), np.uint8))
        views = [view for crop in crops for view in (_grey(crop), np.ascontiguousarray(_grey(crop)[:, ::-1]))]
        read = [self.read_crop(view) for view in views]
        mean = {label: sum(shares[label] for shares in read) / len(read) for label in LABELS}
        return mean if mesh is None else weighed(mean, mesh.blendshapes)

    def read_crop(self, crop: npt.NDArray[np.float32]) -> dict[Label, float]:
        """Return the probabilities for a 64 x 64 grey crop in [-1, 1]."""
        self._request.infer({0: crop[None, :, :, None]})
        shares = self._request.get_output_tensor(0).data.ravel()
        return {label: float(share) for label, share in zip(LABELS, shares, strict=True)}


def _around(mesh: Mesh, margin: float) -> Points:
    """Return where the square around a face's outline is, as `cut` wants it."""
    low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
    x, y = (float(value) for value in (low + high) / 2)
    return square((x, y), margin * float((high - low).max()), mesh.roll_rad, INPUT_PX)


def _grey(crop: Picture) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), dtype=np.float32) / 127.5 - 1
