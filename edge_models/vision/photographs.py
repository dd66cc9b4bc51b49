"""What single photographs are asked: which expression, and whether two show the same person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2

from edge_models.store import Store
from edge_models.vision.detector import Detector
from edge_models.vision.expression import ExpressionReader
from edge_models.vision.landmarks_openvino import OpenvinoLandmarks
from edge_models.vision.looks import Label
from edge_models.vision.recognizer import SAME_PERSON, Recognizer, Template
from edge_models.vision.stills import largest_face, whole
from guitai.wire.rings import Picture


@dataclass(frozen=True, slots=True)
class ReadExpression:
    """The likeliest expression of the largest face."""

    label: Label
    confidence: float
    face: bool
    """False when no face was found and the whole picture was taken for one."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether the largest faces of two pictures are one person's."""

    match: bool
    score: float
    """Cosine of the two templates; 0 without two faces."""

    reason: Literal["same", "different", "no_face"]


class Photographs:
    """The models for single pictures.

    Raises:
        GuitaiError: ``models.*`` or ``vision.bad_model``.
    """

    def __init__(self, store: Store) -> None:
        cv2.setNumThreads(1)
        self._detector = Detector(store.path("yunet"))
        self._landmarks = OpenvinoLandmarks(store.path("face-landmarker"))
        self._reader = ExpressionReader(store.path("expression"))
        self._recognizer = Recognizer(store.path("sface"))

    def expression(self, picture: Picture) -> ReadExpression:
        """Return the expression of the largest face in a BGR picture."""
        face = largest_face(self._detector, picture)
        looked_at = face or whole(picture)
        shares = self._reader.read_still(picture, looked_at, self._landmarks.find(picture, looked_at))
        label = max(shares, key=lambda one: shares[one])
        return ReadExpression(label, shares[label], face is not None)

    def compare(self, one: Picture, other: Picture) -> Compared:
        """Return whether the largest face of each picture is the same person's."""
        first, second = self._template(one), self._template(other)
        if first is None or second is None:
            return Compared(False, 0.0, "no_face")
        score = float(first @ second)
        return Compared(score >= SAME_PERSON, score, "same" if score >= SAME_PERSON else "different")

    def _template(self, picture: Picture) -> Template | None:
        face = largest_face(self._detector, picture)
        return None if face is None else self._recognizer.template(picture, face)
