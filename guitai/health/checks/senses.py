"""What the devices process says of microphone, loudspeaker and camera, and vision of what the camera sees."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.health.finding import Finding, finding
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import connect

TELLS_S = 1.0
"""For how long we listen: the state is told to whoever comes, at once."""

UNSEEING = {"covered", "frozen"}


async def senses(config: Config) -> list[Finding]:
    """Senses that give nothing; a process that does not run says nothing."""
    found = []
    async for frame in _told(config, "sound", "watch"):
        if frame.type == "device.state" and not frame.data.get("usable", True):
            found.append(finding(f"{frame.data['device']}.dead", code=frame.data.get("code", "")))
    async for frame in _told(config, "vision", None):
        if frame.type == "face.camera" and frame.data.get("state") in UNSEEING:
            found.append(finding("camera.covered"))
    return found


async def _told(config: Config, socket: str, ask: str | None) -> AsyncIterator[Frame]:
    try:
        stream = await connect(config.paths.run / SOCKETS[socket])
    except GuitaiError:
        return
    try:
        if ask is not None:
            await stream.send(ask)
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(TELLS_S):
                async for frame in stream:
                    yield frame
    finally:
        stream.close()
