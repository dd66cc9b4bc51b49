"""Byte lines to devices: a serial port (or pseudo-terminal) and a TCP connection, both on the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import grp
import os
import re
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import serial

from guitai.errors import GuitaiError

CHUNK = 4096
CONNECT_S = 3.0
_MISSING = {errno.ENOENT, errno.ENXIO, errno.ENODEV}
_BUSY = {errno.EBUSY, errno.EAGAIN}
_ADDRESS = re.compile(r"(?:serial:(?P<port>/[^\s]+?)(?:@(?P<baud>\d{3,7}))?|tcp:(?P<host>[^\s:]+):(?P<tcp>\d{1,5}))")


class Line(Protocol):
    """A line of bytes in both directions. All may raise GuitaiError ``driver.port_lost``."""

    async def receive(self) -> bytes:
        """Return what comes next, at least one byte."""
        ...

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""
        ...

    def close(self) -> None:
        """Close it; never fails."""
        ...


async def open_line(address: str, baud: int) -> Line:
    """Open ``serial:/dev/NAME[@BAUD]`` or ``tcp:HOST:PORT``; `baud` is used where the address has none.

    Raises GuitaiError ``driver.port_missing``, ``driver.port_denied``, ``driver.port_busy``, ``driver.port_lost``,
    ``driver.not_reached``, ``driver.no_answer`` or ``driver.bad_address``.
    """
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        raise GuitaiError("driver.bad_address", address=address)
    if parts["port"]:
        return SerialLine(parts["port"], int(parts["baud"] or baud))
    return await _connect(parts["host"], int(parts["tcp"]))


class SerialLine:
    """A serial port, 8N1, no flow control, locked against other processes."""

    def __init__(self, port: str, baud: int) -> None:
        """Open it. Raises GuitaiError as `open_line`."""
        self._port = port
        try:
            # No modem lines: many readers do not wire them, and a pseudo-terminal has none.
            self._serial = serial.Serial(port, baud, timeout=0, write_timeout=0, exclusive=True)
        except OSError as error:  # pyserial's own error is one, too
            raise port_error(port, error) from error
        except termios.error as error:  # pulled out while being set up; it is no OSError
            raise port_error(port, OSError(*error.args)) from error
        except ValueError as error:
            raise GuitaiError("driver.bad_address", address=f"{port}@{baud}") from error
        self._fd: int = self._serial.fileno()

    async def receive(self) -> bytes:
        """Return what comes next, at least one byte. Raises ``driver.port_lost``."""
        loop = asyncio.get_running_loop()
        while True:
            await _ready(lambda wake: loop.add_reader(self._fd, wake), lambda: loop.remove_reader(self._fd))
            try:
                data = os.read(self._fd, CHUNK)
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._lost(error) from error
            if not data:
                raise GuitaiError("driver.port_lost", port=self._port, reason="it hung up")
            return data

    async def send(self, data: bytes) -> None:
        """Send all of `data`. Raises ``driver.port_lost``."""
        loop = asyncio.get_running_loop()
        rest = memoryview(data)
        while rest:
            await _ready(lambda wake: loop.add_writer(self._fd, wake), lambda: loop.remove_writer(self._fd))
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._lost(error) from error

    def close(self) -> None:
        """Close the port."""
        with contextlib.suppress(OSError):
            self._serial.close()

    def _lost(self, error: OSError) -> GuitaiError:
        return GuitaiError("driver.port_lost", port=self._port, reason=error.strerror or str(error))


class TcpLine:
    """A TCP connection to a device."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._name = name
        self._reader = reader
        self._writer = writer

    async def receive(self) -> bytes:
        """Return what comes next, at least one byte. Raises ``driver.port_lost``."""
        try:
            data = await self._reader.read(CHUNK)
        except OSError as error:
            raise GuitaiError("driver.port_lost", port=self._name, reason=error.strerror or str(error)) from error
        if not data:
            raise GuitaiError("driver.port_lost", port=self._name, reason="it hung up")
        return data

    async def send(self, data: bytes) -> None:
        """Send all of `data`. Raises ``driver.port_lost``."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise GuitaiError("driver.port_lost", port=self._name, reason=error.strerror or str(error)) from error

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


def port_error(port: str, error: OSError) -> GuitaiError:
    """Say in the table's words why a port could not be opened."""
    if error.errno in _MISSING:
        return GuitaiError("driver.port_missing", port=port)
    if error.errno == errno.EACCES:
        return GuitaiError("driver.port_denied", port=port, group=_group_of(port))
    if error.errno in _BUSY:
        return GuitaiError("driver.port_busy", port=port)
    return GuitaiError("driver.port_lost", port=port, reason=error.strerror or str(error))


def _group_of(port: str) -> str:
    try:
        return grp.getgrgid(Path(port).stat().st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"


async def _connect(host: str, port: int) -> TcpLine:
    name = f"{host}:{port}"
    try:
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(host, port)
    except TimeoutError as error:
        raise GuitaiError("driver.no_answer", port=name, seconds=CONNECT_S) from error
    except OSError as error:
        raise GuitaiError("driver.not_reached", port=name, reason=error.strerror or str(error)) from error
    return TcpLine(name, reader, writer)


async def _ready(listen: Callable[[Callable[[], None]], None], forget: Callable[[], object]) -> None:
    woken = asyncio.Event()
    listen(woken.set)
    try:
        await woken.wait()
    finally:
        forget()
