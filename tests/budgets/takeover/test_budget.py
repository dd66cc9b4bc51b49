"""The video process with an operator and a listener, pictures of 640x480 both ways, keeps to its row of the table."""

from __future__ import annotations

import asyncio

import psutil
import pytest

from guitai.tables import PROCESSES
from tests.wire.takeover.conftest import eventually, kiosk_at, run_folder, video_process

__all__ = ["run_folder"]

BUDGET = next(process for process in PROCESSES if process.name == "video")
MEASURED_S = 4.0
pytestmark = pytest.mark.alone


async def test_memory_and_processor_stay_within_the_table(run_folder) -> None:
    async with video_process(run_folder) as child, kiosk_at(run_folder) as kiosk:
        await kiosk.grant(("t1", "operator"), ("s1", "listener"))
        browsers = [await kiosk.connected(), await kiosk.connected("s1", "listener")]
        await eventually(lambda: all(browser.pictures > 5 for browser in browsers))
        process = psutil.Process(child.pid)
        before = process.cpu_times()
        await asyncio.sleep(MEASURED_S)  # the processor's share is one over time
        after = process.cpu_times()
        percent = 100 * (after.user + after.system - before.user - before.system) / MEASURED_S
        memory_mb = process.memory_info().rss / 1e6
        print(f"video: {percent:.0f} % of a core, {memory_mb:.0f} MB")
        for browser in browsers:
            await browser.close()
    assert 0 < percent <= BUDGET.cpu_percent
    assert memory_mb <= BUDGET.memory_mb
