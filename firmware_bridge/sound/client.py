"""The sound socket from the other side: play a stream of samples and know when it began and whether it was cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

from guitai.errors import GuitaiError
from guitai.wire.sockets import FrameStream, connect

ONE_FRAME = 512 * 1024


def _answer() -> asyncio.Future[bool]:
    future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    future.add_done_callback(lambda done: done.cancelled() or done.exception())  # asked for or not, it is no news
    return future


@dataclass(slots=True)
class _Waiting:
    on_began: Callable[[int], None]
    interrupted: asyncio.Future[bool] = field(default_factory=_answer)

    def fail(self, error: GuitaiError) -> None:
        if not self.interrupted.done():
            self.interrupted.set_exception(error)


class SoundClient:
    """One connection, made when first needed and again after it broke. Use it from one event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: FrameStream | None = None
        self._reader: asyncio.Task[None] | None = None
        self._plays: dict[str, _Waiting] = {}
        self._numbers = count()
        self._hushing: set[asyncio.Task[None]] = set()
        self._connecting = asyncio.Lock()
        self._output: Literal["loudspeaker", "handset"] | None = None
        self._told: str | None = None
        """The output this connection was told of."""

    async def route(self, output: Literal["loudspeaker", "handset"]) -> None:
        """Have everything said go there, this connection's plays and others'; kept for when the connection is made again.

        Raises GuitaiError ``wire.not_connected``, ConnectionError.
        """
        self._output = output
        await self._connected()

    async def play(
        self,
        play_id: str,
        rate: int,
        chunks: AsyncIterator[bytes],
        on_began: Callable[[int], None],
        priority: Literal["prompt", "teller"] = "prompt",
        *,
        private: bool = False,
    ) -> bool:
        """Play int16 mono samples behind the plays before it; return True if it was hushed, once it is over.

        `on_began` is called with the CLOCK_MONOTONIC time of the first sample that really went out. Chunks that come
        after a hush are not asked for. Cancelling it hushes the play. A private one is played by the handset alone, and
        hushed where the loudspeaker would play it. Plays may share a `play_id`: to the mixer each gets a number of its own,
        so that what is told of a hushed one is never taken for the next. Raises GuitaiError ``sound.gone``,
        ``sound.bad_play``, ``wire.not_connected``.
        """
        stream = await self._connected()
        play_id = f"{play_id}#{next(self._numbers)}"
        waiting = self._plays[play_id] = _Waiting(on_began)
        sending = asyncio.create_task(_send(stream, play_id, rate, chunks, priority, private))
        try:
            both: tuple[asyncio.Future[Any], ...] = (sending, waiting.interrupted)
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
            return await waiting.interrupted
        except ConnectionError as error:
            raise GuitaiError("sound.gone") from error
        finally:
            unended = not sending.done()
            sending.cancel()
            del self._plays[play_id]
            if unended or not waiting.interrupted.done() or waiting.interrupted.cancelled():
                await self._hush(stream, play_id)

    async def hush(self) -> None:
        """Drop everything this client plays or has queued."""
        if self._stream is not None:
            with contextlib.suppress(ConnectionError):
                await self._stream.send("hush")

    async def _hush(self, stream: FrameStream, play_id: str) -> None:
        """Drop one play even if we are cancelled once more: one that never ends would hold up all behind it."""

        async def hush() -> None:
            with contextlib.suppress(ConnectionError):
                await stream.send("hush", play_id=play_id)

        task = asyncio.create_task(hush())
        self._hushing.add(task)
        task.add_done_callback(self._hushing.discard)
        await asyncio.shield(task)

    async def close(self) -> None:
        """Close the connection; open plays end as ``sound.gone``."""
        if self._stream is not None and self._reader is not None:
            self._stream.close()
            await self._reader

    async def _connected(self) -> FrameStream:
        async with self._connecting:
            if self._stream is None:
                self._stream = await connect(self._path)
                self._reader = asyncio.create_task(self._read(self._stream))
                self._told = None
            if self._output is not None and self._told != self._output:
                self._told = self._output
                await self._stream.send("route", output=self._output)
            return self._stream

    async def _read(self, stream: FrameStream) -> None:
        try:
            async for frame in stream:
                waiting = self._plays.get(str(frame.data.get("play_id", "")))
                if waiting is None:
                    continue
                if frame.type == "play-began":
                    waiting.on_began(frame.data["at_ns"])
                elif frame.type == "played" and not waiting.interrupted.done():
                    waiting.interrupted.set_result(frame.data["interrupted"])
                elif frame.type == "error":
                    waiting.fail(
                        GuitaiError("sound.bad_play", play_id=frame.data["play_id"], reason=frame.data["text"])
                    )
        except (GuitaiError, ConnectionError):
            pass  # a torn connection is told to each play below
        finally:
            self._stream = None
            for waiting in self._plays.values():
                waiting.fail(GuitaiError("sound.gone"))


async def _send(
    stream: FrameStream, play_id: str, rate: int, chunks: AsyncIterator[bytes], priority: str, private: bool
) -> None:
    await stream.send("play-start", play_id=play_id, rate=rate, channels=1, priority=priority, private=private)
    async for chunk in chunks:
        for at in range(0, len(chunk), ONE_FRAME):
            await stream.send("audio-chunk", chunk[at : at + ONE_FRAME], play_id=play_id)
    await stream.send("play-end", play_id=play_id)
