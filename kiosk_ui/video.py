"""Moving pictures from a ring (the teller at headquarters), at a rate two cores can paint without a GPU."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np

from guitai.errors import GuitaiError
from guitai.wire.rings import RingReader, picture

FPS = 15


class RingPicture:
    """Reads the newest picture of a ring; opens it when it appears and again when its writer has started anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ring: RingReader | None = None
        self._seen = -1

    def newest(self) -> tuple[bytes, int, int] | None:
        """Return RGB rows from the top with width and height; None if there is nothing new."""
        if self._ring is None or self._ring.renewed():
            self.close()
            with contextlib.suppress(GuitaiError):
                self._ring = RingReader(self._path)
                self._seen = -1
        if self._ring is None:
            return None
        slot = self._ring.borrow()
        if slot is None or slot.number == self._seen:
            return None
        self._seen = slot.number
        width, height = self._ring.shape
        rgb = np.ascontiguousarray(picture(slot, self._ring.shape)[:, :, ::-1])
        return (rgb.tobytes(), width, height) if self._ring.whole(slot) else None

    def close(self) -> None:
        """Let go of the ring."""
        if self._ring is not None:
            self._ring.close()
            self._ring = None
