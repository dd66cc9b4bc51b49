"""The kiosk around the video process, for guitai bench takeover: what core lets happen, the sensors, the mixer."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any

import numpy as np

from guitai.errors import GuitaiError
from guitai.tables import RINGS, SOCKETS
from guitai.wire.rings import AUDIO_BLOCK, audio_ring, picture_ring
from guitai.wire.sockets import FrameStream, connect
from sync.takeover.stand_in import FPS, coloured

LOUD = 1000
BLOCK_S = 0.02


class Kiosk:
    """What happens to it is noted with its time (time.monotonic)."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._video: FrameStream | None = None
        self.teller_seen_s = 0.0
        """When the teller's picture of this takeover was first there."""

        self.speaking = False
        self.spoke_s = 0.0
        """When the first sample of what the customer says was at the microphone."""

        self.mixed_s = 0.0
        """When the mixer had the teller's sound."""

    async def reach(self, seconds: float) -> None:
        """Connect to the video process as core does."""
        async with asyncio.timeout(seconds):
            while self._video is None:
                with contextlib.suppress(GuitaiError):
                    self._video = await connect(self._run / SOCKETS["video"])
                    break
                await asyncio.sleep(0.1)
        await self._send("hello", role="core")
        await self._send("video-blank", on=False, sound=False)

    async def told_by_video(self) -> None:
        """Note when the teller's picture is there."""
        assert self._video is not None
        async for frame in self._video:
            if frame.type == "video-state" and frame.data["picture"]:
                self.teller_seen_s = time.monotonic()

    async def commanded(self, name: str, data: dict[str, Any]) -> None:
        """Let a teller who joins in, as core does once the customer has agreed; and out when they leave."""
        if name == "teller.joined":
            self.teller_seen_s = 0.0
            viewers = [{"id": data["teller_id"], "role": "operator"}]
            await self._send("video-grant", escalation_id=data["escalation_id"], viewers=viewers, consent=True)
        elif name == "teller.left":
            await self._send("video-revoke", escalation_id=data["escalation_id"])

    async def serve_mixer(self, stream: FrameStream) -> None:
        """Note when sound comes."""
        async for frame in stream:
            loud = frame.type == "audio-chunk" and np.abs(np.frombuffer(frame.payload, "<i2")).max() > LOUD
            if loud and not self.mixed_s:
                self.mixed_s = time.monotonic()

    async def film(self) -> None:
        """Fill the camera ring: 640x480, 15 a second, moving."""
        films = [coloured(n).tobytes() for n in range(2 * FPS)]
        ring, began_s, count = picture_ring(self._run / RINGS["camera"], 640, 480), time.monotonic(), 0
        while True:
            ring.write(films[count % len(films)], time.monotonic_ns())
            count += 1
            await asyncio.sleep(max(began_s + count / FPS - time.monotonic(), 0))

    async def listen(self) -> None:
        """Fill the microphone ring: a tone while the customer speaks."""
        ring, began_s, count = audio_ring(self._run / RINGS["microphone"]), time.monotonic(), 0
        tone = (8000 * np.sin(np.arange(AUDIO_BLOCK) * 0.2)).astype("<i2").tobytes()
        silent, spoke = bytes(AUDIO_BLOCK * 2), False
        while True:
            if self.speaking and not spoke:
                self.spoke_s = time.monotonic() - BLOCK_S
            spoke = self.speaking
            ring.write(tone if spoke else silent, time.monotonic_ns())
            count += 1
            await asyncio.sleep(max(began_s + count * BLOCK_S - time.monotonic(), 0))

    async def _send(self, type_: str, **data: object) -> None:
        assert self._video is not None
        await self._video.send(type_, **data)
