"""What one look at the camera saw: plain values between the models and the smoothing, never stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from guitai.messages.face import Expression

Label = Expression
LABELS: tuple[Label, ...] = get_args(Expression)
"""In the order of the expression network's outputs."""

Point = tuple[float, float]
Scene = Literal["ok", "frozen", "covered", "missing"]


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture, in pixels."""

    x: float
    y: float
    width: float
    height: float
    points: tuple[Point, ...]
    """Right eye, left eye, nose, right and left corner of the mouth (the person's own right and left)."""

    score: float

    @property
    def centre(self) -> Point:
        """The box's centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def turned(self) -> float:
        """How far the nose stands off the middle of the eyes, in eye distances: 0 from the front, 0.5 well aside."""
        (right_x, right_y), (left_x, left_y), (nose_x, _), *_ = self.points
        apart = max(math.dist((left_x, left_y), (right_x, right_y)), 1e-6)
        return abs(nose_x - (left_x + right_x) / 2) / apart


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when, what the camera is worth, how large the faces are, and the expression if it was consented to."""

    at_ns: int
    """CLOCK_MONOTONIC of the picture, or of the moment nothing came."""

    scene: Scene
    faces: tuple[Face, ...] = ()
    """The largest first."""

    picture_height: int = 480
    looking: bool = False
    """Whether the nearest person looks at the screen, as far as this look can tell."""

    hand_at_ear: float | None = None
    """How surely the nearest person holds a hand beside the ear; None when that was not looked at this time."""

    expression: Mapping[Label, float] | None = None
    """Probabilities of the nearest face's expression; None without consent or without a near face."""
