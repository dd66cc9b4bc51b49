"""A light core: the real journal behind core's real socket, recording a story at the harness's order.

It says over the harness's socket what each append returned, after it returned: that is what must not be lost.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
from pathlib import Path

import orjson

from guitai.chaos.story import STEPS, step_of
from guitai.config import Config
from guitai.daemon import Daemon
from guitai.errors import GuitaiError
from guitai.journal import Journal, ballast
from guitai.journal.steps import Step
from guitai.logs import set_up
from guitai.shell.records import open_journal
from guitai.shell.server import Server
from guitai.tables import SOCKETS
from guitai.wire.sockets import serve

ORDERS = "orders.sock"
"""The harness's socket in the run folder."""

MUTANT = "GUITAI_CHAOS_MUTANT"
"""Set by the harness alone: with ``early`` core tells before it appends, with ``early_hq`` the store commits late."""

BALLAST_BYTES = 256 * 1024
"""Less than a kiosk keeps, so that a full disk is felt."""

RETRY_S = 0.05
READY_EVERY = 25
SEVERAL, MOST_AT_ONCE = 0.5, 24


class LightCore(Daemon):
    """The daemon with nothing but its journal: its own way with the outbox, and nobody to serve."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def happen(self, event: object) -> None:
        """Nobody is served."""

    async def command(self, command: object) -> str:
        """Nobody is served."""
        return "no_escalation"


def run(config: Config) -> None:
    """Record until SIGTERM."""
    set_up("core", config)
    asyncio.run(_run(config))


async def _run(config: Config) -> None:
    ballast.BALLAST_BYTES = BALLAST_BYTES
    journal = open_journal(config)
    server = Server(LightCore(journal), simulated=False)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with serve(config.paths.run / SOCKETS["core"], server.handle):
        recording = asyncio.create_task(_record(config.paths.run / ORDERS, journal, server))
        recording.add_done_callback(lambda _: stop.set())  # the harness has gone, or recording broke
        await stop.wait()
        recording.cancel()
    journal.close()


def next_number(journal: Journal) -> int:
    """Return the number of the story's next step."""
    session_id = journal.open_session()
    if session_id is None:
        return len(journal.sessions()) * STEPS
    return int(session_id[1:]) * STEPS + journal.next_seq(session_id) - 1


async def _record(orders: Path, journal: Journal, server: Server) -> None:
    harness = socket.socket(socket.AF_UNIX)
    harness.connect(str(orders))
    number = next_number(journal)
    _tell(harness, ready=number)
    loop = asyncio.get_running_loop()
    buffer = b""
    while True:
        harness.setblocking(False)
        chunk = await loop.sock_recv(harness, 4096)
        harness.setblocking(True)  # an acknowledgement is out before the next append
        if not chunk:
            return
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            end = number + int(line)
            while number < end:
                size = min(group_of(number), end - number)
                await _append(harness, journal, range(number, number + size))
                if number // READY_EVERY != (number := number + size) // READY_EVERY:
                    await server.outbox_ready()
                await asyncio.sleep(0)
            await server.outbox_ready()
            _tell(harness, done=number, waiting=journal.outbox_size())


def group_of(number: int) -> int:
    """Return how many steps are written at once from this one on: one, or several in one commit."""
    chance = random.Random(number)  # noqa: S311 - a made-up story
    return chance.randrange(2, MOST_AT_ONCE) if chance.random() < SEVERAL else 1


async def _append(harness: socket.socket, journal: Journal, numbers: range) -> None:
    steps = [Step(session_id, *step) for session_id, step in map(step_of, numbers)]
    early = os.environ.get(MUTANT) == "early"
    while True:
        try:
            if early:
                _tell(harness, step=numbers[-1], rows=[])
                await asyncio.sleep(RETRY_S / 2)
            rows = journal.append_all(steps)
        except GuitaiError as error:
            _tell(harness, refused=error.code)
            await asyncio.sleep(RETRY_S)
        else:
            _tell(harness, step=numbers[-1], rows=[(row.lane, row.sequence, row.hash) for row in rows])
            return


def _tell(harness: socket.socket, **what: object) -> None:
    harness.sendall(orjson.dumps(what) + b"\n")
