"""guitai bench fleet: many kiosks come back at once after a long outage; nothing may be lost or doubled.

Broker, headquarters (three collectors) and its database are the real ones in processes of their own. The kiosks are sync's real
line and flight, many in this process; core's place is taken by an outbox in memory whose rows chain.
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
from collections.abc import AsyncIterator, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import psutil

from guitai import logs
from guitai.cli.provision import provision_all
from guitai.clock import SystemClock
from guitai.config import Config, load
from guitai.demo.settings import environment
from guitai.errors import GuitaiError
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.tables import LANES, Lane
from headquarters.broker import Broker, listens
from headquarters.engine import where
from headquarters.pki import issue
from headquarters.postgres import Postgres
from headquarters.store import Store
from sync.codec import CommandResult
from sync.flight import Flight
from sync.link import HeadquartersLink

OUTAGE_MS = 72 * 3600 * 1000
SESSION_ROWS = 20
COLLECTORS = 3
FILES_PER_KIOSK = 8
"""Descriptors of a kiosk here: its line, and what paho wakes its thread with."""

MOST_S = 1800.0
EVERY_S = 0.1
TICK_S = 1.0


class LightCore:
    """What sync needs of core: rows to hand over, and to forget once they are acknowledged."""

    def __init__(self, kiosk: str, rows: int, now_ms: int) -> None:
        self.flight = Flight()
        self.link: HeadquartersLink | None = None
        self._waiting: dict[Lane, dict[int, OutboxRow]] = {lane: {} for lane in LANES}
        self.heads: dict[Lane, OutboxRow] = {}
        for n in range(rows):
            self._add(kiosk, n, now_ms - OUTAGE_MS + n * OUTAGE_MS // rows)

    @property
    def left(self) -> int:
        """Rows headquarters has not acknowledged."""
        return sum(len(rows) for rows in self._waiting.values())

    def hand_over(self) -> None:
        """Give the flight what it has room for."""
        for lane, (after, most) in self.flight.wanted().items():
            waiting = self._waiting[lane]
            self.flight.take([waiting[n] for n in islice((n for n in waiting if n > after), most)])

    async def tell_link(self, online: bool) -> None:
        """Take note of the line: nobody looks at it here."""

    async def acknowledge(self, marks: Mapping[Lane, int]) -> None:
        """Forget what headquarters has, and hand over more."""
        if not marks:
            return
        for lane, mark in marks.items():
            self._waiting[lane] = {n: row for n, row in self._waiting[lane].items() if n > mark}
        self.flight.acknowledged(marks)
        self.hand_over()
        assert self.link is not None
        self.link.publish_due()

    async def settings(self, _version: int, _values: dict[str, Any]) -> None:
        """Take settings up: there is nothing here that could go by them."""

    async def bundle(self) -> bytes:
        """Refuse: headquarters asks for none here. Raises GuitaiError ``support.core_away``."""
        raise GuitaiError("support.core_away")

    async def findings(self, _told: list[tuple[str, dict[str, str]]]) -> bool:
        """Take note of what the line found: there is no journal here to keep it."""
        return True

    async def command(self, _name: str, _data: dict[str, Any]) -> CommandResult:
        """Refuse: no teller is at work here."""
        return CommandResult(status="rejected", reason="bench")

    def _add(self, kiosk: str, n: int, at_ms: int) -> None:
        session, place = f"{kiosk}-S{n // SESSION_ROWS}", n % SESSION_ROWS
        lane, type_, body = _what(place, n)
        before = self.heads.get(lane)
        sequence, previous = (before.sequence + 1, before.hash) if before else (1, GENESIS)
        digest = chain_hash(previous, lane, sequence, f"{session}.{n}", type_, session, at_ms, body)
        row = OutboxRow(lane, sequence, f"{session}.{n}", type_, session, at_ms, previous, digest, body)
        self._waiting[lane][sequence] = self.heads[lane] = row


def _what(place: int, n: int) -> tuple[Lane, str, dict[str, Any]]:
    if place == 0:
        return "session", "session.opened", {"rules_hash": "0" * 64, "models_hash": "0" * 64}
    if place == SESSION_ROWS - 1:
        return "session", "session.closed", {"reason": "left", "outcome": "transfer.posted", "satisfied": True}
    if place % 5 == 0:
        return "money", "risk.decided", {"decision": {"r_hundredths": n}, "risk_ref": f"r{n}"}
    return (
        "session",
        "voice.said",
        {"text": f"我想问一下存款到期以后怎么办理转存，第{n}次", "language": "zh", "confidence": 0.9},
    )


def measure(kiosks: int, rows: int, database: str) -> dict[str, float]:
    """Return the figures of one storm. Raises GuitaiError ``hq.no_postgres``, ``mqtt.no_broker``."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, max(4096, kiosks * FILES_PER_KIOSK)), most))
    with tempfile.TemporaryDirectory(prefix="g") as folder, _database(database) as url:
        return asyncio.run(_measure(Path(folder), kiosks, rows, url))


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


