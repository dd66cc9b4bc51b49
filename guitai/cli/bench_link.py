"""guitai bench link: a backlog drains over a line with a delay, and escalations overtake it.

Real parts in processes of their own: broker, headquarters, sync, the delay. Core's place is taken by this process, with a
real encrypted outbox behind a real socket: nothing but sync works against it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil

from guitai.cli.bench_children import Commands, children
from guitai.cli.provision import provision_all
from guitai.config import load
from guitai.demo.settings import environment
from guitai.journal.ledger import Keys, Ledger
from guitai.journal.migrations import open_current
from guitai.journal.outbox import Outbox
from guitai.messages.codec import to_data
from guitai.messages.handover import Bundle, Escalate, Line
from guitai.tables import LANES, SOCKETS, Lane
from guitai.wire.framing import Frame
from guitai.wire.ports import free_ports
from guitai.wire.sockets import FrameStream, serve
from headquarters.broker import Broker

KIOSK, KEY = "kiosk-001", bytes(32)
FILL = 5_000
START_S, SETTLE_S, EVERY_S = 60.0, 5.0, 0.5
AT_MS = 1_764_000_000_000
BULK: Lane = "session"


class BenchCore:
    """Core's outbox and its socket. `commanded` carries out what headquarters orders; without, nothing is answered."""

    def __init__(self, folder: Path, commanded: Callable[[str, dict[str, Any]], Awaitable[None]] | None = None) -> None:
        self._commanded = commanded
        self._connection = open_current(folder / "journal.db", KEY, KIOSK)
        self._ledger = Ledger(self._connection, Keys.of(KEY))
        self._outbox = Outbox(self._connection)
        self._streams: set[FrameStream] = set()
        self.gone: dict[Lane, int] = dict.fromkeys(LANES, 0)
        self.changed = asyncio.Condition()
        self.online = False

    def fill(self, rows: int) -> None:
        """Queue a backlog of things customers said."""
        for first in range(0, rows, FILL):
            with self._ledger.writing() as changes:
                said = [_said(n) for n in range(first, min(first + FILL, rows))]
                self._outbox.add(said, changes)

    async def escalate(self, number: int) -> None:
        """Queue an escalation, durably, and tell sync."""
        body = to_data(Escalate(f"bench-{number}-help", _bundle(number)))
        with self._ledger.writing() as changes:
            self._outbox.add([(f"bench-{number}.1", f"bench-{number}", _now_ms(), body.pop("type"), body)], changes)
        for stream in tuple(self._streams):
            await stream.send("outbox-ready")

    async def handle(self, stream: FrameStream) -> None:
        """Serve sync as core does."""
        self._streams.add(stream)
        try:
            async for frame in stream:
                await self._frame(stream, frame)
                async with self.changed:
                    self.changed.notify_all()
        finally:
            self._streams.discard(stream)

    async def _frame(self, stream: FrameStream, frame: Frame) -> None:
        match frame.type:
            case "outbox-pull":
                found: list[Any] = []
                for lane in LANES:
                    after, most = frame.data["lanes"].get(lane, (0, 0))
                    found += self._outbox.after(lane, after, min(most, frame.data["limit"] - len(found)))
                await stream.send("outbox-batch", msgspec.json.encode(found))
            case "outbox-ack":
                marks = frame.data["watermarks"]
                with self._ledger.writing() as changes:
                    self._outbox.acknowledge(marks, changes)
                self.gone.update(marks)
                await stream.send("outbox-acked", watermarks=marks)
            case "link":
                self.online = frame.data["online"]
            case "command" if self._commanded is not None:
                await self._commanded(frame.data["name"], frame.data["data"])
                await stream.send("command-result", status="accepted", serial=frame.data["serial"])


def measure(rows: int, escalations: int, round_trip_ms: int) -> dict[str, float]:
    """Return the figures: how fast the backlog drains, how long escalations take that come meanwhile."""
    with tempfile.TemporaryDirectory(prefix="g") as folder:
        return asyncio.run(_measure(Path(folder), rows, escalations, round_trip_ms))


async def _measure(folder: Path, rows: int, escalations: int, round_trip_ms: int) -> dict[str, float]:
    (near,) = free_ports(1)
    variables = environment(folder, KIOSK__ID=KIOSK, LOG_LEVEL="warning")
    config = load([], variables, folder / "etc")
    provision_all(config)
    core = BenchCore(folder)
    core.fill(rows)
    async with (
        Broker(folder / "broker", config),
        children(folder, variables, _commands(near, config.mqtt.port, round_trip_ms)) as pids,
        serve(config.paths.run / SOCKETS["core"], core.handle),
    ):
        return await _watch(core, escalations, pids)


async def _watch(core: BenchCore, escalations: int, pids: dict[str, int]) -> dict[str, float]:
    async with asyncio.timeout(START_S), core.changed:
        await core.changed.wait_for(lambda: core.online and core.gone[BULK])
    await asyncio.sleep(SETTLE_S)
    cpu = {name: psutil.Process(pid) for name, pid in pids.items()}
    used = {name: sum(process.cpu_times()[:2]) for name, process in cpu.items()}
    began, before, taken = time.monotonic(), core.gone[BULK], []
    for number in range(1, escalations + 1):
        queued = time.monotonic()
        await core.escalate(number)
        async with core.changed:
            while core.gone["handover"] < number:
                await core.changed.wait()
        taken.append(time.monotonic() - queued)
        await asyncio.sleep(max(0.0, EVERY_S - taken[-1]))
    lasted, drained = time.monotonic() - began, core.gone[BULK] - before
    taken.sort()
    return {
        "drain_per_s": drained / lasted,
        "escalation_p50_s": taken[len(taken) // 2],
        "escalation_p95_s": taken[min(len(taken) - 1, len(taken) * 95 // 100)],
        "escalation_worst_s": taken[-1],
        "drained": float(drained),
        **{f"{name}_cpu_percent": 100 * (sum(p.cpu_times()[:2]) - used[name]) / lasted for name, p in cpu.items()},
        "sync_rss_mb": cpu["sync"].memory_info().rss / 1e6,
    }


def _said(number: int) -> tuple[str, str, int, str, dict[str, Any]]:
    session = f"bench-{number // 40}"
    body = {"text": f"我想问一下存款到期以后怎么办理转存，第{number}次", "language": "zh", "confidence": 0.93}
    return f"{session}.{number}", session, AT_MS + number, "voice.said", body


def _now_ms() -> int:
    return int(time.time() * 1000)


def _bundle(number: int) -> Bundle:
    return Bundle("asked", f"客户请求人工 {number}", (Line("customer", "我听不懂，找个人来"),), (), {}, None, "waiting")


def _commands(near: int, far: int, round_trip_ms: int) -> Commands:
    """Return headquarters, sync, and the delay between sync and the broker."""
    return {
        "delay": (["guitai.cli.link_delay", str(near), str(far), str(round_trip_ms)], {}),
        "hq": (["guitai", "run", "hq"], {}),
        "sync": (["guitai", "run", "sync"], {"GUITAI__MQTT__PORT": str(near)}),
    }
