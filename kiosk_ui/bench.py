"""Measures the window as it runs: its own process with a real window on Xvfb, shown views by a core that only measures."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from guitai import tables
from guitai.messages.view import View, view_to_data
from guitai.wire.framing import Frame
from guitai.wire.rings import picture_ring
from guitai.wire.sockets import FrameStream, connect, serve
from kiosk_ui.display import virtual_display
from kiosk_ui.samples import fixtures

SIZE = (1280, 800)
STARTS = 5
STILL_S, VIDEO_S = 6.0, 10.0
VIDEO_FPS, VIDEO_SIZE = 15, (640, 480)
WARM_SESSIONS = 40
"""After so many sessions every texture and buffer has been used: what grows from there on is a leak."""

SESSION = ("attract", "conversation", "form", "insert_card", "pin", "confirm", "risk_question", "sms_code", "processing",
           "take_card", "take_cash", "hold", "waiting", "teller_text", "satisfaction")  # fmt: skip
KILLED = ("attract", "form_keypad", "pin", "take_cash", "hold", "teller_video")
RESTART_S = 1.0
"""RestartSec of systemd/guitai-ui.service."""

PATIENCE_S = 30.0
CODE = "from guitai.config import load; from kiosk_ui.app import run; run(load())"


def measure(sessions: int) -> dict[str, float]:
    """Return the figures of `guitai bench ui`; `sessions` short customers come one after another for growth of memory."""
    with virtual_display(*SIZE) as display:
        starts = [asyncio.run(_start_only(display)) for _ in range(STARTS)]
        figures = asyncio.run(_whole(display, sessions))
    return {"p50_s": round(statistics.median(starts), 2), "worst_start_s": round(max(starts), 2), **figures}


class _Bench:
    """Core's end of the socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._heard: asyncio.Queue[Frame] = asyncio.Queue()
        self._streams: asyncio.Queue[FrameStream] = asyncio.Queue()
        self._stream: FrameStream | None = None
        self._serial = 0

    async def core(self, stream: FrameStream) -> None:
        """Serve the window."""
        await self._streams.put(stream)
        async for frame in stream:
            await self._heard.put(frame)

    def forget(self) -> None:
        """Wait for a new window."""
        self._stream = None
        self._streams, self._heard = asyncio.Queue(), asyncio.Queue()

    async def show(self, view: View) -> float:
        """Show a view; return the milliseconds until its frame had reached the screen."""
        if self._stream is None:
            self._stream = await asyncio.wait_for(self._streams.get(), PATIENCE_S)
        self._serial += 1
        data: dict[str, Any] = view_to_data(view)
        sent_ns = time.monotonic_ns()
        await self._stream.send("view", view=data, serial=self._serial)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame = await self._heard.get()
                if frame.type == "shown" and frame.data.get("serial") == self._serial:
                    return (int(frame.data["at_ns"]) - sent_ns) / 1e6

    async def pictures(self) -> int:
        """Return how many pictures of a moving source the window has taken up."""
        stream = await connect(self.folder / tables.SOCKETS["window"])
        await stream.send("layout")
        async with asyncio.timeout(PATIENCE_S):
            frame = await anext(aiter(stream))
        stream.close()
        return int(frame.data["pictures"])


