"""The teller's picture on its way to the window: decoded frames into the ring `teller`, at a pace the window can use."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import av

from guitai.wire.rings import RingWriter, picture_ring

FPS = 15
MOST_WIDE = 640
SAME_SHAPE = 0.02


class Screen:
    """Makes the ring with the first picture and takes it away at the end, so that no face stays behind."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ring: RingWriter | None = None
        self._next_s = 0.0

    def show(self, frame: av.VideoFrame) -> None:
        """Put a picture into the ring if one is due."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = max(self._next_s + 1 / FPS, now_s)
        if self._ring is None or _differs(frame, self._ring.shape):
            self.clear()
            self._ring = picture_ring(self._path, *_size(frame))
        wide, high = self._ring.shape
        bgr = frame.reformat(width=wide, height=high, format="bgr24").to_ndarray()
        self._ring.write(bgr.tobytes(), time.monotonic_ns())

    def clear(self) -> None:
        """Take the ring away."""
        if self._ring is not None:
            self._ring.close()
            self._ring = None
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()


def _size(frame: av.VideoFrame) -> tuple[int, int]:
    factor = min(1.0, MOST_WIDE / frame.width)
    return max(int(frame.width * factor) // 2 * 2, 2), max(int(frame.height * factor) // 2 * 2, 2)


def _differs(frame: av.VideoFrame, shape: tuple[int, int]) -> bool:
    """Whether a frame's shape is another one; a browser changes the size, but not the shape, with the line."""
    ours = shape[0] / shape[1]
    return abs(frame.width / frame.height - ours) > SAME_SHAPE * ours
