"""A technician's bench: the simulated branch on real sockets, and the real command line beside it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
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

LIMIT_S = 30.0
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
    said: str = ""
    _bytes: bytes = b""
    _read: int = 0

    async def until(self, text: str) -> None:
        """Read until `text` has been printed after what was read before."""
        assert self.process.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            while text not in self.said[self._read :]:
                chunk = await self.process.stdout.read(4096)
                assert chunk, f"it ended without saying {text!r}: {self.said}"
                self._bytes += chunk
                self.said = self._bytes.decode(errors="replace")
        self._read = self.said.index(text, self._read) + len(text)

    async def type(self, line: str) -> None:
        """Type a line at the keyboard."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        await self.process.stdin.drain()

    async def end(self) -> int:
        """Wait for its end; `said` has everything then."""
        async with asyncio.timeout(LIMIT_S):
            out, _ = await self.process.communicate()
        self.said = (self._bytes + out).decode()
        assert self.process.returncode is not None
        return self.process.returncode


class Bench:
    def __init__(self, config: Config, branch: Branch) -> None:
        self.config, self.branch = config, branch
        self.hands = Hands(config.paths.run / SOCKETS["hands"])
        self._runs: list[Run] = []

    async def start(self, *arguments: str, simulate: bool = True) -> Run:
        """Start ``guitai devices ARGUMENTS``; it speaks to this bench."""
        paths = {f"GUITAI__PATHS__{name.upper()}": str(p) for name, p in self.config.paths}
        devices = {"GUITAI__DEVICES__PORT": str(self.config.devices.port), "GUITAI__DEVICES__SIMULATE": str(simulate)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "guitai", "devices", *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **paths, **devices, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        run = Run(process)
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
    provision_keys(config.paths.keys)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = config.model_copy(update={"devices": config.devices.model_copy(update={"port": port})})
    async with simulated(config, Nobody(), Nobody(), pace_s=0.0) as branch:
        one = Bench(config, branch)
        try:
            yield one
        finally:
            await one.stop()
