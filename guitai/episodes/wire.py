"""The line between core and the devices, in memory: frames pass as text, and any of them may be where it breaks."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, Literal

import orjson
from websockets.exceptions import ConnectionClosedError

Side = Literal["client", "server"]
Passing = Callable[["Line", Side, dict[str, Any], str], list[tuple[float, str]]]
"""Told of each frame that is sent: line, sender, header, text. Returns what arrives at the other
side, each with its delay in seconds; may break the line, or end a process."""

SOON_S = 0.5
"""How long an overtaken frame waits for one to overtake it."""


class End:
    """One side's view of a line; stands in for a WebSocket connection of either side."""

    def __init__(self, line: Line, side: Side) -> None:
        self._line, self._side = line, side
        self._texts: deque[str] = deque()
        self._news = asyncio.Event()

    @property
    def close_code(self) -> int | None:
        """None while the line is open."""
        return None if self._line.is_open else 1006

    @property
    def transport(self) -> Line:
        """What can be aborted."""
        return self._line

    async def send(self, message: str) -> None:
        """Send one text. Raises ConnectionClosedError."""
        if not self._line.is_open:
            raise ConnectionClosedError(None, None)
        self._line.carry(self._side, message)

    async def wait_closed(self) -> None:
        """Return: a line in memory is down at once."""

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Return what arrives."""
        return self

    async def __anext__(self) -> str:
        """Return the next text. Raises ConnectionClosedError when the line is down and everything is read."""
        while not self._texts:
            if not self._line.is_open:
                raise ConnectionClosedError(None, None)
            self._news.clear()
            await self._news.wait()
        return self._texts.popleft()

    def arrive(self, text: str) -> None:
        """Have a text to read."""
        self._texts.append(text)
        self._news.set()

    def wake(self) -> None:
        """Notice that the line is down."""
        self._news.set()


class Line:
    """One connection to one service."""

    def __init__(self, passing: Passing) -> None:
        self._passing = passing
        self.is_open = True
        self.last_request = 1
        """The requestId of the last command that was sent."""

        self.client, self.server = End(self, "client"), End(self, "server")

    def abort(self) -> None:
        """Break: what is on its way is lost, what has arrived can still be read."""
        self.is_open = False
        self.client.wake()
        self.server.wake()

    def carry(self, sender: Side, text: str) -> None:
        """Bring a text to the other side, or what becomes of it."""
        end = self.server if sender == "client" else self.client
        for delay_s, arriving in self._passing(self, sender, orjson.loads(text)["header"], text):
            if delay_s:
                asyncio.get_running_loop().call_later(delay_s, self._arrive, end, arriving)
            else:
                end.arrive(arriving)

    def _arrive(self, end: End, text: str) -> None:
        if self.is_open:
            end.arrive(text)


@contextlib.asynccontextmanager
async def opened(line: Line) -> AsyncIterator[End]:
    """Hold the client's end of a line; hang up at the end."""
    try:
        yield line.client
    finally:
        line.abort()


def shout(ends: Iterable[End], text: str) -> None:
    """Send a text to clients without waiting; passes over those that have gone."""
    for end in ends:
        if end.transport.is_open:
            end.transport.carry("server", text)


def what_is(header: dict[str, Any]) -> str:
    """Return ``CashDispenser.Present completion``; events of either kind are named without it."""
    kind = header["type"]
    return str(header["name"]) if kind in ("event", "unsolicited") else f"{header['name']} {kind}"


def retyped(text: str, request_id: int) -> str:
    """Return an event with the other of its two types: with a requestId as an event, without as unsolicited."""
    data = orjson.loads(text)
    header = data["header"]
    if header["type"] == "event" and header.get("requestId"):
        header["type"] = "unsolicited"
        del header["requestId"]
    elif header["type"] in ("event", "unsolicited"):
        header["type"], header["requestId"] = "event", request_id
    return orjson.dumps(data).decode()
