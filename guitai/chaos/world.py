"""One branch with its headquarters as real processes: started, killed, started again as systemd would."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson

from guitai.chaos.core import MUTANT, ORDERS
from guitai.chaos.network import Network
from guitai.chaos.recorded import Mutant
from guitai.cli.provision import provision_all
from guitai.config import Config, load
from guitai.demo.settings import environment
from guitai.errors import GuitaiError
from guitai.tables import Lane
from headquarters.broker import Broker

NAMES = ("core", "sync", "hq")
PORTS = {"sync": "GUITAI__MQTT__PORT", "hq": "GUITAI__HEADQUARTERS__BROKER_PORT"}
"""What tells a process where its line to the broker begins."""

RESTART_S = (0.01, 0.2)
START_S = 60.0
END_S = 60.0
LOOK_S = 0.1


class World:
    """Everything of one run. `acknowledged` is all that core said it had written."""

    def __init__(self, folder: Path, chance: random.Random, mutant: Mutant = "") -> None:
        self.folder, self._chance, self._mutant = folder, chance, mutant
        self._environment = environment(
            folder,
            LIMITS__OUTBOX_BATCH=200,
            LOG_LEVEL="warning",
            RETENTION__C2_DAYS=3650,  # the story is of a day in the past: headquarters would destroy its keys
            RETENTION__C3_DAYS=3650,
        ) | {MUTANT: mutant}
        self.config: Config = load([], self._environment, folder / "etc")
        provision_all(self.config)
        keys = self.config.paths.keys
        self.lines = {
            "sync": Network(keys, "kiosk", self.config.mqtt.port, chance),
            "hq": Network(keys, "hq", self.config.headquarters.broker_port, chance),
        }
        self.broker = Broker(folder / "broker", self.config)
        self.pids: dict[str, int] = {}
        self.kills: Counter[str] = Counter()
        self.died: Counter[str] = Counter()
        """Processes that ended without being told to."""

        self.refused: Counter[str] = Counter()
        self.acknowledged: dict[Lane, dict[int, str]] = {}
        """Lane and sequence to the hash that append returned."""

        self.steps = 0
        """Steps 0 … steps - 1 were acknowledged."""

        self.count = 0
        """Acknowledged records: rows that headquarters has to get."""

        self.lost_steps = 0
        """Steps that had been acknowledged and that core, started again, did not find in its journal."""

        self.waiting = 0
        self.broker_turn = asyncio.Lock()
        self._core: asyncio.StreamWriter | None = None
        self._told = asyncio.Condition()
        self._ordered = 0
        self._killed: set[int] = set()
        self._answers = 0
        self._closing = False

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[World]:
        """Run while the block runs."""
        orders = await asyncio.start_unix_server(self._serve_core, self.folder / ORDERS)
        self._nursery = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "guitai.chaos.nursery", env={**os.environ, **self._environment},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=(self.folder / "nursery.log").open("ab"),
        )  # fmt: skip
        listening = asyncio.create_task(self._listen())
        try:
            async with self.lines["sync"].listening(), self.lines["hq"].listening(), self.broker:
                for name in NAMES:
                    self.start(name)
                await self.until(lambda: self._core is not None, START_S)
                yield self
                await self._end()
        finally:
            listening.cancel()
            orders.close()
            if self._nursery.returncode is None:
                self._nursery.kill()
                await self._nursery.wait()
            for pid in self.pids.values():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def start(self, name: str) -> None:
        """Start a process."""
        variables = dict(self._environment)
        if name in self.lines:
            variables[PORTS[name]] = str(self.lines[name].port)
        self._order(name=name, environment=variables, log=str(self.folder / f"{name}.log"))

    def kill(self, name: str) -> bool:
        """End a process as the kernel's out-of-memory killer would; it is started again. Tell whether it was there."""
        pid = self.pids.get(name)
        if pid is None or pid in self._killed:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False  # it died by itself, and the nursery's word of it is still under way
        self._killed.add(pid)
        self.kills[name] += 1
        return True

    async def append(self, steps: int) -> None:
        """Have core record so many more steps; return when all are acknowledged, whatever dies meanwhile."""
        self._ordered = self.steps + steps
        self._tell_core()
        await self.until(lambda: self.steps >= self._ordered, START_S)

    async def drained(self, most_s: float) -> None:
        """Wait until headquarters has everything. Raises GuitaiError ``chaos.no_end``."""
        try:
            async with asyncio.timeout(most_s):
                while True:
                    before = self._answers
                    if self._core is not None:
                        self._core.write(b"0\n")
                        with contextlib.suppress(GuitaiError):
                            await self.until(lambda before=before: self._answers > before, 1.0)
                        if self._answers > before and not self.waiting:
                            return
                    await asyncio.sleep(LOOK_S)
        except TimeoutError as error:
            raise GuitaiError("chaos.no_end", seconds=most_s, reason=f"{self.waiting} rows wait") from error

    async def until(self, done: Any, most_s: float) -> None:
        """Wait for what core tells. Raises GuitaiError ``chaos.no_start`` when nothing comes of it."""
        try:
            async with asyncio.timeout(most_s), self._told:
                await self._told.wait_for(done)
        except TimeoutError as error:
            raise GuitaiError("chaos.no_start", name="core", reason=f"{self.steps} of {self._ordered} steps") from error

    def _order(self, **order: object) -> None:
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(orjson.dumps(order) + b"\n")

    async def _listen(self) -> None:
        """Take in what the nursery tells; what ended is started again."""
        assert self._nursery.stdout is not None
        names: dict[int, str] = {}
        while line := await self._nursery.stdout.readline():
            told = orjson.loads(line)
            if "started" in told:
                names[told["pid"]] = told["started"]
                self.pids[told["started"]] = told["pid"]
                continue
            name = names.pop(told["ended"], "")
            if self.pids.get(name) == told["ended"]:
                del self.pids[name]
            if told["ended"] not in self._killed and told["status"] != 0:
                self.died[name] += 1
            async with self._told:
                self._told.notify_all()
            if not self._closing:
                asyncio.get_running_loop().call_later(self._chance.uniform(*RESTART_S), self.start, name)

    async def _serve_core(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._core = writer
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                if not line.endswith(b"\n"):
                    break  # it died in the middle of a word: nothing was acknowledged
                self._take(orjson.loads(line))
                async with self._told:
                    self._told.notify_all()
        if self._core is writer:
            self._core = None
        writer.close()

    def _take(self, told: dict[str, Any]) -> None:
        if "step" in told:
            self.steps = max(self.steps, told["step"] + 1)
            self.count += len(told["rows"])
            for lane, sequence, hash_ in told["rows"]:
                self.acknowledged.setdefault(lane, {})[sequence] = hash_
        elif "ready" in told:
            # A step may be written that nobody was told of: core goes on behind it. None may be missing.
            self.lost_steps += max(0, self.steps - told["ready"])
            self.steps = told["ready"]
            self._tell_core()
        elif "done" in told:
            self.waiting = told["waiting"]
            self._answers += 1
        else:
            self.refused[told["refused"]] += 1

    def _tell_core(self) -> None:
        if self._core is not None and self._ordered > self.steps:
            self._core.write(b"%d\n" % (self._ordered - self.steps))

    async def _end(self) -> None:
        """Stop everything, so that files can be read; core by a kill: its goodbye would be one more record to deliver.

        A mutant by a kill, too: a headquarters that never commits keeps its own other connections waiting for the file.
        """
        self._closing = True
        self._killed |= set(self.pids.values())
        for name, pid in tuple(self.pids.items()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if name == "core" or self._mutant else signal.SIGTERM)
        await self.until(lambda: not self.pids, END_S)
