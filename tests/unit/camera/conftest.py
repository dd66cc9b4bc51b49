"""Films for the camera's tests: a few plain pictures that need no portrait."""

from __future__ import annotations

import cv2
import numpy as np
import pytest


@pytest.fixture(scope="session")
def make_film(tmp_path_factory):
    """Return a function that makes a film of plain pictures of the given grey, at so many a second."""

    def make(grey, count=10, fps=50, size=(160, 120)):
        path = tmp_path_factory.mktemp("film") / f"{grey}.avi"
        writer = cv2.VideoWriter(str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), fps, size)
        for _ in range(count):
            writer.write(np.full((size[1], size[0], 3), grey, np.uint8))
        writer.release()
        return str(path)

    return make
