"""guitai bench collector: one collector on one core takes batches off a real broker into a real PostgreSQL on the other.

The broker and the database are processes of their own, and so is the collector, which is the one headquarters runs. Blocks of
rows are interleaved with the same rows copied into a table without an index, which tells how fast the machine is just then.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import orjson
import psutil
import psycopg

from guitai import logs
from guitai.cli.provision import provision_all
from guitai.config import Config, load
from guitai.demo.settings import environment
from guitai.errors import GuitaiError
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.tables import TOPICS, Lane
from guitai.wire.cloudevents import source_of
from guitai.wire.mqtt import Connected, Endpoint, Message, MqttLink, Publication
from guitai.wire.tls import Identity
from headquarters.broker import Broker
from headquarters.main import collect
from headquarters.postgres import Postgres
from sync.codec import Topics, batch_publication

KIOSKS, PER_MESSAGE, MESSAGES = 10, 50, 20
"""Messages are of each kiosk in a block."""

AT_MS = 1_764_000_000_000
LANE: Lane = "session"
SESSION_ROWS = 20
WAIT_S = 120.0


@dataclass(slots=True)
class Blocks:
    """What the blocks took, one entry each: rows a second by the clock, of the collector's and of the database's processor."""

    by_clock: list[float] = field(default_factory=list)
    of_collector: list[float] = field(default_factory=list)
    of_database: list[float] = field(default_factory=list)
    copied: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Return the medians."""
        return {
            "events_per_s": round(statistics.median(self.by_clock), 1),
            "events_per_collector_cpu_s": round(statistics.median(self.of_collector), 1),
            "events_per_database_cpu_s": round(statistics.median(self.of_database), 1),
            "copied_per_s": round(statistics.median(self.copied), 1),
            "ratio_copied": round(statistics.median(map(_ratio, self.by_clock, self.copied)), 3),
        }


class _Kiosk:
    """Whose rows come: they chain from block to block."""

    def __init__(self, branch: str, name: str) -> None:
        self.name, self._source, self._topics = name, source_of(branch, name), Topics(branch, name)
        self.sequence, self._previous = 0, GENESIS

    def rows(self, count: int) -> list[OutboxRow]:
        return [self._row() for _ in range(count)]

    def message(self, rows: list[OutboxRow]) -> Publication:
        return batch_publication(rows, self._topics, self._source)

    def _row(self) -> OutboxRow:
        self.sequence += 1
        n = self.sequence
        session = f"{self.name}-S{n // SESSION_ROWS}"
        body = {"text": f"我想问一下存款到期以后怎么办理转存，第{n}次", "language": "zh", "confidence": 0.9}
        what = (LANE, n, f"{session}.{n}", "voice.said", session, AT_MS + n)
        digest = chain_hash(self._previous, *what, body)
        row = OutboxRow(*what, self._previous, digest, body)
        self._previous = digest
        return row


def measure(blocks: int) -> dict[str, float]:
    """Return the figures. Raises GuitaiError ``hq.no_postgres``, ``mqtt.no_broker``, ``hq.storm``."""
    with tempfile.TemporaryDirectory(prefix="g") as folder, _postgres() as server:
        return asyncio.run(_measure(Path(folder), server, blocks)).figures()


@contextlib.contextmanager
def _postgres() -> Iterator[Postgres]:
    server = Postgres()
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def _measure(folder: Path, server: Postgres, blocks: int) -> Blocks:
    variables = environment(folder, HEADQUARTERS__DATABASE=server.create("guitai"), LOG_LEVEL="error")
    config = load([], variables, folder / "etc")
    provision_all(config)
    cores = sorted(os.sched_getaffinity(0))
    for process in server.processes():
        process.cpu_affinity(cores[1:] or cores)
    identity = Identity.of(config.paths.keys, "hq")
    mqtt = config.mqtt
    endpoint = Endpoint(mqtt.host, config.headquarters.broker_port, mqtt.keepalive_s, "hq-bench", identity)
    topic = TOPICS["command"].format(branch="+", kiosk="+", name="watermark")
    async with Broker(folder / "broker", config), MqttLink(endpoint, (topic,)) as line:
        with _collector(config, cores[0]) as child:
            return await _run(config, line, server, psutil.Process(child.pid), blocks)


@contextlib.contextmanager
def _collector(config: Config, core: int) -> Iterator[BaseProcess]:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    child = context.Process(target=_collect, args=(config, core, ready), daemon=True)
    child.start()
    try:
        if not ready.wait(WAIT_S):
            raise GuitaiError("hq.storm", left=0, most_s=WAIT_S)
        yield child
    finally:
        child.terminate()
        child.join()


def _collect(config: Config, core: int, ready: Event) -> None:
    """In the child: run one collector on one core, and say when the broker sends it what comes."""
    os.sched_setaffinity(0, {core})
    logs.set_up("bench", config)

    async def run() -> None:
        collecting = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(collect(config, 1, collecting, lambda _: None))
            await collecting.wait()
            ready.set()

    asyncio.run(run())


async def _run(config: Config, line: MqttLink, server: Postgres, collector: psutil.Process, blocks: int) -> Blocks:
    while not isinstance(await line.next(), Connected):
        pass
    kiosks = [_Kiosk(config.kiosk.branch, f"kiosk-{n:03}") for n in range(KIOSKS)]
    found, total = Blocks(), KIOSKS * MESSAGES * PER_MESSAGE
    with psycopg.connect(server.url(), autocommit=True) as raw:
        raw.execute("CREATE TABLE raw(hash text, body text)")
        for n in range(blocks + 1):
            rows = [(kiosk, kiosk.rows(PER_MESSAGE)) for _ in range(MESSAGES) for kiosk in kiosks]
            messages = [kiosk.message(some) for kiosk, some in rows]
            own, database = _used([collector]), _used(server.processes())
            began = time.perf_counter()
            await _block(line, messages, {kiosk.name: kiosk.sequence for kiosk in kiosks})
            lasted = time.perf_counter() - began
            if n == 0:
                continue  # keys, connections and tables are made in the first
            found.by_clock.append(total / lasted)
            found.of_collector.append(total / (_used([collector]) - own))
            found.of_database.append(total / (_used(server.processes()) - database))
            found.copied.append(total / _copy(raw, [row for _, some in rows for row in some]))
    return found


async def _block(line: MqttLink, messages: list[Publication], ends: dict[str, int]) -> None:
    """Publish and wait until the collector has acknowledged the last row of every kiosk."""
    for message in messages:
        line.publish(message)
    try:
        async with asyncio.timeout(WAIT_S):
            while ends:
                match await line.next():
                    case Message(payload=payload):
                        body = orjson.loads(payload)
                        if body["lanes"].get(LANE, {}).get("sequence", 0) >= ends.get(body["kiosk"], 0):
                            ends.pop(body["kiosk"], None)
    except TimeoutError as error:
        raise GuitaiError("hq.storm", left=len(ends), most_s=WAIT_S) from error


def _copy(raw: psycopg.Connection[tuple[object, ...]], rows: list[OutboxRow]) -> float:
    """Copy the rows into a table without an index; return the seconds it took."""
    began = time.perf_counter()
    with raw.cursor().copy("COPY raw FROM STDIN") as copy:
        for row in rows:
            copy.write_row((row.hash, orjson.dumps(row.body).decode()))
    return time.perf_counter() - began


def _used(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _ratio(one: float, other: float) -> float:
    return one / other
