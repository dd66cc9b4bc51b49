"""Where a head and its eyes point, out of landmarks in the picture's plane: ratios, not degrees."""

from __future__ import annotations

import math

from edge_models.vision.crops import Points
from edge_models.vision.mesh import Mesh

NOSE_TIP, RIGHT_CHEEK, LEFT_CHEEK, FOREHEAD, CHIN = 1, 234, 454, 10, 152
EYES = ((33, 133, 468), (362, 263, 473))
"""For each eye the corner at the picture's left, the one at its right, and the iris; the right eye first."""

GAZE_WEIGHT, ASIDE = 1.5, 0.4
"""What a shift of the irises counts against a turn of the head, and the sum that still looks at the screen."""
LEVEL = (0.35, 0.72)
"""Of `pitch`: from the ceiling to the PIN pad."""


def yaw(mesh: Mesh) -> float:
    """Return how far the head is turned: 0 to the front, positive to the person's left, about the sine of the angle."""
    upright = _upright(mesh)
    right, left = upright[RIGHT_CHEEK, 0], upright[LEFT_CHEEK, 0]
    return float((2 * upright[NOSE_TIP, 0] - right - left) / max(left - right, 1e-6))


def pitch(mesh: Mesh) -> float:
    """Return where the nose's tip stands between forehead (0) and chin (1): about 0.5 to the front, more looking down."""
    upright = _upright(mesh)
    top, bottom = upright[FOREHEAD, 1], upright[CHIN, 1]
    return float((upright[NOSE_TIP, 1] - top) / max(bottom - top, 1e-6))


def gaze(mesh: Mesh) -> float:
    """Return how far the irises stand off the middle of the eyes, in eye widths, positive to the person's left."""
    upright = _upright(mesh)
    offs = [
        (upright[iris, 0] - (upright[near, 0] + upright[far, 0]) / 2) / max(upright[far, 0] - upright[near, 0], 1e-6)
        for near, far, iris in EYES
    ]
    return float(sum(offs) / len(offs))


def attentive(mesh: Mesh) -> bool:
    """Return whether somebody looks at the screen: the eyes may make up for the head, within what both can do."""
    return abs(yaw(mesh) + GAZE_WEIGHT * gaze(mesh)) <= ASIDE and LEVEL[0] <= pitch(mesh) <= LEVEL[1]


def _upright(mesh: Mesh) -> Points:
    """Return the points with the line through the eyes level."""
    cos, sin = math.cos(mesh.roll_rad), math.sin(mesh.roll_rad)
    x, y = mesh.points[:, 0], mesh.points[:, 1]
    upright: Points = mesh.points.copy()
    upright[:, 0], upright[:, 1] = x * cos + y * sin, y * cos - x * sin
    return upright
