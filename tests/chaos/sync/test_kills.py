"""Processes die at the worst moment: nothing is lost, nothing is stored twice, every lane is whole."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

import pytest

from headquarters.broker import listens
from headquarters.store import Store
from tests.fixtures.hq.core import FakeCore, fake_core
from tests.fixtures.hq.world import World, end, eventually, short_folder

pytestmark = [pytest.mark.broker, pytest.mark.chaos, pytest.mark.timeout(300)]

ROWS = 400
Kill = Callable[[World, dict[str, asyncio.subprocess.Process]], Awaitable[None]]


async def kill_broker(world: World, _children: dict[str, asyncio.subprocess.Process]) -> None:
    await world.broker.kill()
    await world.broker.start()


async def kill_sync(world: World, children: dict[str, asyncio.subprocess.Process]) -> None:
    await end(children["sync"], signal.SIGKILL)
    children["sync"] = await world.child("sync")


async def kill_headquarters(world: World, children: dict[str, asyncio.subprocess.Process]) -> None:
    await end(children["hq"], signal.SIGKILL)
    children["hq"] = await world.child("hq")


def whole(store: Store, core: FakeCore) -> None:
    events = [dict(row) for row in store.connection.execute("SELECT * FROM events ORDER BY lane, sequence")]
    assert len(events) == sum(head[0] for head in core.heads.values())
    assert len({event["id"] for event in events}) == len(events)
    for lane, (last, digest) in core.heads.items():
        mark = store.watermarks("kiosk-001")[lane]
        assert (mark.sequence, mark.hash) == (last, digest)
        assert [event["sequence"] for event in events if event["lane"] == lane] == list(range(1, last + 1))
    sessions = [dict(row) for row in store.connection.execute("SELECT * FROM sessions")]
    assert sum(session["events"] for session in sessions) == len(events)


@pytest.mark.parametrize("kill", [kill_broker, kill_sync, kill_headquarters], ids=lambda kill: kill.__name__)
async def test_a_kill_in_the_middle_loses_and_doubles_nothing(kill: Kill) -> None:
    with short_folder() as folder:
        world = World(folder)
        async with fake_core(folder / "core.sock") as core, world.broker:
            children = {name: await world.child(name) for name in ("hq", "sync")}
            try:
                await core.until(lambda: core.links and core.links[-1], 60)
                for round_ in range(3):
                    for n in range(ROWS // 3):
                        core.add(("money", "session", "handover")[n % 3], "risk.decided", f"S{round_}", n=n)
                    await core.ready()
                    # Rows are under way and some have been acknowledged: now.
                    count = len(core.rows)
                    await core.until(lambda count=count: len(core.rows) < count, 60)
                    await kill(world, children)
                await core.until(lambda: not core.rows, 60)
                # All may have been stored before the last kill: who has only just been started cannot end in order yet.
                await eventually(lambda: listens(world.config.headquarters.port), 60)
                store = world.store()
                await eventually(lambda: not store.gaps(2**62))
                whole(store, core)
                store.close()
            finally:
                codes = [await end(child) for child in children.values()]
            assert codes == [0, 0]
