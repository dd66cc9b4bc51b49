"""Three headquarters of two collectors each share one PostgreSQL, and one of them or the broker is killed again and again."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable

import pytest

from guitai.wire.ports import free_ports
from headquarters.broker import listens
from headquarters.postgres import Postgres
from headquarters.store import Store
from tests.fixtures.hq.core import FakeCore, fake_core
from tests.fixtures.hq.world import World, end, eventually, short_folder

pytestmark = [
    pytest.mark.broker, pytest.mark.postgres, pytest.mark.chaos, pytest.mark.long, pytest.mark.timeout(900),
]  # fmt: skip

HOUSES = ("hq", "hq2", "hq3")
ROUNDS, ROWS = 30, 400
LANES = ("money", "session", "handover", "audit")


class Houses:
    """Headquarters' processes by name, each on a port of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.ports = dict(zip(HOUSES, (world.config.headquarters.port, *free_ports(2)), strict=True))
        self.running: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, name: str) -> None:
        self.running[name] = await self._world.child(
            "hq", GUITAI__HEADQUARTERS__NAME=name, GUITAI__HEADQUARTERS__PORT=str(self.ports[name])
        )

    async def kill(self, name: str) -> None:
        await end(self.running[name], signal.SIGKILL)
        await self.start(name)


def whole(store: Store, core: FakeCore) -> None:
    """Every row is there once, in order, chained up to the watermark, and counted once for the tellers."""
    events = store.connection.execute("SELECT lane, sequence, id, hash FROM events ORDER BY lane, sequence").fetchall()
    assert len(events) == sum(head[0] for head in core.heads.values())
    assert len({event["id"] for event in events}) == len(events)
    for lane, (last, digest) in core.heads.items():
        mark = store.watermarks("kiosk-001")[lane]
        assert (mark.sequence, mark.hash) == (last, digest)
        assert [event["sequence"] for event in events if event["lane"] == lane] == list(range(1, last + 1))
    counted = store.connection.execute("SELECT sum(events) AS counted FROM sessions").fetchone()["counted"]
    assert counted == len(events)


async def test_collectors_and_broker_die_and_every_row_is_stored_once(
    postgres: Postgres, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(6)
    kills = {"collectors": 0, "broker": 0}
    with short_folder() as folder:
        world = World(folder, postgres.create("collectors_chaos"), collectors=2)
        houses = Houses(world)
        async with fake_core(folder / "core.sock") as core, world.broker:
            for name in HOUSES:
                await houses.start(name)
            sync = await world.child("sync")
            try:
                await core.until(lambda: core.links and core.links[-1], 90)
                for round_ in range(ROUNDS):
                    for n in range(ROWS):
                        core.add(LANES[n % len(LANES)], "risk.decided", f"S{round_}", n=n)
                    await core.ready()
                    count = len(core.rows)
                    await core.until(lambda count=count: len(core.rows) < count, 120)  # under way, some acknowledged
                    if chance.random() < 0.3:
                        await world.broker.kill()
                        await world.broker.start()
                        kills["broker"] += 1
                    for name in chance.sample(HOUSES, chance.randint(1, 2)):
                        await houses.kill(name)
                        kills["collectors"] += 1
                await core.until(lambda: not core.rows, 240)
                for port in houses.ports.values():
                    await eventually(lambda port=port: listens(port), 90)
                store = world.store()
                await eventually(lambda: not store.gaps(2**62))
                whole(store, core)
                store.close()
            finally:
                codes = [await end(child) for child in (*houses.running.values(), sync)]
            assert codes == [0, 0, 0, 0]
    for what, number in (*kills.items(), ("rows", ROUNDS * ROWS), ("lost", 0), ("doubled", 0)):
        record_property(what, number)
