"""Opens the connection to a service: a WebSocket, unless whoever builds the client brings another line."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from websockets.asyncio.client import connect

from firmware_bridge.protocol.envelope import MAX_BYTES
from firmware_bridge.security import is_loopback, pinned_of
from guitai.config import Devices
from guitai.errors import GuitaiError


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


@dataclass(frozen=True, slots=True)
class Tls:
    """What was made of the configured certificates, once."""

    context: ssl.SSLContext
    known: frozenset[bytes]
    """The peers' certificates (DER)."""


def dial(uri: str, tls: Tls | None = None) -> AbstractAsyncContextManager[Connection]:
    """Open a WebSocket; beyond this machine only over TLS to a pinned peer.

    Entering raises OSError, TimeoutError or WebSocketException, or GuitaiError ``xfs.tls_stranger``. Raises GuitaiError
    ``xfs.tls_required``.
    """
    parts = urlsplit(uri)
    secure = parts.scheme == "wss"
    if not is_loopback(parts.hostname or "") and not (secure and tls):
        raise GuitaiError("xfs.tls_required", host=parts.hostname)
    if tls is None or not secure:
        return connect(uri, max_size=MAX_BYTES, compression=None, proxy=None)
    return _pinned(uri, tls)


def dialler(devices: Devices) -> Dial:
    """Return what opens connections with the configured certificates, which are read now and not again.

    Raises GuitaiError ``xfs.tls_incomplete``, ``xfs.tls_files``.
    """
    pinned = pinned_of(devices)
    return partial(dial, tls=None if pinned is None else Tls(pinned.context(serving=False), pinned.known()))


@asynccontextmanager
async def _pinned(uri: str, tls: Tls) -> AsyncIterator[Connection]:
    async with connect(uri, max_size=MAX_BYTES, compression=None, proxy=None, ssl=tls.context) as connection:
        if connection.transport.get_extra_info("ssl_object").getpeercert(binary_form=True) not in tls.known:
            raise GuitaiError("xfs.tls_stranger", host=urlsplit(uri).hostname)
        yield connection
