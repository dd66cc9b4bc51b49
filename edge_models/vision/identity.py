"""1:1 match of the face before the kiosk with the photo from the ID card, only after the customer's separate consent.

Templates live in the buffers of one `Gallery` and nowhere else: they are written there in place, compared in place, and
overwritten when the session or the consent ends. They are never sent, logged or written to a file. Pictures are not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from edge_models.vision.looks import Face
from edge_models.vision.recognizer import NUMBERS, SAME_PERSON, Recognizer, aligned
from guitai.wire.rings import Picture

FRAMES = 5
"""Live templates kept; the best by quality of the last `MEMORY_NS`."""
ENOUGH = 3
"""Live templates from which a comparison waits no longer."""
MEMORY_NS = 4_000_000_000
GONE_NS = 1_000_000_000
"""A face not seen for so long may have been exchanged."""
SAME_VISITOR = 0.2
"""Cosine between two pictures of one visit below which somebody else stepped in; people unlike each other lie near 0.1."""
SHARP, LARGE_PX, ASIDE = 200.0, 120.0, 0.6
"""Variance of the Laplacian, height and turn at which a picture of a face is as good as it need be, or worthless."""
POOREST = 0.02
"""Quality below which a live picture is not compared at all."""
BETTER = 1.1
"""So many times better than the worst one kept must a picture be to take its place."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of one comparison."""

    match: bool
    score: float
    reason: Literal["same", "different"]


class Gallery:
    """The templates of one session: one of the card's photo, a few of the person before the kiosk. One thread only."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._live = np.zeros((FRAMES, NUMBERS), np.float32)
        self._weights = np.zeros(FRAMES, np.float32)
        """Quality of each live template; 0 where there is none."""

        self._at_ns = [0] * FRAMES
        self._fused, self._card, self._fresh = (np.zeros(NUMBERS, np.float32) for _ in range(3))
        self._seen_ns = 0

    @property
    def frames(self) -> int:
        """Return how many live templates there are."""
        return int(np.count_nonzero(self._weights))

    def card(self, picture: Picture, face: Face) -> None:
        """Take the face of the card's photo."""
        self._recognizer.write(aligned(picture, face), self._card)

    def live(self, picture: Picture, face: Face, at_ns: int) -> bool:
        """Take one live picture of the nearest face if it is among the best.

        Returns:
            True when somebody else stands there than before: what was known of the other is overwritten.
        """
        gone = at_ns - self._seen_ns > GONE_NS and self.frames > 0
        if gone:
            self.forget_live()
        self._seen_ns = at_ns
        for i in range(FRAMES):
            if self._weights[i] and at_ns - self._at_ns[i] > MEMORY_NS:
                self._drop(i)
        crop = aligned(picture, face)
        worth = quality(crop, face)
        worst = int(np.argmin(self._weights))
        if worth < POOREST or worth <= BETTER * self._weights[worst]:
            return gone
        self._recognizer.write(crop, self._fresh)
        changed = self.frames > 0 and float(self._fuse() @ self._fresh) < SAME_VISITOR
        if changed:
            self.forget_live()
            worst = 0
        np.copyto(self._live[worst], self._fresh)
        self._weights[worst], self._at_ns[worst] = worth, at_ns
        return gone or changed

    def compare(self) -> Compared:
        """Return whether the card's face and the person's are the same; both must have been taken."""
        score = float(self._fuse() @ self._card)
        same = score >= SAME_PERSON
        return Compared(same, score, "same" if same else "different")

    def forget_card(self) -> None:
        """Overwrite the template of the card's photo."""
        self._card.fill(0)
        self._recognizer.forget()

    def forget_live(self) -> None:
        """Overwrite the templates of the person."""
        for buffer in (self._live, self._weights, self._fused):
            buffer.fill(0)

    def forget(self) -> None:
        """Overwrite everything, what the network holds included."""
        self.forget_live()
        self._fresh.fill(0)
        self.forget_card()

    def _fuse(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        """Return the live templates' mean, weighted by quality, of length 1, in its own buffer."""
        np.dot(self._weights, self._live, out=self._fused)
        self._fused /= max(float(self._fused @ self._fused) ** 0.5, 1e-9)
        return self._fused

    def _drop(self, i: int) -> None:
        self._live[i].fill(0)
        self._weights[i] = 0


def quality(crop: Picture, face: Face) -> float:
    """Return what a face's picture is worth, 0 to 1: sharp, large, and from the front."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    sharp = min(1.0, float(cv2.Laplacian(grey, cv2.CV_32F).var()) / SHARP)
    large = min(1.0, face.height / LARGE_PX)
    return sharp * large * max(0.0, 1 - face.turned / ASIDE) * face.score
