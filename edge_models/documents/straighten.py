"""Makes a photographed page lie straight: cut out along its edges if they can be seen, and turned so that its lines are level."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from edge_models.documents.detect import Quad
from guitai.wire.rings import Picture

SMALL_PX = 500
"""Edges are looked for in a picture of this height."""
LEAST_SHARE, MOST_SHARE = 0.2, 0.97
"""Share of the picture that a page takes: less is a thing on the tray, more is the picture itself."""
BEND = 0.02
"""How far an outline may stray from four straight sides, as a share of its length."""
LONGEST_PX = 1600
LEVEL_DEGREES = 1.0
"""Lines tilted by less than this are read as they are."""


def page(picture: Picture) -> Picture:
    """Return the page alone, seen from straight above; the whole picture where no page's edges are found."""
    corners = _edges(picture)
    if corners is None:
        return picture
    top, right, bottom, left = (float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4))
    width, height = max(top, bottom), max(left, right)
    scale = LONGEST_PX / max(width, height)
    size = round(width * scale), round(height * scale)
    target = np.array(((0, 0), (size[0], 0), size, (0, size[1])), np.float32)
    seen = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, target), size, flags=cv2.INTER_CUBIC)
    return np.asarray(seen, dtype=np.uint8)


def tilt(quads: list[Quad]) -> float:
    """Return by how many degrees lines fall to the right: the median, the longer a line the more it counts."""
    if not quads:
        return 0.0
    sides = np.array([quad[1] - quad[0] for quad in quads])
    angles, lengths = np.degrees(np.arctan2(sides[:, 1], sides[:, 0])), np.linalg.norm(sides, axis=1)
    order = np.argsort(angles)
    middle = int(np.searchsorted(np.cumsum(lengths[order]), lengths.sum() / 2))
    return float(angles[order][min(middle, len(order) - 1)])


def turned(picture: Picture, degrees: float) -> Picture:
    """Return the picture turned back by so many degrees, on a canvas that holds all of it."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    across = round(abs(height * matrix[0, 1]) + abs(width * matrix[0, 0]))
    down = round(abs(height * matrix[0, 0]) + abs(width * matrix[0, 1]))
    matrix[:, 2] += (across - width) / 2, (down - height) / 2
    level = cv2.warpAffine(picture, matrix, (across, down), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(level, dtype=np.uint8)


def _edges(picture: Picture) -> Quad | None:
    """Return the corners of the brightest large quadrilateral, clockwise from the upper left."""
    scale = SMALL_PX / picture.shape[0]
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    whole = float(small.shape[0] * small.shape[1])
    for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:3]:
        hull = cv2.convexHull(outline)
        corners = cv2.approxPolyDP(hull, BEND * cv2.arcLength(hull, True), True)
        if len(corners) == 4 and LEAST_SHARE < cv2.contourArea(corners) / whole < MOST_SHARE:
            return _clockwise(corners.reshape(4, 2).astype(np.float32) / np.float32(scale))
    return None


def _clockwise(corners: npt.NDArray[np.float32]) -> Quad:
    sums, differences = corners.sum(axis=1), corners[:, 1] - corners[:, 0]
    order = (sums.argmin(), differences.argmin(), sums.argmax(), differences.argmax())
    return np.array([corners[index] for index in order], np.float32)
