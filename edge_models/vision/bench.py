"""`guitai bench vision`: how long one full look takes at 640 x 480, with each engine for landmarks."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import psutil

from edge_models.store import Store
from edge_models.vision.eyes import Eyes
from edge_models.vision.landmarks import ENGINES, Engine
from edge_models.vision.offline import forbid_network
from guitai.config import Vision
from guitai.errors import GuitaiError
from guitai.wire.rings import Picture

WARM_UP = 5


def measure(models: Path, frames: int) -> dict[str, float]:
    """Time `frames` looks (detection, landmarks, expression) at a portrait in a noisy picture, once for each engine.

    Returns:
        The default engine's figures; the other engine's have its name before them, as in ``openvino_p95_ms``.
        ``load_ms`` of landmarks and expression, ``p50_ms``, ``p95_ms`` of a full look, ``cpu_p50_ms`` of processor time
        in it, ``detect_p50_ms`` without landmarks and expression, ``found`` (share of pictures in which the face's
        expression was read), ``rss_mb`` and ``threads`` of a process with this engine alone.

    Raises:
        GuitaiError: ``models.*`` or ``vision.not_a_picture``.
    """
    store = Store(models)
    for name in ("yunet", "face-landmarker", "expression"):
        store.path(name)  # an error of the store cannot come back from the processes below
    picture = _portrait(store.path("astronaut"))
    default = Vision().landmarks
    figures: dict[str, float] = {}
    for engine in sorted(ENGINES, key=lambda engine: engine != default):
        prefix = "" if engine == default else f"{engine}_"
        # Each in a process of its own, started afresh: a library once loaded stays in the figures of the next.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            measured = pool.submit(_measure, models, engine, picture, frames).result()
        figures |= {prefix + name: value for name, value in measured.items()}
    return figures


def _measure(models: Path, engine: Engine, base: Picture, frames: int) -> dict[str, float]:
    forbid_network()
    with closing(Eyes(Store(models), engine)) as eyes:
        return _time(eyes, base, frames)


def _time(eyes: Eyes, base: Picture, frames: int) -> dict[str, float]:
    began = time.perf_counter()
    eyes.look(base, 0, with_expression=True)
    load_s = time.perf_counter() - began
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
        "load_ms": _ms([load_s], 50),
        "found": found / max(frames, 1),
        "rss_mb": round(psutil.Process().memory_info().rss / 1e6, 1),
        "threads": psutil.Process().num_threads(),
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
