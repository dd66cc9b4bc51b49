"""A technician's connection to core."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.tables import SOCKETS
from guitai.wire.sockets import FrameStream, connect


class RefusedError(GuitaiError):
    """What core answered instead, in its words."""

    def __init__(self, text: str) -> None:
        self._text = text
        super().__init__("technician.core_refused")

    def english(self) -> str:
        """Return core's sentence, which has its own next step."""
        return self._text or super().english()


class Core:
    """Requests of a technician, one after another."""

    def __init__(self, stream: FrameStream) -> None:
        self._stream = stream

    async def ask(self, request: str, /, **data: Any) -> dict[str, Any]:
        """Return the answer's data. Raises RefusedError, or GuitaiError ``technician.core_gone``."""
        with contextlib.suppress(ConnectionError):
            await self._stream.send(request, **data)
            async for frame in self._stream:
                if frame.type == "error":
                    raise RefusedError(str(frame.data.get("text", "")))
                if frame.type == "ok":
                    return frame.data
        raise GuitaiError("technician.core_gone")


@contextlib.asynccontextmanager
async def technician(config: Config) -> AsyncIterator[Core]:
    """Be connected to core while the block runs. Raises GuitaiError ``wire.not_connected``."""
    stream = await connect(config.paths.run / SOCKETS["core"])
    try:
        await stream.send("hello", role="technician")
        yield Core(stream)
    finally:
        stream.close()


@contextlib.asynccontextmanager
async def customers_kept_away(config: Config) -> AsyncIterator[bool]:
    """Keep customers away while the block runs; yield whether core runs at all.

    Raises RefusedError while a customer is served, and GuitaiError ``wire.not_connected`` when core cannot be reached
    though it may run.
    """
    async with contextlib.AsyncExitStack() as stack:
        try:
            core = await stack.enter_async_context(technician(config))
        except GuitaiError as error:
            if not core_is_away(error):
                raise
            yield False  # without core there is no customer to disturb
            return
        await core.ask("technician-hold")
        yield True


def core_is_away(error: GuitaiError) -> bool:
    """Whether connecting failed because nobody listens; a socket that may not be reached says nothing about core."""
    return error.code == "wire.not_connected" and isinstance(
        error.__cause__, FileNotFoundError | ConnectionRefusedError
    )
