"""Opens the connection to a service: a WebSocket, unless whoever builds the client brings another line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from websockets.asyncio.client import connect

from firmware_bridge.protocol.envelope import MAX_BYTES


class Connection(Protocol):
    """What a client needs of an open line; `websockets.asyncio.client.ClientConnection` is one.

    A broken line raises `websockets.exceptions.ConnectionClosed` from `send` and from the iteration.
    """

    @property
    def close_code(self) -> int | None:
        """None while the line is open."""
        ...

    async def send(self, message: str) -> None:
        """Send one text."""
        ...

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Return what arrives, text by text."""
        ...


Dial = Callable[[str], AbstractAsyncContextManager[Connection]]
"""Opens the line to an address; the address as the service publisher gave it."""


def dial(uri: str) -> AbstractAsyncContextManager[Connection]:
    """Open a WebSocket. Entering raises OSError, TimeoutError or WebSocketException."""
    return connect(uri, max_size=MAX_BYTES, compression=None, proxy=None)
