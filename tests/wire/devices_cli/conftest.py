"""A technician's bench: the simulated branch on real sockets, and the real command line beside it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import struct
import sys
import termios
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware_bridge.main import simulated
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.hands import Hands
from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Config
from guitai.tables import SOCKETS
from tests.fixtures.ports import free_port

LIMIT_S = 60.0
CARD = "6217000012345678905"


class Nobody:
    """Stands in for microphone and camera."""

    def feed(self, wav: Path) -> int:
        return 0

    def switch(self, source: str, then: str | None = None) -> None:
        pass


@dataclass
class Run:
    """A command line under way."""

    process: asyncio.subprocess.Process
    out: asyncio.StreamReader
    said: str = ""
    _bytes: bytes = b""
    _read: int = 0

    async def until(self, text: str) -> None:
        """Read until `text` has been printed after what was read before."""
        async with asyncio.timeout(LIMIT_S):
            while text not in self.said[self._read :]:
                assert await self._more(), f"it ended without saying {text!r}: {self.said}"
        self._read = self.said.index(text, self._read) + len(text)

    async def _more(self) -> bool:
        try:
            chunk = await self.out.read(4096)
        except OSError:  # a terminal whose program has gone
            return False
        self._bytes += chunk
        self.said = self._bytes.decode(errors="replace")
        return bool(chunk)

    async def type(self, line: str) -> None:
        """Type a line at the keyboard."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        await self.process.stdin.drain()

    async def answer(self, text: str) -> int:
        """Answer every question the same; return the exit code."""
        asked = 0
        while await self._more():
            for _ in range(self.said.count("[y/n]") - asked):
                await self.type(text)
                asked += 1
        return await self.end()

    async def end(self) -> int:
        """Wait for its end; `said` has everything then."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        async with asyncio.timeout(LIMIT_S):
            while await self._more():
                pass
            await self.process.wait()
        assert self.process.returncode is not None
        return self.process.returncode


async def terminal() -> tuple[asyncio.StreamReader, int]:
    """Open a terminal of 60 lines; return what reads its screen and where a program writes."""
    screen, program = os.openpty()
    fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 160, 0, 0))
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(screen, "rb", 0))
    return reader, program


class Bench:
    branch: Branch

    def __init__(self, config: Config) -> None:
        self.config = config
        self.hands = Hands(config.paths.run / SOCKETS["hands"])
        self.machines = contextlib.AsyncExitStack()
        self._runs: list[Run] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def over(cls, config: Config) -> AsyncIterator[Bench]:
        """Serve a simulated branch on a free port while the block runs."""
        provision_keys(config.paths.keys)
        bench = cls(config.model_copy(update={"devices": config.devices.model_copy(update={"port": free_port()})}))
        bench.branch = await bench.machines.enter_async_context(simulated(bench.config, Nobody(), Nobody(), pace_s=0.0))
        try:
            yield bench
        finally:
            await bench.stop()
            await bench.machines.aclose()

    async def start(self, *arguments: str, simulate: bool = True, screen: bool = False) -> Run:
        """Start ``guitai devices ARGUMENTS``; it speaks to this bench, on a terminal's screen or into a pipe."""
        paths = {f"GUITAI__PATHS__{name.upper()}": str(p) for name, p in self.config.paths}
        devices = {"GUITAI__DEVICES__PORT": str(self.config.devices.port), "GUITAI__DEVICES__SIMULATE": str(simulate)}
        shown, program = await terminal() if screen else (None, asyncio.subprocess.PIPE)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "guitai", "devices", *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=program, stderr=program if screen else asyncio.subprocess.STDOUT,
            env={**os.environ, **paths, **devices, "PYTHONUNBUFFERED": "1", "TERM": "xterm"},
        )  # fmt: skip
        if screen:
            os.close(program)
        out = shown or process.stdout
        assert out is not None
        run = Run(process, out)
        self._runs.append(run)
        return run

    async def run(self, *arguments: str, simulate: bool = True) -> tuple[int, str]:
        """Run a command to its end; return exit code and what it said."""
        run = await self.start(*arguments, simulate=simulate)
        return await run.end(), run.said

    async def stop(self) -> None:
        for run in self._runs:
            if run.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    run.process.kill()
                await run.process.wait()


@pytest.fixture
async def bench(config: Config) -> AsyncIterator[Bench]:
    async with Bench.over(config) as one:
        yield one
