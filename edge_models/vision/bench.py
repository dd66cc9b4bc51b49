"""`guitai bench vision`: how long a full look and an identity check take, with each engine; and each model by itself."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import psutil

from edge_models.alone import alone
from edge_models.store import Store
from edge_models.vision.eyes import HAND_EVERY_NS, Eyes
from edge_models.vision.identity import ENOUGH
from edge_models.vision.landmarks import ENGINES, Engine
from edge_models.vision.looks import Look
from edge_models.vision.offline import forbid_network
from edge_models.vision.stills import decode
from guitai.config import Vision
from guitai.errors import GuitaiError
from guitai.wire.rings import Picture

WARM_UP = 5


def measure(models: Path, frames: int) -> dict[str, float]:
    """Time `frames` looks (detection, landmarks, expression) at a portrait in a noisy picture, once for each engine.

    Returns:
        The default engine's figures; the other engine's have its name before them, as in ``mediapipe_p95_ms``.
        ``load_ms`` of landmarks and expression, ``p50_ms``, ``p95_ms`` of a full look, ``cpu_p50_ms`` of processor time
        in it, ``detect_p50_ms`` without landmarks and expression, ``hand_p50_ms`` of looking for a hand at the ear (every
        half second, not in the other figures), ``found`` (share of pictures in which the face's expression was read),
        ``rss_mb`` and ``threads`` of a process with this engine alone. ``identity_p50_ms`` and ``identity_p95_ms`` from
        the card's photo to the answer for somebody who stood there before, ``identity_first_p95_ms`` with `ENOUGH`
        pictures still to be looked at. And what `bench_engines.compare` returns.

    Raises:
        GuitaiError: ``models.*`` or ``vision.not_a_picture``.
    """
    store = Store(models)
    for name in ("yunet", "face-landmarker", "expression", "sface", "hand-landmarker"):
        store.path(name)  # an error of the store cannot come back from the processes below
    picture = _portrait(store.path("astronaut"))
    default = Vision().landmarks
    figures: dict[str, float] = {}
    for engine in sorted(ENGINES, key=lambda engine: engine != default):
        prefix = "" if engine == default else f"{engine}_"
        measured = alone(_measure, models, engine, picture, frames)
        figures |= {prefix + name: value for name, value in measured.items()}
    for more in (_identity, _models):
        figures |= alone(more, models, picture, frames)
    return figures


def _measure(models: Path, engine: Engine, base: Picture, frames: int) -> dict[str, float]:
    forbid_network()
    with closing(Eyes(Store(models), engine)) as eyes:
        return _time(eyes, base, frames)


def _models(models: Path, picture: Picture, frames: int) -> dict[str, float]:
    from edge_models.vision.bench_engines import compare  # its tools would weigh on the others' memory

    forbid_network()
    cv2.setNumThreads(1)
    return compare(Store(models), picture, max(frames // 4, 1))


def _identity(models: Path, picture: Picture, frames: int) -> dict[str, float]:
    """Time identity checks with a photo of an ID card's size."""
    forbid_network()
    card = cv2.imencode(".jpg", cv2.resize(picture[10:225, 199:373], (102, 126)))[1].tobytes()
    with closing(Eyes(Store(models), "openvino")) as eyes:
        gallery = eyes.gallery()
        after, first = [], []
        for i in range(frames // 4 + WARM_UP):
            gallery.forget_live()
            began = time.perf_counter()
            for number in range(ENOUGH):
                look = eyes.look(picture, number, with_expression=False)
                gallery.live(picture, look.faces[0], number)
            photo_came = time.perf_counter()
            photo = decode(card)
            face = eyes.largest(photo)
            assert face is not None
            gallery.card(photo, face)
            assert gallery.compare().match
            if i >= WARM_UP:
                first.append(time.perf_counter() - began)
                after.append(time.perf_counter() - photo_came)
    return {
        "identity_p50_ms": _ms(after, 50),
        "identity_p95_ms": _ms(after, 95),
        "identity_first_p95_ms": _ms(first, 95),
    }


def _time(eyes: Eyes, base: Picture, frames: int) -> dict[str, float]:
    began = time.perf_counter()
    eyes.look(base, 0, with_expression=True)
    load_s = time.perf_counter() - began
    random = np.random.default_rng(1)
    full, cpu, detect, hand, found = [], [], [], [], 0
    for i in range(frames + WARM_UP):
        noise = random.integers(0, 6, base.shape, dtype=np.uint8)
        picture = np.asarray(cv2.add(base, noise), dtype=np.uint8)
        began = time.perf_counter()
        at_ns = i * HAND_EVERY_NS + 1  # the hand has been looked for just now
        eyes.look(picture, at_ns, with_expression=False)
        halfway, cpu_began = time.perf_counter(), time.process_time()
        look = eyes.look(picture, at_ns, with_expression=True)
        ended, cpu_ended = time.perf_counter(), time.process_time()
        searched_s = _hand_s(eyes, picture, look, i)
        if i >= WARM_UP:
            detect.append(halfway - began)
            full.append(ended - halfway)
            cpu.append(cpu_ended - cpu_began)
            found += bool(look.expression)
            hand.append(searched_s)
    return {
        "p50_ms": _ms(full, 50),
        "p95_ms": _ms(full, 95),
        "cpu_p50_ms": _ms(cpu, 50),
        "detect_p50_ms": _ms(detect, 50),
        "hand_p50_ms": _ms(hand, 50),
        "load_ms": _ms([load_s], 50),
        "found": found / max(frames, 1),
        "rss_mb": round(psutil.Process().memory_info().rss / 1e6, 1),
        "threads": psutil.Process().num_threads(),
    }


def _hand_s(eyes: Eyes, picture: Picture, look: Look, i: int) -> float:
    began = time.perf_counter()
    eyes.hand(picture, look.faces[0], (i + 1) * HAND_EVERY_NS)
    return time.perf_counter() - began


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
