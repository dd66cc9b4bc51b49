"""Single pictures instead of a camera: decoded upright, and the largest face found however small or tight the cutting is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from edge_models.vision.detector import MIN_SCORE, Detector
from edge_models.vision.looks import Face
from guitai.errors import GuitaiError
from guitai.wire.rings import Picture

LARGEST_PX, SMALLEST_PX = 1600, 256
"""The longer side is brought down to the one, the shorter side up to the other, before anything is looked for."""
PADDING = 0.4
"""A border around a tight cutting, in sizes of the picture: the detector wants some room around a face."""
TILED_FROM_PX = 600
LAST_RESORT = 0.45
"""How sure a face must be when no surer one is found: small and blurred photographs of faces still are."""
GREY = (127, 127, 127)


def decode(data: bytes) -> Picture:
    """Return an encoded picture (JPEG, PNG, BMP, WebP, TIFF …; grey or colour) as BGR, turned as its EXIF says.

    Its size is brought between `SMALLEST_PX` and `LARGEST_PX`.

    Raises:
        GuitaiError: ``vision.not_decoded``.
    """
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # an empty buffer
        picture = None
    if picture is None:
        raise GuitaiError("vision.not_decoded")
    height, width = picture.shape[:2]
    scale = min(LARGEST_PX / max(height, width), max(1.0, SMALLEST_PX / min(height, width)))
    if scale != 1:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = cv2.resize(picture, size, interpolation=how)
    return np.asarray(picture, dtype=np.uint8)


def read(path: Path) -> Picture:
    """Return a picture file as `decode` does.

    Raises:
        GuitaiError: ``vision.not_a_picture``.
    """
    try:
        return decode(path.read_bytes())
    except (OSError, GuitaiError) as error:
        raise GuitaiError("vision.not_a_picture", path=path) from error


def largest_face(detector: Detector, picture: Picture) -> Face | None:
    """Return the largest face in the picture's own pixels: looked for as it is, with a border, in parts, and less strictly."""
    for min_score in (MIN_SCORE, LAST_RESORT):
        for view, x, y in _views(picture):
            faces = detector.find(view, min_score)
            if faces:
                return _moved(max(faces, key=lambda face: face.width * face.height), x, y)
    return None


def whole(picture: Picture) -> Face:
    """Return the whole picture as a face, with eyes, nose and mouth where a tight portrait has them."""
    height, width = picture.shape[:2]
    places = ((0.31, 0.38), (0.69, 0.38), (0.5, 0.58), (0.34, 0.77), (0.66, 0.77))
    return Face(0, 0, width, height, tuple((x * width, y * height) for x, y in places), 0.0)


def _views(picture: Picture) -> Iterator[tuple[Picture, int, int]]:
    """Yield pictures with the place of their corner: the whole, the whole with a border, overlapping parts."""
    yield picture, 0, 0
    height, width = picture.shape[:2]
    down, across = round(PADDING * height), round(PADDING * width)
    framed = cv2.copyMakeBorder(picture, down, down, across, across, cv2.BORDER_CONSTANT, value=GREY)
    yield np.asarray(framed, dtype=np.uint8), -across, -down
    if max(height, width) >= TILED_FROM_PX:
        high, wide = height // 2, width // 2
        for y in (0, high // 2, high):
            for x in (0, wide // 2, wide):
                yield np.ascontiguousarray(picture[y : y + high, x : x + wide]), x, y


def _moved(face: Face, x: int, y: int) -> Face:
    points = tuple((px + x, py + y) for px, py in face.points)
    return replace(face, x=face.x + x, y=face.y + y, points=points)
