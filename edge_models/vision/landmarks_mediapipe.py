"""Landmarks by mediapipe's Face Landmarker, on the surroundings of the face that YuNet found.

Its own detector misses a face lower than a fifth of the picture, where ours still reads, and of two faces it might take
the wrong one; so it gets a cutting in which ours is large and in the middle. In IMAGE mode: VIDEO mode would carry
landmarks from one customer to the next, and cannot track through cuttings that move.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from edge_models.vision.looks import Face
from edge_models.vision.mesh import Mesh
from edge_models.vision.offline import absent
from guitai.errors import GuitaiError
from guitai.wire.rings import Picture

# For its audio tasks mediapipe would open the sound system, which is none of the eyes' business; it copes without.
with absent("sounddevice"):
    import mediapipe
    from mediapipe.tasks.python import BaseOptions
    from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions

MARGIN = 2.0
"""Side of the cutting, in sizes of the face."""


class MediapipeLandmarks:
    """The `Landmarks` of mediapipe. One call takes about 8 ms, on threads of its own.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """

    def __init__(self, task: Path) -> None:
        options = FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(task)), num_faces=1, output_face_blendshapes=True
        )
        try:
            self._landmarker = FaceLandmarker.create_from_options(options)
        except (OSError, RuntimeError, ValueError) as error:
            raise GuitaiError("vision.bad_model", model=task.name) from error

    def find(self, picture: Picture, face: Face) -> Mesh | None:
        """Return the landmarks of `face`, or None when it turns out not to be one."""
        left, top, part = _surroundings(picture, face)
        if not part.size:
            return None
        rgb = cv2.cvtColor(part, cv2.COLOR_BGR2RGB)
        found = self._landmarker.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb))
        if not found.face_landmarks:
            return None
        height, width = part.shape[:2]
        points = np.array([(left + point.x * width, top + point.y * height) for point in found.face_landmarks[0]])
        if not _is_in(points.mean(axis=0), face):
            return None
        return Mesh(points, {shape.category_name: float(shape.score) for shape in found.face_blendshapes[0]})

    def close(self) -> None:
        """End mediapipe's threads.

        Left to the garbage collector, which may come at any moment, FaceLandmarker ends itself by way of
        concurrent.futures, and waits forever if the moment was inside concurrent.futures.
        """
        self._landmarker.close()


def _surroundings(picture: Picture, face: Face) -> tuple[int, int, Picture]:
    """Return the left and top edge of the cutting, and the cutting, which ends where the picture ends."""
    x, y = face.centre
    half = MARGIN * max(face.width, face.height) / 2
    left, top = max(0, round(x - half)), max(0, round(y - half))
    return left, top, picture[top : max(0, round(y + half)), left : max(0, round(x + half))]


def _is_in(centre: np.ndarray[tuple[int, ...], np.dtype[np.floating]], face: Face) -> bool:
    """A neighbour in the cutting is not the customer."""
    x, y = float(centre[0]), float(centre[1])
    return face.x <= x <= face.x + face.width and face.y <= y <= face.y + face.height
