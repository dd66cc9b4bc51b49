"""The models together: one picture in, one look out."""

from __future__ import annotations

from functools import cached_property

import cv2

from edge_models.store import Store
from edge_models.vision.detector import Detector
from edge_models.vision.expression import ExpressionReader
from edge_models.vision.hands import HandFinder
from edge_models.vision.identity import Gallery
from edge_models.vision.landmarks import ENGINES, Engine, Landmarks
from edge_models.vision.looks import Face, Label, Look
from edge_models.vision.mesh import Mesh
from edge_models.vision.pose import attentive
from edge_models.vision.recognizer import Recognizer
from edge_models.vision.scene import SceneCheck
from edge_models.vision.stills import largest_face
from guitai.wire.rings import Picture

LARGE_ENOUGH = 0.11
"""Height of a face in heights of the picture below which its expression is not read."""

FRONTAL = 0.35
"""Of `Face.turned`: who is turned further, looks elsewhere, as far as five points can tell."""
HAND_EVERY_NS = 500_000_000
"""A hand at the ear stays for seconds: it need not be looked for in every picture."""


class Eyes:
    """Detector at once; landmarks, expression and recogniser only when somebody consented (they load in a second then).

    Every model's hash is checked here, before anybody stands in front of the kiosk.

    Raises:
        GuitaiError: ``models.*`` or ``vision.bad_model``.
    """

    def __init__(self, store: Store, engine: Engine) -> None:
        cv2.setNumThreads(1)
        self._store, self._engine = store, engine
        for name in ("face-landmarker", "expression", "sface"):
            store.path(name)
        self._detector = Detector(store.path("yunet"))
        self._hands = HandFinder(store.path("hand-landmarker"))
        self._hand_ns = -HAND_EVERY_NS
        self._scene = SceneCheck()

    def look(self, picture: Picture, at_ns: int, with_expression: bool) -> Look:
        """Return what a BGR picture shows. Without `with_expression` faces are counted and measured, nothing more."""
        scene = self._scene.check(picture)
        height = picture.shape[0]
        faces = () if scene == "covered" else self._detector.find(picture)
        if not faces or faces[0].height < LARGE_ENOUGH * height:
            return Look(at_ns, scene, faces, height)
        hand = self.hand(picture, faces[0], at_ns)
        mesh = self.landmarks(picture, faces[0]) if with_expression else None
        if mesh is None:
            return Look(at_ns, scene, faces, height, faces[0].turned <= FRONTAL, hand)
        return Look(at_ns, scene, faces, height, attentive(mesh), hand, self._reader.read(picture, mesh))

    def expression(self, picture: Picture, face: Face) -> dict[Label, float] | None:
        """Return the probabilities of a face's expression, or None when it cannot be read just now."""
        mesh = self.landmarks(picture, face)
        return None if mesh is None else self._reader.read(picture, mesh)

    def hand(self, picture: Picture, face: Face, at_ns: int) -> float | None:
        """Return how surely a hand is at the ear of a face, or None when that was looked at a moment ago."""
        if at_ns - self._hand_ns < HAND_EVERY_NS:
            return None
        self._hand_ns = at_ns
        return self._hands.at_ear(picture, face)

    def landmarks(self, picture: Picture, face: Face) -> Mesh | None:
        """Return a face's landmarks and blendshapes, or None when it turns out not to be a face."""
        return self._landmarks.find(picture, face)

    def gallery(self) -> Gallery:
        """Return an empty gallery for templates, loading the recogniser if it is the first."""
        return Gallery(self._recognizer)

    def load_landmarks(self) -> None:
        """Load what `careful_landmarks` needs, which takes a second the first time."""
        _ = self._mediapipe

    def careful_landmarks(self, picture: Picture, face: Face) -> Mesh | None:
        """Return a face's landmarks by mediapipe, whatever is configured: a liveness check can afford them."""
        return self._mediapipe.find(picture, face)

    def largest(self, picture: Picture) -> Face | None:
        """Return the largest face of a photo, however small or tight."""
        return largest_face(self._detector, picture)

    def close(self) -> None:
        """End what runs in the background."""
        for name in ("_landmarks", "_mediapipe"):
            if name in vars(self):
                getattr(self, name).close()

    @cached_property
    def _landmarks(self) -> Landmarks:
        return ENGINES[self._engine](self._store.path("face-landmarker"))

    @cached_property
    def _mediapipe(self) -> Landmarks:
        return (
            self._landmarks
            if self._engine == "mediapipe"
            else ENGINES["mediapipe"](self._store.path("face-landmarker"))
        )

    @cached_property
    def _recognizer(self) -> Recognizer:
        return Recognizer(self._store.path("sface"))

    @cached_property
    def _reader(self) -> ExpressionReader:
        return ExpressionReader(self._store.path("expression"))
