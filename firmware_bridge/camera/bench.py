"""`guitai bench capture`: what 1280 x 720 at 30 a second costs, camera process and two reading processes apart."""

from __future__ import annotations

import asyncio
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import psutil

from firmware_bridge.camera.camera import Camera
from firmware_bridge.camera.source import Source
from guitai.config import Camera as CameraConfig
from guitai.config import Config
from guitai.tables import RINGS
from guitai.wire.rings import RingReader, picture

WIDTH, HEIGHT, FPS = 1280, 720, 30
FILM_S = 2
WARM_S = 1.5
POLL_S = 0.005


def measure(seconds: float) -> dict[str, float]:
    """Show a Motion JPEG film, as USB cameras send it, and the same film unpacked, to two readers for `seconds` each.

    Returns:
        In percent of one core: ``total_percent`` camera and both readers with Motion JPEG, ``camera_percent`` and
        ``readers_percent`` its parts; ``decode_percent`` the film's decoding alone, without ring and readers;
        ``raw_total_percent`` with the unpacked film. ``fps`` pictures that entered the ring a second,
        ``missing_rate`` how far short of 30 that is, ``missed_rate`` the share the worse reader did not see whole, ``rss_mb`` of the camera process.
    """
    with tempfile.TemporaryDirectory(prefix="guitai-bench-") as name:
        folder = Path(name)
        jpeg, raw = make_film(folder / "jpeg.avi", "MJPG"), make_film(folder / "raw.avi", "I420")
        packed = _run(folder, jpeg, seconds)
        unpacked = _run(folder, raw, seconds)
        with _pool(1) as pool:
            decode = pool.submit(_decode, jpeg, seconds).result()
    total = packed["camera_percent"] + packed["readers_percent"]
    figures = {"total_percent": total, **packed, "decode_percent": decode}
    figures["missing_rate"] = max(0.0, 1 - packed["fps"] / FPS)
    figures["raw_total_percent"] = unpacked["camera_percent"] + unpacked["readers_percent"]
    return {key: round(value, 3) for key, value in figures.items()}


def make_film(path: Path, code: str) -> Path:
    """Make a film of a moving, grainy scene."""
    chance = np.random.default_rng(0)
    scene = cv2.resize(chance.integers(0, 255, (45, 80, 3)).astype(np.uint8), (WIDTH, HEIGHT))
    api = cv2.CAP_OPENCV_MJPEG if code == "MJPG" else cv2.CAP_FFMPEG
    writer = cv2.VideoWriter(str(path), api, cv2.VideoWriter.fourcc(*code), FPS, (WIDTH, HEIGHT))
    for number in range(FILM_S * FPS):
        grain = chance.integers(0, 8, scene.shape, np.uint8)
        writer.write(np.roll(scene, 4 * number, axis=1) // 2 + grain)
    writer.release()
    return path


def _run(folder: Path, film: Path, seconds: float) -> dict[str, float]:
    run = folder / film.stem
    run.mkdir()
    with _pool(3) as pool:
        jobs = [pool.submit(_camera, run, film, seconds), *(pool.submit(_reader, run, seconds) for _ in range(2))]
        camera, first, second = (job.result() for job in jobs)
    return {
        "camera_percent": camera["percent"],
        "readers_percent": first["percent"] + second["percent"],
        "fps": camera["fps"],
        "missed_rate": max(first["missed_rate"], second["missed_rate"]),
        "rss_mb": camera["rss_mb"],
    }


def _camera(run: Path, film: Path, seconds: float) -> dict[str, float]:
    async def show() -> dict[str, float]:
        config = Config.model_validate({"paths": {"run": str(run)}, "camera": _settings(film).model_dump()})
        stop = asyncio.Event()
        task = asyncio.create_task(Camera(config).run(stop))
        ring = await asyncio.to_thread(_opened, run)
        await asyncio.sleep(WARM_S)
        first, cpu_s, began_s = ring.count(), time.process_time(), time.monotonic()
        await asyncio.sleep(seconds)
        spent_s = time.monotonic() - began_s
        figures = {
            "percent": 100 * (time.process_time() - cpu_s) / spent_s,
            "fps": (ring.count() - first) / spent_s,
            "rss_mb": psutil.Process().memory_info().rss / 1e6,
        }
        await asyncio.sleep(WARM_S)  # readers began later
        stop.set()
        await task
        return figures

    return asyncio.run(show())


def _reader(run: Path, seconds: float) -> dict[str, float]:
    ring = _opened(run)
    time.sleep(WARM_S)
    first, cpu_s, began_s = ring.count(), time.process_time(), time.monotonic()
    seen, last = 0, first - 1
    while time.monotonic() - began_s < seconds:
        slot = ring.borrow()
        if slot is not None and slot.number != last:
            last = slot.number
            picture(slot, ring.shape).max()  # touches every byte
            seen += ring.whole(slot)
            time.sleep(0.8 / FPS)
        time.sleep(POLL_S)
    missed = 1 - seen / max(last + 1 - first, 1)
    return {"percent": 100 * (time.process_time() - cpu_s) / seconds, "missed_rate": max(missed, 0.0)}


def _decode(film: Path, seconds: float) -> float:
    source = Source(str(film), _settings(film), lambda wait_s: time.sleep(max(wait_s, 0.0)))
    scratch = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    cv2.setNumThreads(1)
    cpu_s, began_s = time.process_time(), time.monotonic()
    while time.monotonic() - began_s < seconds:
        if source.next():
            source.fill(scratch)
        else:
            source.rewind()
    return 100 * (time.process_time() - cpu_s) / (time.monotonic() - began_s)


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


def _settings(film: Path) -> CameraConfig:
    return CameraConfig(source=str(film), width=WIDTH, height=HEIGHT, fps=FPS)


def _opened(run: Path) -> RingReader:
    path = run / RINGS["camera"]
    while not path.exists():
        time.sleep(POLL_S)
    return RingReader(path)
