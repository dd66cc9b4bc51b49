"""Part of the fleet of `guitai bench fleet`: kiosks with sync's real line and flight, and an outbox in memory for core.

    python -m guitai.cli.fleet_part FIRST KIOSKS ROWS KEYS

A process of its own for so many kiosks, as paho waits for its sockets with select(), which sees 1,024 descriptors. On stdout comes one
line of JSON with what the kiosks' chains end with, then, whenever it is less, a line with how many rows headquarters has not acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from guitai import logs
from guitai.clock import SystemClock
from guitai.config import Config, load
from guitai.errors import GuitaiError
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.tables import LANES, Lane
from headquarters.pki import issue
from sync.codec import CommandResult
from sync.flight import Flight
from sync.link import HeadquartersLink

MOST_KIOSKS = 200
"""Of one process: a kiosk takes three descriptors, its line and the two paho wakes its thread with."""

OUTAGE_MS = 72 * 3600 * 1000
SESSION_ROWS = 20
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


async def _run(config: Config, first: int, kiosks: int, rows: int, keys: Path) -> None:
    clock, stop = SystemClock(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    cores = {name: LightCore(name, rows, clock.unix_ms()) for name in (f"kiosk-{first + n:04}" for n in range(kiosks))}
    for name, core in cores.items():
        core.link = HeadquartersLink(_of_kiosk(config, keys / name, name), core, clock)
        core.hand_over()
    _tell({name: {lane: row.hash for lane, row in core.heads.items()} for name, core in cores.items()})
    links = [core.link for core in cores.values() if core.link is not None]
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        for link in links:
            await stack.enter_async_context(link)
        running = [tasks.create_task(link.run(tasks)) for link in links]
        running += [tasks.create_task(_tick(links)), tasks.create_task(_report(list(cores.values())))]
        await stop.wait()
        for task in running:
            task.cancel()


async def _tick(links: list[HeadquartersLink]) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        for link in links:
            await link.tick()


async def _report(cores: list[LightCore]) -> None:
    told = -1
    while True:
        if (left := sum(core.left for core in cores)) != told:
            _tell(told := left)
        await asyncio.sleep(EVERY_S)


def _tell(what: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(what) + b"\n")
    sys.stdout.buffer.flush()


def _of_kiosk(config: Config, keys: Path, name: str) -> Config:
    keys.mkdir()
    for file in ("ca.crt", "ca.key", "command.pub"):
        (keys / file).symlink_to(config.paths.keys / file)
    issue(keys, "kiosk", name)
    return config.model_copy(
        update={
            "kiosk": config.kiosk.model_copy(update={"id": name}),
            "paths": config.paths.model_copy(update={"keys": keys, "state": keys}),
        }
    )


if __name__ == "__main__":
    settings = load()
    logs.set_up("bench", settings)
    first_, kiosks_, rows_ = map(int, sys.argv[1:4])
    asyncio.run(_run(settings, first_, kiosks_, rows_, Path(sys.argv[4])))
