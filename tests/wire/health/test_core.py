"""The standing checks in a running core: an event on the branch's record, a word to sync, nothing in a customer's session."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from guitai.config import Config
from guitai.health.checks import disk as disk_module
from guitai.health.checks.told import told as told_by
from guitai.health.finding import Finding
from guitai.messages.health import HealthFound, HealthOver
from guitai.shell import health as health_module
from guitai.shell.health import HealthWatch
from guitai.tables import SOCKETS, branch_record
from guitai.wire.sockets import connect
from tests.wire.devices_cli.conftest import Bench
from tests.wire.devices_cli.test_with_core import LIMIT_S, core_of


async def test_a_full_disk_is_told_once_and_over_once(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Bench.over(config) as bench, core_of(bench) as core:
        daemon = core.daemon
        record = branch_record(bench.config.kiosk.id)
        stream = await connect(bench.config.paths.run / SOCKETS["core"])
        await stream.send("hello", role="sync")

        async def told(fits: Any) -> None:
            async with asyncio.timeout(LIMIT_S):
                async for frame in stream:
                    if frame.type == "health" and fits({one["code"]: one["level"] for one in frame.data["findings"]}):
                        return

        monkeypatch.setattr(disk_module, "LEAST_MB", 10**9)
        for _ in range(3):
            await daemon._health.look()
        await told(lambda found: found.get("disk.full") == "stop")
        monkeypatch.undo()
        for _ in range(3):
            await daemon._health.look()
        await told(lambda found: "disk.full" not in found)
        stream.close()
        events = [occurred.event for occurred in daemon._journal.events(record)]
        ours = [one for one in events if isinstance(one, HealthFound | HealthOver) and one.code == "disk.full"]
        assert [type(one) for one in ours] == [HealthFound, HealthOver]
        assert daemon._journal.open_session() is None


async def test_a_hand_that_rests_on_the_glass_is_told_on_and_over_when_it_has_gone(config: Config) -> None:
    async with Bench.over(config) as bench, core_of(bench):
        path = bench.config.paths.run / SOCKETS["core"]
        sync, window = await connect(path), await connect(path)
        await sync.send("hello", role="sync")
        await window.send("hello", role="ui")
        await window.send("glass", faults=[["touch.resting", 6]])  # there is no such part
        async with asyncio.timeout(LIMIT_S):
            async for frame in window:
                if frame.type == "error":
                    break
        for faults, codes in (([["touch.resting", 5]], {"touch.resting"}), ([], set[str]())):
            await window.send("glass", faults=faults)
            async with asyncio.timeout(LIMIT_S):
                async for frame in sync:
                    told = {one["code"] for one in frame.data.get("findings", ())} & {"touch.resting"}
                    if frame.type == "health" and told == codes:
                        break
            ours = {one.code for one in await told_by(bench.config)}  # what the doctor asks core for
            assert ours & {"touch.resting"} == codes
        sync.close()
        window.close()


async def test_no_look_begins_while_a_customer_is_served(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, serving, asked = asyncio.Event(), True, asyncio.Event()

    def idle() -> bool:
        asked.set()
        return not serving

    class Watch(HealthWatch):
        async def look(self) -> None:
            looked.set()

    monkeypatch.setattr(health_module, "EVERY_S", 0.0)
    monkeypatch.setattr(health_module, "LOOK_AGAIN_S", 0.01)
    running = asyncio.create_task(Watch(config, lambda _: None, idle, None).run())  # type: ignore[arg-type]
    await asyncio.wait_for(asked.wait(), LIMIT_S)
    assert not looked.is_set()
    serving = False
    await asyncio.wait_for(looked.wait(), LIMIT_S)
    running.cancel()
    await asyncio.wait({running})


async def test_a_look_that_hangs_hangs_nothing(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, begun, calls = threading.Event(), threading.Event(), []

    async def hangs(_config: Config) -> list[Finding]:
        calls.append(1)
        begun.set()
        go_on.wait()  # in the kernel, as far as core can tell
        return []

    async def breaks(_config: Config) -> list[Finding]:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(health_module, "LOOK_LIMIT_S", 0.05)
    watch = HealthWatch(config, lambda _: None, lambda: True, None, {"disk": hangs})  # type: ignore[arg-type]
    await watch.look()
    assert begun.is_set()
    await watch.look()
    assert len(calls) == 1
    go_on.set()
    devices = SimpleNamespace(lost=tuple, connected=tuple)
    broken = HealthWatch(config, lambda _: None, lambda: True, devices, {"disk": breaks})  # type: ignore[arg-type]
    await broken.look()  # says so in the log, and ends nothing
