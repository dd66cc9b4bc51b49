"""Squares cut out of a picture, turned upright with the face in them."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from guitai.wire.rings import Picture

Points = npt.NDArray[np.floating[Any]]


def square(centre: tuple[float, float], side: float, roll_rad: float, pixels: int) -> Points:
    """Return the 2 x 3 matrix that leads from a crop of `pixels` squared back into the picture."""
    scale = side / pixels
    cos, sin = scale * math.cos(roll_rad), scale * math.sin(roll_rad)
    half = pixels / 2
    return np.array([[cos, -sin, centre[0] - half * (cos - sin)], [sin, cos, centre[1] - half * (sin + cos)]])


def cut(picture: Picture, back: Points, pixels: int) -> Picture:
    """Return the crop that `back` (see `square`) leads out of; beyond the edge the border is repeated."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(picture, back, (pixels, pixels), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, dtype=np.uint8)
