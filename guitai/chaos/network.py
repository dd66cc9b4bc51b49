"""The line between a process and its broker: passes bytes, is cut, or opens the TLS and plays tricks with whole publishes.

In the open the line is a peer of both sides with the certificates of both: what a network and a broker between them may do
(deliver twice, out of order, late, or not at all before the line breaks) is done to real MQTT packets.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Literal

from guitai.wire.tls import Identity, client_context, server_context

Mode = Literal["passes", "cut", "tricks"]
PUBLISH, DUPLICATE, QOS = 3, 0x08, 0x06
CHUNK = 65_536
LATE_S = 0.05
BREAKS_AFTER_S = 0.2

Pump = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Network:
    """Listens on a port of its own; `far` is the broker's. `name` is whose certificate it shows there (kiosk, hq)."""

    def __init__(self, keys: Path, name: str, far: int, chance: random.Random) -> None:
        self._keys, self._name, self._far, self._chance = keys, name, far, chance
        self._mode: Mode = "passes"
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.tricks = 0
        """Publishes that were doubled, held back or dropped."""

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Network]:
        """Serve while the block runs."""
        inner = await asyncio.start_server(self._tricked, "127.0.0.1", 0, ssl=_server_context(self._keys))
        outer = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self._inner = int(inner.sockets[0].getsockname()[1])
        self.port = int(outer.sockets[0].getsockname()[1])
        try:
            yield self
        finally:
            self.set("cut")
            inner.close()
            outer.close()

    def set(self, mode: Mode) -> None:
        """Change what becomes of connections; all there are end."""
        self._mode = mode
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "cut":
            writer.transport.abort()
            return
        port = self._far if self._mode == "passes" else self._inner
        await self._join(reader, writer, asyncio.open_connection("127.0.0.1", port), _bytes, _bytes)

    async def _tricked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        context = client_context(Identity.of(self._keys, self._name))
        far = asyncio.open_connection("127.0.0.1", self._far, ssl=context, server_hostname="localhost")
        await self._join(reader, writer, far, self._packets, self._packets)

    async def _join(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        dialing: Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]],
        there: Pump,
        back: Pump,
    ) -> None:
        ends = {writer}
        try:
            far_reader, far_writer = await dialing
            ends.add(far_writer)
            self._open |= ends
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_until_end(there(reader, far_writer)))
                tasks.create_task(_until_end(back(far_reader, writer)))
        except* (OSError, ssl.SSLError, EOFError, _EndError):
            pass
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()

    async def _packets(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held: list[bytes] = []
        while True:
            packet = await _packet(reader)
            if writer.is_closing():
                return
            first = packet[0]
            if first >> 4 != PUBLISH or not first & QOS:
                writer.write(packet)
                continue
            chance = self._chance.random()
            if chance < 0.1:
                self._trick()
                writer.write(packet)
                writer.write(bytes([first | DUPLICATE]) + packet[1:])
            elif chance < 0.2:
                self._trick()
                held.append(packet)
                asyncio.get_running_loop().call_later(LATE_S, _let_go, held, writer)
            elif chance < 0.205:
                self._trick()
                asyncio.get_running_loop().call_later(BREAKS_AFTER_S, writer.transport.abort)
            else:
                writer.write(packet)
            await writer.drain()

    def _trick(self) -> None:
        self.tricks += 1


class _EndError(Exception):
    """One side of a line has ended, so the other does."""


async def _until_end(pump: Awaitable[None]) -> None:
    await pump
    raise _EndError


async def _bytes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(CHUNK):
        writer.write(chunk)
        await writer.drain()


async def _packet(reader: asyncio.StreamReader) -> bytes:
    """Read one MQTT control packet. Source: MQTT 5.0, section 2.1."""
    head = await reader.readexactly(2)
    length, shift = head[-1] & 0x7F, 7
    while head[-1] & 0x80:
        head += await reader.readexactly(1)
        length |= (head[-1] & 0x7F) << shift
        shift += 7
    return head + await reader.readexactly(length)


def _let_go(held: list[bytes], writer: asyncio.StreamWriter) -> None:
    """Send what was held back, the last first."""
    while held and not writer.is_closing():
        writer.write(held.pop())


def _server_context(keys: Path) -> ssl.SSLContext:
    return server_context(Identity.of(keys, "broker"))
