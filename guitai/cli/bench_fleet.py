"""guitai bench fleet: many kiosks come back at once after a long outage; nothing may be lost or doubled.

Broker, headquarters (three collectors) and its database are the real ones in processes of their own. The kiosks are sync's real
line and flight, two hundred to a process (`guitai.cli.fleet_part`); core's place is taken by an outbox in memory whose rows chain.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import ssl
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson
import psutil

from guitai import logs
from guitai.cli.fleet_part import MOST_KIOSKS
from guitai.cli.provision import provision_all
from guitai.config import Config, load
from guitai.demo.settings import environment
from guitai.errors import GuitaiError
from guitai.tables import Lane
from headquarters.broker import Broker, listens
from headquarters.engine import where
from headquarters.postgres import Postgres
from headquarters.store import Store

COLLECTORS = 3
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a name of its own is made in it
"""Where the kiosks' keys lie, if it is there: one disk that a thousand kiosks write theirs to is no kiosk's to wait for."""

FILES_BESIDE = 4096
"""Descriptors the broker may have, beside one a kiosk."""

LINE_BYTES = 1 << 20
MOST_S = 1800.0
EVERY_S, ANSWER_S = 0.1, 60.0


@dataclass
class Part:
    """A process of kiosks, as it tells of itself."""

    child: asyncio.subprocess.Process
    process: psutil.Process
    heads: dict[str, dict[Lane, str]] = field(default_factory=dict)
    """The hash each lane of each kiosk ends with."""

    left: int = 0
    """Rows headquarters has not acknowledged."""

    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, told: asyncio.StreamReader) -> None:
        """Take in what it tells, until it ends."""
        self.heads = orjson.loads(await told.readline() or b"{}")
        self.ready.set()
        async for line in told:
            self.left = int(line)


@dataclass
class Fleet:
    """All kiosks."""

    parts: list[Part]

    @property
    def left(self) -> int:
        """Rows headquarters has not acknowledged."""
        return sum(part.left for part in self.parts)

    @property
    def heads(self) -> dict[str, dict[Lane, str]]:
        """The hash each lane of each kiosk ends with."""
        return {name: heads for part in self.parts for name, heads in part.heads.items()}

    def cpu_s(self) -> float:
        """Return the processor time it has used."""
        return sum(sum(part.process.cpu_times()[:2]) for part in self.parts)

    def rss_mb(self) -> float:
        """Return how much memory it holds."""
        return sum(part.process.memory_info().rss for part in self.parts) / 1e6

    def ended(self) -> bool:
        """Tell whether one of its processes has ended."""
        return any(part.child.returncode is not None for part in self.parts)


def measure(kiosks: int, rows: int, database: str) -> dict[str, float]:
    """Return the figures of one storm. Raises GuitaiError ``hq.no_postgres``, ``mqtt.no_broker``, ``hq.storm``."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, kiosks + FILES_BESIDE), most))
    with (
        tempfile.TemporaryDirectory(prefix="g") as folder,
        tempfile.TemporaryDirectory(prefix="g", dir=MEMORY if MEMORY.is_dir() else None) as keys,
        _database(database) as url,
    ):
        return asyncio.run(_measure(Path(folder), Path(keys), kiosks, rows, url))


@contextlib.contextmanager
def _database(name: str) -> Iterator[str]:
    if name == "sqlite":
        yield name
        return
    server = Postgres()
    server.start()
    try:
        yield server.create("guitai")
    finally:
        server.stop()


async def _measure(folder: Path, keys: Path, kiosks: int, rows: int, database: str) -> dict[str, float]:
    variables = environment(
        folder,
        MQTT__KEEPALIVE_S=60,
        HEADQUARTERS__DATABASE=database,
        HEADQUARTERS__COLLECTORS=COLLECTORS,
        LOG_LEVEL="error",
    )
    config = load([], variables, folder / "etc")
    logs.set_up("bench", config)
    provision_all(config)
    broker = Broker(folder / "broker", config)
    try:
        async with (
            _fleet(folder, variables, keys, kiosks, rows) as fleet,
            _headquarters(folder, variables, config.headquarters.port) as hq,
        ):
            figures = await _storm(fleet, broker, hq, kiosks * rows)
            again = await _came_again(config)
            figures |= {"came_again": again, "taken_per_hq_cpu_s": (kiosks * rows + again) / figures["hq_cpu_s"]}
    finally:
        await broker.stop()
    return {"kiosks": float(kiosks), "rows": float(kiosks * rows), **_verdict(config, fleet, rows), **figures}


