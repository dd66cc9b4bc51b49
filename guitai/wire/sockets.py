"""Frames over unix sockets with asyncio: the thin shell around `guitai.wire.framing`."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from guitai.errors import GuitaiError
from guitai.wire.framing import Frame, FrameDecoder, encode

READ_BYTES = 64 * 1024
_UCRED = struct.Struct("iII")
"""struct ucred of unix(7): pid, uid, gid."""

LINGER_S, LINGER_READS = 1.0, 64
"""How long, and for how much, a peer that sent too much is listened to before the connection closes."""


class FrameStream:
    """One connection. Iterate for frames; a malformed header is answered with an ``error`` frame and skipped."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._decoder = FrameDecoder()
        self._waiting: deque[Frame] = deque()
        self._lock = asyncio.Lock()

    @property
    def peer_uid(self) -> int:
        """The user at the other end of a unix socket, as the kernel knows it."""
        credentials = self._writer.get_extra_info("socket").getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size
        )
        uid: int = _UCRED.unpack(credentials)[1]
        return uid

    async def send(self, type_: str, payload: bytes = b"", /, **data: Any) -> None:
        """Send one frame and wait for room in the buffer. Raises ConnectionError when the peer has gone."""
        async with self._lock:
            if self._writer.is_closing():  # asyncio 3.11 fails with an AttributeError here
                raise ConnectionResetError("closed")
            self._writer.write(encode(Frame(type_, data, payload)))
            await self._writer.drain()

    async def send_error(self, error: GuitaiError) -> None:
        """Tell the peer what was wrong, in the shape of Wyoming's ``error`` event."""
        await self.send("error", text=error.english(), code=error.code)

    async def __aiter__(self) -> AsyncIterator[Frame]:
        # Frames wait in the stream, not in this generator: a caller may break off and iterate again.
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            chunk = await self._read()
            if not chunk:
                break
            if not await self._decode(chunk):
                await self._hang_up()
                return
        self._decoder.end()

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def _decode(self, chunk: bytes) -> bool:
        """Decode what came; tell the peer about bad headers; return False when frames can no longer be told apart."""
        while True:
            try:
                self._waiting.extend(self._decoder.feed(chunk))
            except GuitaiError as error:
                with contextlib.suppress(ConnectionError):
                    await self.send_error(error)
                if error.code != "wire.bad_header":
                    return False
                chunk = b""
            else:
                return True

    async def _hang_up(self) -> None:
        """Close so that the peer can read what was wrong: with its bytes unread, the connection would be reset."""
        with contextlib.suppress(OSError, TimeoutError):
            self._writer.write_eof()
            async with asyncio.timeout(LINGER_S):
                for _ in range(LINGER_READS):
                    if not await self._read():
                        break
        self.close()

    async def _read(self) -> bytes:
        try:
            return await self._reader.read(READ_BYTES)
        except ConnectionError:
            return b""


async def connect(path: Path) -> FrameStream:
    """Connect to a unix socket. Raises GuitaiError ``wire.not_connected`` (retryable)."""
    try:
        return FrameStream(*await asyncio.open_unix_connection(path))
    except OSError as error:
        raise GuitaiError("wire.not_connected", address=path) from error


@contextlib.asynccontextmanager
async def serve(path: Path, handle: Callable[[FrameStream], Awaitable[None]]) -> AsyncIterator[asyncio.Server]:
    """Serve a unix socket of mode 0660 until the block ends.

    A stale socket file is replaced, a live one is not. Raises GuitaiError ``wire.address_in_use``.
    """
    if path.exists():
        if await _answers(path):
            raise GuitaiError("wire.address_in_use", address=path)
        path.unlink()

    async def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = FrameStream(reader, writer)
        try:
            await handle(stream)
        except GuitaiError as error:
            with contextlib.suppress(ConnectionError):
                await stream.send_error(error)
        except ConnectionError:
            pass
        finally:
            stream.close()

    server = await asyncio.start_unix_server(on_connect, path)
    path.chmod(0o660)
    try:
        yield server
    finally:
        server.close()


async def _answers(path: Path) -> bool:
    try:
        stream = await connect(path)
    except GuitaiError:
        return False
    stream.close()
    return True
