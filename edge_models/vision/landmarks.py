"""Which engine finds the landmarks of a face: the configured one of two that give the same.

Both run the networks of MediaPipe's Face Landmarker out of the same task file: mediapipe itself, or, leaner, OpenVINO.
Sources: Grishchenko et al., "Attention Mesh", 2020; MediaPipe model card "Blendshape V2".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

from edge_models.vision.looks import Face
from edge_models.vision.mesh import Mesh
from guitai.wire.rings import Picture

Engine = Literal["mediapipe", "openvino"]


class Landmarks(Protocol):
    """Finds the landmarks of a face that was detected. Remembers nothing of it."""

    def find(self, picture: Picture, face: Face) -> Mesh | None:
        """Return the landmarks of `face` in a BGR picture, or None when it turns out not to be a face."""
        ...

    def close(self) -> None:
        """End what runs in the background. Nothing else may be called afterwards."""
        ...


def _mediapipe(task: Path) -> Landmarks:
    from edge_models.vision.landmarks_mediapipe import MediapipeLandmarks

    return MediapipeLandmarks(task)


def _openvino(task: Path) -> Landmarks:
    from edge_models.vision.landmarks_openvino import OpenvinoLandmarks

    return OpenvinoLandmarks(task)


# Imported when called: nobody who chose the other engine, or gave no consent, pays for mediapipe's 120 MB.
ENGINES: dict[Engine, Callable[[Path], Landmarks]] = {"mediapipe": _mediapipe, "openvino": _openvino}
"""``ENGINES[name](task)`` loads an engine. Raises GuitaiError: ``vision.bad_model``."""
