"""478 landmarks and 52 blendshapes of one face: what two engines give alike, and which one is configured.

Both run the networks of MediaPipe's Face Landmarker out of the same task file: mediapipe itself, or, leaner, OpenVINO.
Sources: Grishchenko et al., "Attention Mesh", 2020; MediaPipe model card "Blendshape V2".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from edge_models.vision.crops import Points
from edge_models.vision.looks import Face
from guitai.wire.rings import Picture

Engine = Literal["mediapipe", "openvino"]

POINTS = 478
# fmt: off
BLENDSHAPES = (
    "_neutral", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight",
)
# fmt: on
"""ARKit's names in the network's order."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """One face in detail."""

    points: Points
    """478 x 2, in pixels of the picture; 33 and 263 are the outer corners of the right and the left eye."""

    blendshapes: dict[str, float]
    """By the names of `BLENDSHAPES`, each in [0, 1]."""

    @property
    def roll_rad(self) -> float:
        """Angle of the line through the eyes."""
        across = self.points[263] - self.points[33]
        return math.atan2(across[1], across[0])


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
