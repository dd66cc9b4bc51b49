"""sync and headquarters stay within the table's memory, and an event is safe at headquarters in a moment."""

from __future__ import annotations

import time

import psutil
import pytest

from guitai.tables import PROCESSES
from tests.fixtures.hq.core import fake_core
from tests.fixtures.hq.world import World, end, short_folder

pytestmark = [pytest.mark.alone, pytest.mark.broker]

ACKNOWLEDGED_S = 0.5
"""Generous beside the 3 ms measured on an idle machine: a Nagle delay on each hop alone would be 0.1 s."""


async def test_memory_and_the_time_to_be_safe() -> None:
    with short_folder() as folder:
        world = World(folder)
        async with fake_core(folder / "core.sock") as core, world.broker:
            children = {name: await world.child(name) for name in ("hq", "sync")}
            try:
                await core.until(lambda: core.links and core.links[-1], 60)
                taken = []
                for n in range(20):
                    began = time.monotonic()
                    core.add("money", "risk.decided", n=n)
                    await core.ready()
                    await core.until(lambda: not core.rows)
                    taken.append(time.monotonic() - began)
                for n in range(1000):
                    core.add("session", "voice.said", text="话" * 100, n=n)
                await core.ready()
                await core.until(lambda: not core.rows, 60)
                rss = {name: psutil.Process(child.pid).memory_info().rss for name, child in children.items()}
            finally:
                for child in children.values():
                    await end(child)
    assert sorted(taken)[10] < ACKNOWLEDGED_S
    for process in PROCESSES:
        if process.name in rss:
            assert rss[process.name] < process.memory_mb * 1_000_000, process.name
