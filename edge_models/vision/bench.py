"""`guitai bench vision`: how long one full look takes at 640 x 480 on one thread."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import psutil

from edge_models.store import Store
from edge_models.vision.eyes import Eyes
from guitai.errors import GuitaiError
from guitai.wire.rings import Picture

WARM_UP = 5


def measure(models: Path, frames: int) -> dict[str, float]:
    """Time `frames` looks (detection, landmarks, expression) at a portrait in a noisy picture.

    Returns:
        ``p50_ms``, ``p95_ms`` of a full look, ``cpu_p50_ms`` of processor time in it, ``detect_p50_ms`` without landmarks
        and expression, ``found`` (share of pictures in which the face's expression was read), ``rss_mb`` of this process.

    Raises:
        GuitaiError: ``models.*`` or ``vision.not_a_picture``.
    """
    store = Store(models)
    eyes = Eyes(store)
    base = _portrait(store.path("astronaut"))
    random = np.random.default_rng(1)
    full, cpu, detect, found = [], [], [], 0
    for i in range(frames + WARM_UP):
        noise = random.integers(0, 6, base.shape, dtype=np.uint8)
        picture = np.asarray(cv2.add(base, noise), dtype=np.uint8)
        began = time.perf_counter()
        eyes.look(picture, i, with_expression=False)
        halfway, cpu_began = time.perf_counter(), time.process_time()
        look = eyes.look(picture, i, with_expression=True)
        ended, cpu_ended = time.perf_counter(), time.process_time()
        if i >= WARM_UP:
            detect.append(halfway - began)
            full.append(ended - halfway)
            cpu.append(cpu_ended - cpu_began)
            found += bool(look.expression)
    return {
        "p50_ms": _ms(full, 50),
        "p95_ms": _ms(full, 95),
        "cpu_p50_ms": _ms(cpu, 50),
        "detect_p50_ms": _ms(detect, 50),
        "found": found / max(frames, 1),
        "rss_mb": round(psutil.Process().memory_info().rss / 1e6, 1),
    }


def _portrait(path: Path) -> Picture:
    """Return the portrait as it stands before the kiosk: 640 x 480, the head in the upper middle."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise GuitaiError("vision.not_a_picture", path=path)
    picture = np.full((480, 640, 3), 180, np.uint8)
    picture[:, 64:576] = image[:480]
    return picture


def _ms(seconds: list[float], percentile: float) -> float:
    return round(float(np.percentile(seconds, percentile)) * 1000, 2)
