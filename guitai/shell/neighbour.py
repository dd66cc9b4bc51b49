"""A connection to another process of the table that comes back by itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

from guitai.errors import GuitaiError
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, connect

RETRY_FIRST_S = 0.1
RETRY_MOST_S = 2.0

log = structlog.get_logger()


class Neighbour:
    """Connects, says hello, hands every frame on; after a break tries again, ever less often."""

    def __init__(
        self,
        name: str,
        path: Path,
        on_frame: Callable[[Frame], None],
        on_up: Callable[[FrameStream], Awaitable[None]],
        on_down: Callable[[], None],
    ) -> None:
        self._name, self._path = name, path
        self._on_frame, self._on_up, self._on_down = on_frame, on_up, on_down
        self._stream: FrameStream | None = None

    async def run(self) -> None:
        """Stay connected until cancelled."""
        wait_s = RETRY_FIRST_S
        while True:
            with contextlib.suppress(GuitaiError, ConnectionError):
                stream = await connect(self._path)
                try:
                    await self._on_up(stream)
                    self._stream = stream
                    wait_s = RETRY_FIRST_S
                    log.info("neighbour up", neighbour=self._name)
                    async for frame in stream:
                        self._on_frame(frame)
                finally:
                    if self._stream is not None:
                        log.warning("neighbour down", neighbour=self._name)
                        self._stream = None
                        self._on_down()
                    stream.close()
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RETRY_MOST_S)

    @property
    def up(self) -> bool:
        """Whether it is connected."""
        return self._stream is not None

    async def send(self, type_: str, payload: bytes = b"", **data: Any) -> bool:
        """Send a frame if connected; return whether it went out."""
        stream = self._stream
        if stream is None:
            return False
        try:
            await stream.send(type_, payload, **data)
        except ConnectionError:
            return False
        return True