async def _storm(fleet: Fleet, broker: Broker, hq: asyncio.subprocess.Process, total: int) -> dict[str, float]:
    """Let the broker come back, kill it once in the middle, and wait until every kiosk is rid of its rows."""
    server = psutil.Process(hq.pid)
    await broker.start()
    began, used, own = time.monotonic(), sum(server.cpu_times()[:2]), fleet.cpu_s()
    await _until(fleet, hq, total * 2 // 3)
    await broker.kill()
    await broker.start()
    await _until(fleet, hq, 0)
    lasted = time.monotonic() - began
    cpu_s = sum(server.cpu_times()[:2]) - used
    return {
        "converged_s": lasted,
        "events_per_s": total / lasted,
        "hq_cpu_s": cpu_s,
        "fleet_cpu_s": fleet.cpu_s() - own,
        "hq_rss_mb": server.memory_info().rss / 1e6,
        "broker_rss_mb": broker.rss_mb(),
        "fleet_rss_mb": fleet.rss_mb(),
    }


async def _came_again(config: Config) -> float:
    """Return how many rows headquarters got after they were stored: what at least once costs."""
    context = ssl.create_default_context(cafile=str(config.paths.keys / "ca.crt"))
    async with httpx.AsyncClient(verify=context, timeout=ANSWER_S) as client:
        text = (await client.get(f"https://127.0.0.1:{config.headquarters.port}/metrics")).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("guitai_events_again_total "))


async def _until(fleet: Fleet, hq: asyncio.subprocess.Process, left: int) -> None:
    deadline = time.monotonic() + MOST_S
    while fleet.left > left:
        if hq.returncode is not None or fleet.ended() or time.monotonic() > deadline:
            raise GuitaiError("hq.storm", left=fleet.left, most_s=MOST_S)
        await asyncio.sleep(EVERY_S)


@contextlib.asynccontextmanager
async def _fleet(folder: Path, variables: dict[str, str], keys: Path, kiosks: int, rows: int) -> AsyncIterator[Fleet]:
    """Run the kiosks while the block runs; they try for a line from the beginning."""
    fleet = Fleet([])
    async with asyncio.TaskGroup() as tasks, contextlib.AsyncExitStack() as stack:
        for first in range(0, kiosks, MOST_KIOSKS):
            count = min(MOST_KIOSKS, kiosks - first)
            arguments = ("guitai.cli.fleet_part", str(first), str(count), str(rows), str(keys))
            child = await stack.enter_async_context(_process(folder / "fleet.log", variables, *arguments, heard=True))
            assert child.stdout is not None
            part = Part(child, psutil.Process(child.pid), left=count * rows)
            tasks.create_task(part.follow(child.stdout))
            fleet.parts.append(part)
        for part in fleet.parts:
            await part.ready.wait()
        yield fleet


@contextlib.asynccontextmanager
async def _headquarters(
    folder: Path, variables: dict[str, str], port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    async with _process(folder / "hq.log", variables, "guitai", "run", "hq") as child:
        while child.returncode is None and not await listens(port):  # noqa: ASYNC110 - another process; its start is not part of the storm
            await asyncio.sleep(EVERY_S)
        yield child


@contextlib.asynccontextmanager
async def _process(
    log: Path, variables: dict[str, str], *module: str, heard: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a module while the block runs: what it says in a file, or if `heard` what is on its stdout for us."""
    with log.open("ab") as words:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *module, env={**os.environ, **variables},
            stdout=asyncio.subprocess.PIPE if heard else words, stderr=words, limit=LINE_BYTES,
        )  # fmt: skip
    try:
        yield child
    finally:
        if child.returncode is None:
            child.terminate()
        await child.wait()


def _verdict(config: Config, fleet: Fleet, rows: int) -> dict[str, float]:
    """Compare what headquarters has with what the kiosks had: rows, effects (events counted by session), heads of chains."""
    heads = fleet.heads
    with contextlib.closing(Store(where(config))) as store:
        stored = {row["kiosk"]: row["n"] for row in store.connection.execute(
            "SELECT kiosk, COUNT(*) AS n FROM events GROUP BY kiosk")}  # fmt: skip
        folded = store.connection.execute("SELECT COALESCE(SUM(events), 0) AS n FROM sessions").fetchone()["n"]
        wrong = 0
        for name, lanes in heads.items():
            marks = store.watermarks(name)
            wrong += sum(marks[lane].hash != hash_ for lane, hash_ in lanes.items())
    return {
        "lost": float(sum(rows - stored.get(name, 0) for name in heads)),
        "duplicated": float(folded - rows * len(heads)),
        "broken_chains": float(wrong),
    }
