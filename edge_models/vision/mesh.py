"""478 landmarks and 52 blendshapes of one face: the shape that every engine gives and every reader takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from edge_models.vision.crops import Points

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