@contextmanager
def _window(folder: Path, display: str) -> Iterator[psutil.Process]:
    environment = {
        **os.environ, "DISPLAY": display, "GUITAI__PATHS__RUN": str(folder), "GUITAI__PATHS__STATE": str(folder),
        "GUITAI__WINDOW__WIDTH": str(SIZE[0]), "GUITAI__WINDOW__HEIGHT": str(SIZE[1]),
    }  # fmt: skip
    child = subprocess.Popen([sys.executable, "-c", CODE], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield psutil.Process(child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


async def _start_only(display: str) -> float:
    """Return the seconds from starting the process to the first view of core on the screen."""
    folder = Path(tempfile.mkdtemp(prefix="g"))
    bench = _Bench(folder)
    async with serve(folder / tables.SOCKETS["core"], bench.core):
        began = time.monotonic()
        with _window(folder, display):
            await bench.show(fixtures()["attract"])
            took = time.monotonic() - began
    shutil.rmtree(folder)
    return took


async def _whole(display: str, sessions: int) -> dict[str, float]:
    folder = Path(tempfile.mkdtemp(prefix="g"))
    bench = _Bench(folder)
    async with serve(folder / tables.SOCKETS["core"], bench.core):
        with _window(folder, display) as process:
            changes = await _changes(bench)
            video = await _video(bench, process)
            await bench.show(fixtures()["conversation_listening"])
            still = await _percent(process, STILL_S)
            await bench.show(fixtures()["conversation"])
            speaking = await _percent(process, STILL_S)
            grown, last = await _sessions(bench, process, sessions)
        back = max([await _back(bench, display, name) for name in KILLED])
    shutil.rmtree(folder)
    return {
        "change_p50_ms": round(float(np.percentile(changes, 50)), 1),
        "change_p95_ms": round(float(np.percentile(changes, 95)), 1),
        **video,
        "idle_percent": round(still, 1),
        "speaking_percent": round(speaking, 1),
        "rss_mb": round(last, 1),
        "growth_mb": round(grown, 1),
        "back_s": round(back, 2),
    }


async def _back(bench: _Bench, display: str, name: str) -> float:
    """Return the seconds from killing the window at a screen to the same screen again, the service manager's pause included."""
    view = fixtures()[name]
    bench.forget()
    with _window(bench.folder, display) as process:
        await bench.show(view)
        process.kill()
    bench.forget()
    began = time.monotonic()
    with _window(bench.folder, display):
        await bench.show(view)
        return RESTART_S + time.monotonic() - began


async def _changes(bench: _Bench) -> list[float]:
    """Return the milliseconds of every change of the whole gallery, in Chinese and English, normal and large print."""
    views = [
        view
        for language in ("zh", "en")
        for large in (False, True)
        for view in fixtures(language, large=large).values()
    ]
    return [await bench.show(view) for view in views]


async def _video(bench: _Bench, process: psutil.Process) -> dict[str, float]:
    """Return the share of a core while a teller's picture moves, and how many pictures were really drawn."""
    width, height = VIDEO_SIZE
    ring = picture_ring(bench.folder / tables.RINGS["teller"], width, height)
    await bench.show(fixtures()["teller_video"])
    noise = np.random.default_rng(1).integers(0, 255, (8, height, width, 3), np.uint8)
    pictures = await bench.pictures()
    before = sum(process.cpu_times()[:2])
    began = time.monotonic()
    for n in range(round(VIDEO_S * VIDEO_FPS)):
        ring.write(noise[n % len(noise)].tobytes(), time.monotonic_ns())
        await asyncio.sleep(max(0.0, began + (n + 1) / VIDEO_FPS - time.monotonic()))
    took = time.monotonic() - began
    share = 100 * (sum(process.cpu_times()[:2]) - before) / took
    drawn = (await bench.pictures() - pictures) / took
    ring.close()
    return {"video_percent": round(share, 1), "video_fps": round(drawn, 1)}


async def _percent(process: psutil.Process, seconds: float) -> float:
    """Return the share of a core over so many seconds."""
    before, began = sum(process.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(seconds)
    return 100 * (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - began)


async def _sessions(bench: _Bench, process: psutil.Process, sessions: int) -> tuple[float, float]:
    """Return by how many MB the process grew after its first sessions, and what it has at the end."""
    every = fixtures()
    warm = 0.0
    for n in range(sessions):
        for name in SESSION:
            await bench.show(every[name])
        if n == min(WARM_SESSIONS, sessions - 1):
            warm = process.memory_info().rss / 1e6
    last = process.memory_info().rss / 1e6
    return last - warm, last
