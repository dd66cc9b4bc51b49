"""From core's socket to headquarters' database over a real broker with mutual TLS 1.3."""

from __future__ import annotations

import pytest

from tests.fixtures.hq.core import fake_core
from tests.fixtures.hq.world import World, eventually, short_folder

pytestmark = pytest.mark.broker


async def test_every_row_arrives_once_and_leaves_the_outbox_only_then() -> None:
    with short_folder() as folder:
        world = World(folder)
        async with fake_core(folder / "core.sock") as core, world.broker, world.sync():
            for n in range(120):
                core.add("money" if n % 3 else "handover", "risk.decided", f"S{n % 4}", n=n)
            await core.ready()
            assert len(core.rows) == 120
            async with world.headquarters():
                await core.until(lambda: not core.rows)
                await core.until(lambda: core.links and core.links[-1])
                store = world.store()
                count = {lane["lane"]: lane for lane in store.count()}
                assert count["money"]["stored"] == count["money"]["watermark"] == core.heads["money"][0]
                assert count["handover"]["watermark"] == core.heads["handover"][0]
                assert store.watermarks("kiosk-001")["money"].hash == core.heads["money"][1]
                core.add("session", "session.opened", "S9")
                await core.ready()
                await core.until(lambda: not core.rows)
                await eventually(lambda: [e for e in store.events("S9") if e["type"] == "session.opened"])
                store.close()


async def test_long_rows_go_in_smaller_batches() -> None:
    with short_folder() as folder:
        world = World(folder)
        async with fake_core(folder / "core.sock") as core, world.broker, world.headquarters(), world.sync():
            for n in range(60):
                core.add("handover", "handover.escalate", note="长" * 1500, n=n)
            await core.ready()
            await core.until(lambda: not core.rows)
