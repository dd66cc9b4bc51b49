"""The customer's picture for a browser: the camera ring as a WebRTC track, black while it is blanked."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from guitai.errors import GuitaiError
from guitai.wire.rings import RingReader, picture
from sync.takeover.governor import FIRST, LADDER, Rung

CLOCK_HZ = 90_000
MOST_WIDE = 640
LOOK_S = 0.008
"""How often the ring is looked at while a picture is due."""

LOOK_MOST_S = 0.05
"""So soon a picture turns black."""

BLACK_FPS = 2.0
STALE_S = 1.0
"""A camera that gives nothing new for so long: its last picture goes out again."""

NO_CAMERA = (640, 480)
Planar = npt.NDArray[np.uint8]
"""I420: three halves of the height, height x 1.5 by width."""


class CameraRing:
    """Reads the newest picture of the camera, in a wanted size; two viewers share one conversion."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ring: RingReader | None = None
        self._made: dict[tuple[int, int], tuple[int, Planar]] = {}

    def newest(self) -> int:
        """Return the number of the newest picture, -1 if there is none."""
        if self._ring is None or self._ring.renewed():
            self.close()
            with contextlib.suppress(GuitaiError):
                self._ring = RingReader(self._path)
        return -1 if self._ring is None else self._ring.count() - 1

    def size(self, scale: float) -> tuple[int, int]:
        """Return width and height of pictures: not above 640 wide, even, times `scale`."""
        wide, high = NO_CAMERA if self._ring is None else self._ring.shape
        factor = min(1.0, MOST_WIDE / wide) * scale
        return max(int(wide * factor) // 2 * 2, 2), max(int(high * factor) // 2 * 2, 2)

    def planar(self, size: tuple[int, int]) -> Planar | None:
        """Return the newest picture; None if there is none, or it was overwritten meanwhile."""
        slot = None if self._ring is None else self._ring.borrow()
        if slot is None or self._ring is None:
            return None
        number, made = self._made.get(size, (-1, None))
        if made is not None and number == slot.number:
            return made
        bgr = av.VideoFrame.from_ndarray(picture(slot, self._ring.shape), format="bgr24")
        planar: Planar = (
            bgr.reformat(width=size[0], height=size[1], format="yuv420p").to_ndarray().astype(np.uint8, copy=False)
        )
        if not self._ring.whole(slot):
            return None
        self._made[size] = (slot.number, planar)
        return planar

    def close(self) -> None:
        """Let go of the ring."""
        self._made.clear()
        if self._ring is not None:
            self._ring.close()
            self._ring = None


class CustomerPicture(MediaStreamTrack):
    """Pictures at the rung's pace. `hidden` says whether they have to be black."""

    kind = "video"

    def __init__(self, camera: CameraRing, hidden: Callable[[], bool]) -> None:
        super().__init__()
        self._camera, self._hidden = camera, hidden
        self._began_s = self._due_s = time.monotonic()
        self._number = self._last_pts = -1
        self._asked = self._in_time = 0
        self.rung: Rung = LADDER[FIRST]

    def kept_up(self) -> float:
        """Return which share of the pictures since the last call was encoded and sent by the next one's time."""
        share = self._in_time / self._asked if self._asked else 1.0
        self._asked = self._in_time = 0
        return share

    async def recv(self) -> av.VideoFrame:
        """Return the next picture. Raises MediaStreamError once stopped."""
        await self._until_due()
        if self.readyState != "live":
            raise MediaStreamError
        size = self._camera.size(self.rung.scale)
        planar = None if self._hidden() else self._camera.planar(size)
        frame = av.VideoFrame.from_ndarray(_black(size) if planar is None else planar, format="yuv420p")
        frame.pts = self._last_pts = max(int((time.monotonic() - self._began_s) * CLOCK_HZ), self._last_pts + 1)
        frame.time_base = Fraction(1, CLOCK_HZ)
        return frame

    async def _until_due(self) -> None:
        """Wait for the next picture's time and then for a new picture, but not for ever."""
        was_hidden = self._hidden()
        period_s = 1 / (min(BLACK_FPS, self.rung.fps) if was_hidden else self.rung.fps)
        due_s = self._due_s + period_s
        self._asked += 1
        self._in_time += time.monotonic() < due_s
        while self.readyState == "live":
            now_s, number = time.monotonic(), self._camera.newest()
            if self._hidden() != was_hidden:  # black at once; and no longer than it has to be
                break
            if now_s >= due_s and (was_hidden or number != self._number or now_s - due_s > STALE_S):
                break
            await asyncio.sleep(LOOK_S if now_s >= due_s else min(due_s - now_s, LOOK_MOST_S))
        # a camera that is slower, or a picture that took too long, does not make the next ones come in a burst
        self._due_s = max(due_s, now_s - period_s / 2)
        self._number = number


def _black(size: tuple[int, int]) -> Planar:
    wide, high = size
    frame = np.full((high * 3 // 2, wide), 128, np.uint8)
    frame[:high] = 16
    return frame
