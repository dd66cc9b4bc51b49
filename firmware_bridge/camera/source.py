"""One picture source behind cv2.VideoCapture: a camera that sets its own pace, or a film held to its own speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from firmware_bridge.camera.names import Named, named, shown
from guitai.config import Camera as CameraConfig
from guitai.errors import GuitaiError
from guitai.wire.rings import Picture

FALLBACK_FILM_FPS = 10.0
NETWORK_TIMEOUT_MS = 5_000
"""For so long a network camera may take to answer, and to give the next picture."""

EARLY = 0.2
"""A picture that comes this share of a period before it is due is not one too many."""

COMPRESSED_FROM = 640 * 480
"""USB 2 carries no more than this at 30 a second as it is; beyond it a camera is asked for Motion JPEG."""


class Source:
    """An opened camera, stream or film.

    Args:
        name: as in the configuration (`firmware_bridge.camera.names`).
        config: size and pictures per second wanted.
        wait: sleeps the given seconds unless something more urgent comes up; a film keeps its speed with it.

    Raises:
        GuitaiError: ``camera.cannot_open``, ``camera.no_device``.
    """

    def __init__(self, name: str, config: CameraConfig, wait: Callable[[float], object]) -> None:
        self.name = shown(name)
        self.named = named(name)
        self._size = (config.width, config.height)
        self._period_s = 1 / config.fps
        self._wait = wait
        try:
            self._capture: Any = _opened(self.named, config)
        except (cv2.error, OverflowError) as error:  # a device number no machine has
            raise GuitaiError("camera.cannot_open", source=self.name) from error
        if not self._capture.isOpened():
            raise GuitaiError("camera.cannot_open", source=self.name)
        film_fps = self._capture.get(cv2.CAP_PROP_FPS) or FALLBACK_FILM_FPS
        self._film_period_s = 1 / film_fps if self.named.kind == "film" else 0.0
        self._next_s = time.monotonic()
        self._due_s = self._next_s

    def next(self) -> bool:
        """Wait for the next picture that is due; return False when the source has ended.

        Pictures that come faster than wanted are dropped, without being decoded where the source allows it.
        """
        while True:
            if self._film_period_s:
                self._wait(self._next_s - time.monotonic())
                # a machine that was asleep goes on from here instead of racing after lost time
                self._next_s = max(self._next_s + self._film_period_s, time.monotonic() - self._film_period_s)
            if not self._capture.grab():
                return False
            now_s = time.monotonic()
            if now_s < self._due_s - EARLY * self._period_s:
                continue
            # by the clock, not since the last one: a picture that came late costs the next one nothing
            self._due_s = max(self._due_s + self._period_s, now_s)
            return True

    def fill(self, picture: Picture) -> bool:
        """Decode the picture that is due into `picture`, height x width x 3; return False if that cannot be done."""
        got, found = self._capture.retrieve(picture) if self._fits() else self._capture.retrieve()
        if not got or found.dtype != np.uint8 or found.shape[2:] != (3,):  # some sources give grey or 16 bits
            return False
        if (found.shape[1], found.shape[0]) != self._size:
            cv2.resize(found, self._size, dst=picture, interpolation=cv2.INTER_AREA)
        elif not np.may_share_memory(found, picture):
            np.copyto(picture, found)
        return True

    def rewind(self) -> None:
        """Go back to a film's first picture."""
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)

    def close(self) -> None:
        """Let go of the device or the file."""
        self._capture.release()

    def _fits(self) -> bool:
        wide, high = (self._capture.get(p) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        return (int(wide), int(high)) == self._size


def _opened(source: Named, config: CameraConfig) -> Any:
    if source.kind == "network":
        timeouts = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, NETWORK_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, NETWORK_TIMEOUT_MS
        ]  # fmt: skip
        return cv2.VideoCapture(source.name, cv2.CAP_FFMPEG, timeouts)
    if source.kind == "film":
        return cv2.VideoCapture(source.name)
    capture: Any = cv2.VideoCapture(int(source.name))
    if config.width * config.height > COMPRESSED_FROM:
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, config.width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, config.height)
    capture.set(cv2.CAP_PROP_FPS, config.fps)
    return capture
