"""A command that takes long is in nobody's way, and what core answers too late is no answer to the next."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from guitai.config import Config
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.messages.takeover import TellerBeat
from guitai.shell.server import Server
from guitai.tables import SOCKETS, Lane
from guitai.wire.sockets import serve
from sync import core as sync_core
from sync.core import CoreLink
from tests.fixtures.hq.world import short_folder


def _row() -> OutboxRow:
    digest = chain_hash(GENESIS, "money", 1, "S1.1", "risk.decided", "S1", 1, {})
    return OutboxRow("money", 1, "S1.1", "risk.decided", "S1", 1, GENESIS, digest, {})


class SlowCore:
    """Of core: an outbox of one row, and commands that are answered when the test lets them."""

    def __init__(self) -> None:
        self.rows: tuple[OutboxRow, ...] = ()
        self.asked: asyncio.Queue[asyncio.Future[str]] = asyncio.Queue()
        self.gone = asyncio.Event()

    def happen(self, event: object) -> None: ...

    def outbox(self, limit: int, wanted: dict[Lane, tuple[int, int]]) -> tuple[OutboxRow, ...]:
        return tuple(row for row in self.rows if row.sequence > wanted[row.lane][0])[:limit]

    def acknowledge(self, watermarks: dict[Any, int]) -> None:
        assert watermarks == {"money": 1}
        self.rows = ()
        self.gone.set()

    async def command(self, command: object) -> str:
        assert isinstance(command, TellerBeat)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.asked.put_nowait(answer)
        return await answer


class Publisher:
    """Of the line: says when rows have come, and when core is there."""

    def __init__(self) -> None:
        self.due, self.here = asyncio.Event(), asyncio.Event()

    def publish_due(self) -> None:
        self.due.set()

    async def core_came(self) -> None:
        self.here.set()

    def settings_applied(self, version: int) -> None: ...

    def machine_health(self, findings: list[dict[str, str]], /) -> None: ...


@contextlib.asynccontextmanager
async def linked() -> AsyncIterator[tuple[SlowCore, Server, CoreLink, Publisher]]:
    with short_folder() as folder:
        config = Config.model_validate({"paths": {"run": folder}})
        core, publisher, link = SlowCore(), Publisher(), CoreLink(config)
        server = Server(core, simulated=False)  # type: ignore[arg-type]  # as much of core as sync uses here
        async with serve(folder / SOCKETS["core"], server.handle):
            running = asyncio.create_task(link.run(publisher))
            async with asyncio.timeout(20):
                await publisher.here.wait()
                yield core, server, link, publisher
            running.cancel()
            await asyncio.wait({running})


def _beat(link: CoreLink) -> asyncio.Task[Any]:
    return asyncio.create_task(link.command("teller.beat", {"escalation_id": "E1", "teller_id": "T1"}))


async def test_rows_leave_while_a_command_is_being_carried_out() -> None:
    async with linked() as (core, server, link, publisher):
        asking = _beat(link)
        answer = await core.asked.get()
        core.rows = (_row(),)
        await server.outbox_ready()
        while not link.flight.due("money", 1):
            publisher.due.clear()
            await publisher.due.wait()
        await link.acknowledge({"money": 1})
        await core.gone.wait()
        assert not asking.done()
        answer.set_result("")
        assert (await asking).status == "accepted"


async def test_a_late_answer_is_none_to_the_next_command(monkeypatch: pytest.MonkeyPatch) -> None:
    async with linked() as (core, _, link, _):
        with monkeypatch.context() as impatient:
            impatient.setattr(sync_core, "COMMAND_TIMEOUT_S", 0.0)
            assert (await _beat(link)).reason == "core_silent"
        first = await core.asked.get()
        asking = _beat(link)
        second = await core.asked.get()
        first.set_result("too late")
        second.set_result("")
        result = await asking
        assert (result.status, result.reason) == ("accepted", "")
