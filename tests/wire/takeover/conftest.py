"""A kiosk's rings, a real video process, and core's and sync's ends of its socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from guitai.errors import GuitaiError
from guitai.tables import RINGS, SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ, audio_ring, picture_ring
from guitai.wire.sockets import FrameStream, connect, serve
from sync.takeover.stand_in import FPS, StandIn, coloured
from sync.video import Answer, hand_over

MICROPHONE_HZ = 600.0


async def eventually(check: Callable[[], Any], seconds: float = 90.0) -> Any:
    """Return what `check` gives as soon as it is true."""
    async with asyncio.timeout(seconds):
        while not (found := check()):  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)
        return found


@dataclass
class Kiosk:
    """What surrounds the video process on a kiosk."""

    run: Path
    core: FrameStream
    told: list[Frame] = field(default_factory=list)
    """By the process to core."""

    answers: list[str] = field(default_factory=list)
    mixed: list[Frame] = field(default_factory=list)
    """What came to the mixer."""

    def states(self, state: str) -> list[dict[str, Any]]:
        return [f.data for f in self.told if f.type == "video-state" and f.data["state"] == state]

    async def grant(self, *viewers: tuple[str, str], consent: bool = True, escalation_id: str = "e1") -> None:
        listed = [{"id": id_, "role": role} for id_, role in viewers]
        await self.core.send("video-grant", escalation_id=escalation_id, viewers=listed, consent=consent)

    async def offer(self, sdp: str, viewer: str = "t1", role: str = "operator", escalation_id: str = "e1") -> Answer:
        fields = {"escalation_id": escalation_id, "viewer_id": viewer, "role": role, "sdp": sdp}
        return await hand_over(self.run / SOCKETS["video"], fields)

    async def connected(self, viewer: str = "t1", role: str = "operator", *, media: bool = True) -> StandIn:
        browser = StandIn(role, media=media)  # type: ignore[arg-type]
        answer = await self.offer(await browser.offer(), viewer, role)
        assert answer.reason == ""
        self.answers.append(answer.sdp)
        await browser.accept(answer.sdp)
        await eventually(lambda: browser.state == "connected")
        return browser


@pytest.fixture
def run_folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="g"))  # unix socket paths must be short
    yield path
    shutil.rmtree(path)


@asynccontextmanager
async def video_process(run: Path, **variables: str) -> AsyncIterator[asyncio.subprocess.Process]:
    log = (run / "video.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "guitai", "run", "video",
        env={**os.environ, **variables, "GUITAI__PATHS__RUN": str(run), "GUITAI__PATHS__STATE": str(run)},
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) in (0, -signal.SIGKILL), (run / "video.log").read_text()
        log.close()


@asynccontextmanager
async def kiosk_at(run: Path, *, devices: bool = True) -> AsyncIterator[Kiosk]:
    core = await reached(run / SOCKETS["video"])
    kiosk = Kiosk(run, core)

    async def mixer(stream: FrameStream) -> None:
        async for frame in stream:
            kiosk.mixed.append(frame)

    async with contextlib.AsyncExitStack() as stack:
        jobs = [_listen(core, kiosk)]
        if devices:
            await stack.enter_async_context(serve(run / SOCKETS["sound"], mixer))
            jobs += [_film(run), _hum(run)]
        running = [asyncio.create_task(job) for job in jobs]
        await core.send("hello", role="core")
        await core.send("video-blank", on=False, sound=False)
        yield kiosk
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        kiosk.core.close()


@pytest.fixture
async def process(run_folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    async with video_process(run_folder) as running:
        yield running


@pytest.fixture
async def kiosk(run_folder: Path, process: asyncio.subprocess.Process) -> AsyncIterator[Kiosk]:
    async with kiosk_at(run_folder) as kiosk:
        yield kiosk


async def reached(path: Path) -> FrameStream:
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(GuitaiError):
                return await connect(path)
            await asyncio.sleep(0.05)


async def _listen(core: FrameStream, kiosk: Kiosk) -> None:
    async for frame in core:
        kiosk.told.append(frame)


async def _film(run: Path) -> None:
    """The camera: the colour code at 15 pictures a second."""
    ring = picture_ring(run / RINGS["camera"], 640, 480)
    began_s, count = time.monotonic(), 0
    while True:
        ring.write(coloured(count).tobytes(), time.monotonic_ns())
        count += 1
        await asyncio.sleep(max(began_s + count / FPS - time.monotonic(), 0))


async def _hum(run: Path) -> None:
    """The microphone: a tone."""
    ring = audio_ring(run / RINGS["microphone"])
    began_s, count = time.monotonic(), 0
    while True:
        at = np.arange(count * AUDIO_BLOCK, (count + 1) * AUDIO_BLOCK)
        wave = 8000 * np.sin(2 * np.pi * MICROPHONE_HZ * at / AUDIO_RATE_HZ)
        ring.write(wave.astype("<i2").tobytes(), time.monotonic_ns())
        count += 1
        await asyncio.sleep(max(began_s + count * 0.02 - time.monotonic(), 0))
