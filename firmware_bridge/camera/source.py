"""One picture source behind cv2.VideoCapture: a camera that sets its own pace, or a film held to its own speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from guitai.config import Camera as CameraConfig
from guitai.errors import GuitaiError
from guitai.wire.rings import Picture

FALLBACK_FILM_FPS = 10.0


class Source:
    """An opened camera or film.

    Args:
        name: a device number or a film's path, as in the configuration.
        config: size and pictures per second wanted.
        wait: sleeps the given seconds unless something more urgent comes up; a film keeps its speed with it.

    Raises:
        GuitaiError: ``camera.cannot_open``.
    """

    def __init__(self, name: str, config: CameraConfig, wait: Callable[[float], object]) -> None:
        self.name = name
        self.is_film = not name.isdecimal()
        self._size = (config.width, config.height)
        self._period_s = 1 / config.fps
        self._wait = wait
        try:
            self._capture: Any = cv2.VideoCapture(name if self.is_film else int(name))
        except (cv2.error, OverflowError) as error:  # a device number no machine has
            raise GuitaiError("camera.cannot_open", source=name) from error
        if not self._capture.isOpened():
            raise GuitaiError("camera.cannot_open", source=name)
        if not self.is_film:
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, config.width)
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, config.height)
            self._capture.set(cv2.CAP_PROP_FPS, config.fps)
        film_fps = self._capture.get(cv2.CAP_PROP_FPS) or FALLBACK_FILM_FPS
        self._film_period_s = 1 / film_fps if self.is_film else 0.0
        self._next_s = time.monotonic()
        self._shown_s = 0.0

    def read(self) -> Picture | None:
        """Return the next picture that is due, at the configured size, or None when the source has ended.

        Pictures that come faster than wanted are dropped without being decoded.
        """
        while True:
            if self.is_film:
                self._wait(self._next_s - time.monotonic())
                # a machine that was asleep goes on from here instead of racing after lost time
                self._next_s = max(self._next_s + self._film_period_s, time.monotonic() - self._film_period_s)
            if not self._capture.grab():
                return None
            now_s = time.monotonic()
            if now_s - self._shown_s < 0.8 * self._period_s:
                continue
            self._shown_s = now_s
            return self._fit()

    def rewind(self) -> None:
        """Go back to a film's first picture."""
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)

    def close(self) -> None:
        """Let go of the device or the file."""
        self._capture.release()

    def _fit(self) -> Picture | None:
        got, picture = self._capture.retrieve()
        if not got:
            return None
        if (picture.shape[1], picture.shape[0]) != self._size:
            picture = cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA)
        return np.asarray(picture, dtype=np.uint8)
