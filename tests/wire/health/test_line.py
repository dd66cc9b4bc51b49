"""A wrong access list at a real broker: sync hears it, core keeps it, the doctor names it, and it is over when it is put right."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from guitai.config import Config
from guitai.health import examine
from guitai.health.checks.told import told
from guitai.health.finding import Finding, finding
from guitai.messages.device import DeviceState
from guitai.messages.health import HealthFound, HealthOver
from guitai.shell.health import HealthWatch
from guitai.shell.server import Server
from guitai.wire.sockets import serve
from headquarters import broker as broker_module
from sync import watch
from tests.fixtures.hq.core import FakeCore
from tests.fixtures.hq.world import World, eventually, short_folder

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]


class Core(FakeCore):
    """As much of core as sync and the doctor ask: rows, and what happens."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.happened: list[object] = []
        self.heard: list[object] = []
        self.health = HealthWatch(config, self.happened.append, lambda: True, None)  # type: ignore[arg-type]
        self.health.begin(())

    def happen(self, event: object) -> None:
        self.heard.append(event)

    def acknowledge(self, watermarks: dict[Any, int]) -> None: ...

    def outbox(self, limit: int, wanted: dict[Any, tuple[int, int]]) -> tuple[Any, ...]:
        found = [row for row in self.rows if row.lane in wanted and row.sequence > wanted[row.lane][0]]
        return tuple(found[:limit])


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[tuple[World, Core]]:
    with short_folder() as folder:
        world = World(folder)
        core = Core(world.config)
        core.add("money", "bank.debit_reserved")
        server = Server(core, simulated=False, health=core.health)  # type: ignore[arg-type]
        path = world.config.paths.run / "core.sock"
        async with serve(path, server.handle), world.broker, world.headquarters(), world.sync():
            yield world, core


async def codes(config: Config) -> list[str]:
    return [one.code for one in await told(config)]


async def test_a_topic_the_broker_refuses_is_named_until_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = broker_module.ACL
    monkeypatch.setattr(broker_module, "ACL", right.replace("pattern write bank/v1/+/%u/evt/+\n", ""))
    async with running() as (world, core):

        async def refused() -> Any:
            return [one for one in await told(world.config) if one.code == "line.not_authorised"]

        (found,) = await eventually(refused)
        assert "bank/v1/heping/kiosk-001/evt/money" in found.what["en"]
        assert "权限表" in found.then["zh"]
        (event,) = [one for one in core.happened if isinstance(one, HealthFound)]
        assert event.code == "line.not_authorised"
        monkeypatch.setattr(broker_module, "ACL", right)
        await world.broker.stop()
        await world.broker.start()

        async def over() -> bool:
            return "line.not_authorised" not in await codes(world.config)

        await eventually(over)
        assert HealthOver(event.key, event.code) in core.happened


async def test_a_topic_we_may_not_read_shows_itself_by_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SILENT_NS", 1_500_000_000)
    acl = broker_module.ACL.replace("pattern read bank/v1/+/%u/cmd/+\n", "")
    monkeypatch.setattr(broker_module, "ACL", acl)
    async with running() as (world, _):

        async def silent() -> bool:
            return await codes(world.config) == ["line.unanswered"]

        await eventually(silent)


async def test_a_line_without_fault_tells_nothing() -> None:
    async with running() as (world, core):
        await eventually(lambda: DeviceState("sync", True, "offline") in core.heard)
        assert await codes(world.config) == []
        assert core.happened == []


async def test_the_doctor_says_the_same_thing_once(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    async def clock(_config: Config) -> list[Finding]:
        return [finding("clock.wrong", seconds=-90), finding("disk.full", folder="/", free_mb=3)]

    async def again(_config: Config) -> list[Finding]:
        return [finding("clock.wrong", seconds=-91)]

    monkeypatch.setattr(examine, "CHECKS", {"bank": clock, "told": again})
    assert sorted(one.code for one in await examine.examine(config)) == ["clock.wrong", "disk.full"]