async def _measure(folder: Path, kiosks: int, rows: int, database: str) -> dict[str, float]:
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
    clock = SystemClock()
    cores = {f"kiosk-{n:04}": LightCore(f"kiosk-{n:04}", rows, clock.unix_ms()) for n in range(kiosks)}
    for name, core in cores.items():
        core.link = HeadquartersLink(_of_kiosk(config, folder, name), core, clock)
    broker = Broker(folder / "broker", config)
    try:
        async with _fleet(cores), _headquarters(folder, variables, config.headquarters.port) as hq:
            figures = await _storm(cores, broker, hq, kiosks * rows)
            again = await _came_again(config)
            figures |= {"came_again": again, "taken_per_hq_cpu_s": (kiosks * rows + again) / figures["hq_cpu_s"]}
    finally:
        await broker.stop()
    return {"kiosks": float(kiosks), "rows": float(kiosks * rows), **_verdict(config, cores, rows), **figures}


async def _storm(cores: dict[str, LightCore], broker: Broker, hq: psutil.Process, total: int) -> dict[str, float]:
    """Let the broker come back, kill it once in the middle, and wait until every kiosk is rid of its rows."""
    await broker.start()
    began, used, own = time.monotonic(), sum(hq.cpu_times()[:2]), sum(psutil.Process().cpu_times()[:2])
    await _until(cores, hq, total * 2 // 3)
    await broker.kill()
    await broker.start()
    await _until(cores, hq, 0)
    lasted = time.monotonic() - began
    cpu_s = sum(hq.cpu_times()[:2]) - used
    return {
        "converged_s": lasted,
        "events_per_s": total / lasted,
        "hq_cpu_s": cpu_s,
        "fleet_cpu_s": sum(psutil.Process().cpu_times()[:2]) - own,
        "hq_rss_mb": hq.memory_info().rss / 1e6,
        "broker_rss_mb": broker.rss_mb(),
        "fleet_rss_mb": psutil.Process().memory_info().rss / 1e6,
    }


async def _came_again(config: Config) -> float:
    """Return how many rows headquarters got after they were stored: what at least once costs."""
    context = ssl.create_default_context(cafile=str(config.paths.keys / "ca.crt"))
    async with httpx.AsyncClient(verify=context) as client:
        text = (await client.get(f"https://127.0.0.1:{config.headquarters.port}/metrics")).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("guitai_events_again_total "))


async def _until(cores: dict[str, LightCore], hq: psutil.Process, left: int) -> None:
    deadline = time.monotonic() + MOST_S
    while sum(core.left for core in cores.values()) > left:
        if hq.status() == psutil.STATUS_ZOMBIE or time.monotonic() > deadline:
            raise GuitaiError("hq.storm", left=sum(core.left for core in cores.values()), most_s=MOST_S)
        await asyncio.sleep(EVERY_S)


@contextlib.asynccontextmanager
async def _fleet(cores: dict[str, LightCore]) -> AsyncIterator[None]:
    links = [core.link for core in cores.values() if core.link is not None]
    for core in cores.values():
        core.hand_over()
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        for link in links:
            await stack.enter_async_context(link)
        running = [tasks.create_task(link.run(tasks)) for link in links]
        running.append(tasks.create_task(_tick(links)))
        yield
        for task in running:
            task.cancel()


async def _tick(links: list[HeadquartersLink]) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        for link in links:
            await link.tick()


@contextlib.asynccontextmanager
async def _headquarters(folder: Path, variables: dict[str, str], port: int) -> AsyncIterator[psutil.Process]:
    with (folder / "hq.log").open("ab") as log:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "guitai", "run", "hq", env={**os.environ, **variables}, stdout=log, stderr=log
        )
    try:
        while child.returncode is None and not await listens(port):  # noqa: ASYNC110 - another process; its start is not part of the storm
            await asyncio.sleep(EVERY_S)
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        await child.wait()


def _verdict(config: Config, cores: dict[str, LightCore], rows: int) -> dict[str, float]:
    """Compare what headquarters has with what the kiosks had: rows, effects (events counted by session), heads of chains."""
    with contextlib.closing(Store(where(config))) as store:
        stored = {row["kiosk"]: row["n"] for row in store.connection.execute(
            "SELECT kiosk, COUNT(*) AS n FROM events GROUP BY kiosk")}  # fmt: skip
        folded = store.connection.execute("SELECT COALESCE(SUM(events), 0) AS n FROM sessions").fetchone()["n"]
        wrong = 0
        for name, core in cores.items():
            marks = store.watermarks(name)
            wrong += sum(marks[lane].hash != head.hash for lane, head in core.heads.items())
    return {
        "lost": float(sum(rows - stored.get(name, 0) for name in cores)),
        "duplicated": float(folded - rows * len(cores)),
        "broken_chains": float(wrong),
    }


def _of_kiosk(config: Config, folder: Path, name: str) -> Config:
    keys = folder / "fleet" / name
    keys.mkdir(parents=True)
    for file in ("ca.crt", "ca.key", "command.pub"):
        (keys / file).symlink_to(config.paths.keys / file)
    issue(keys, "kiosk", name)
    return config.model_copy(
        update={
            "kiosk": config.kiosk.model_copy(update={"id": name}),
            "paths": config.paths.model_copy(update={"keys": keys, "state": keys}),
        }
    )
