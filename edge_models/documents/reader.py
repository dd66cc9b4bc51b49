"""From a picture to the lines of text on its page, in reading order. Everything stays in memory."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from edge_models.documents.detect import Detector, Quad
from edge_models.documents.recognise import Recogniser
from edge_models.documents.straighten import LEVEL_DEGREES, page, tilt, turned
from edge_models.store import Store
from edge_models.vision.stills import decode
from guitai.messages.document import TextLine
from guitai.wire.rings import Picture

LEAST_SURE = 0.5
"""Lines less sure than this are noise: shadows, stamps, patterns."""
TRIED = 2
"""So many of the longest lines tell whether the page stands on its head."""
PLAIN = 0.8
"""Lines that are so sure stand upright."""
STANDING = 1.5
"""A line so many times as high as wide stands on its end."""


class Reader:
    """Holds both networks. Not for two threads at a time."""

    def __init__(self, store: Store) -> None:
        """Load. Raises GuitaiError ``models.*`` or ``vision.bad_model``."""
        self._detector = Detector(store.path("ocr-detect"))
        self._recogniser = Recogniser(store.path("ocr-read"))

    def read(self, data: bytes) -> tuple[TextLine, ...]:
        """Return the lines of an encoded picture, from the top, on one level from the left; none on an empty tray.

        Raises:
            GuitaiError: ``vision.not_decoded``.
        """
        picture = page(decode(data))
        quads = self._detector.find(picture)
        picture, quads = self._upright(picture, quads)
        degrees = tilt(quads)
        if abs(degrees) > LEVEL_DEGREES:
            picture = turned(picture, degrees)
            quads = self._detector.find(picture)
        read = [(quad, *self._recogniser.read(picture, quad)) for quad in quads]
        return _in_order(_line(quad, text, sure) for quad, text, sure in read if text.strip() and sure >= LEAST_SURE)

    def _upright(self, picture: Picture, quads: list[Quad]) -> tuple[Picture, list[Quad]]:
        """Return the page with its lines level and its heads up."""
        if sum(_stands(quad) for quad in quads) * 2 > len(quads):
            picture = _contiguous(np.rot90(picture))
            quads = self._detector.find(picture)
        longest = sorted(quads, key=_length, reverse=True)[:TRIED]
        if not longest or self._sure(picture, longest) >= PLAIN:
            return picture, quads
        other = _contiguous(np.rot90(picture, 2))
        corner = np.array((picture.shape[1], picture.shape[0]), np.float32)
        flipped = [np.roll(corner - quad, 2, axis=0).astype(np.float32) for quad in quads]
        if self._sure(other, sorted(flipped, key=_length, reverse=True)[:TRIED]) > self._sure(picture, longest):
            return other, flipped
        return picture, quads

    def _sure(self, picture: Picture, quads: list[Quad]) -> float:
        return float(np.mean([self._recogniser.read(picture, quad)[1] for quad in quads]))


def _contiguous(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture)


def _length(quad: Quad) -> float:
    return float(max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])))


def _stands(quad: Quad) -> bool:
    return float(np.linalg.norm(quad[3] - quad[0])) > STANDING * float(np.linalg.norm(quad[1] - quad[0]))


def _line(quad: Quad, text: str, sure: float) -> TextLine:
    x, y, width, height = cv2.boundingRect(quad)
    return TextLine(text, round(sure, 3), x, y, width, height)


def _in_order(lines: Iterable[TextLine]) -> tuple[TextLine, ...]:
    """Return lines from the top; those whose middles are within half a height of each other stand on one level."""
    levels: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.y + line.height / 2):
        middle = line.y + line.height / 2
        if (
            levels
            and middle - (levels[-1][0].y + levels[-1][0].height / 2) < min(line.height, levels[-1][0].height) / 2
        ):
            levels[-1].append(line)
        else:
            levels.append([line])
    return tuple(line for level in levels for line in sorted(level, key=lambda line: line.x))
