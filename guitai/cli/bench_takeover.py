"""guitai bench takeover: from a call for help to its briefing, from acceptance to the first picture both ways, sound, commands.

Real parts in processes of their own: broker, headquarters, sync, video. This process plays the others: core (an encrypted
outbox behind core's socket; it grants what a teller's joining asks for), camera, microphone and mixer, the identity
provider, and a teller's console whose browser is aiortc. Everything is on one machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from guitai.cli.bench_children import Commands, children
from guitai.cli.bench_console import Console, console
from guitai.cli.bench_link import BenchCore
from guitai.cli.bench_scene import Kiosk
from guitai.cli.provision import provision_all
from guitai.config import load
from guitai.demo.identity import provider
from guitai.demo.settings import environment
from guitai.tables import SOCKETS
from guitai.wire.sockets import serve
from headquarters.broker import Broker
from sync.takeover.stand_in import StandIn

KIOSK = "kiosk-001"
START_S, PICTURE_S = 60.0, 15.0
BURSTS, BURST_S, SPURT_S = 40, 0.2, 0.8
"""How many times each side speaks; how long until the customer, and until the teller, is silent for sure."""

LOAD_S = 10.0
COMMANDS = 100
BUSY = "while True: pass"
PROCESSES: Commands = {name: (["guitai", "run", name], {}) for name in ("hq", "sync", "video")}


def measure(takeovers: int) -> dict[str, float]:
    """Return the figures of so many takeovers, one after the other."""
    with tempfile.TemporaryDirectory(prefix="g") as folder, provider() as identity:
        return asyncio.run(_measure(Path(folder), takeovers, identity))


async def _measure(folder: Path, takeovers: int, identity: dict[str, str]) -> dict[str, float]:
    variables = environment(folder, KIOSK__ID=KIOSK, LOG_LEVEL="warning", **identity)
    config = load([], variables, folder / "etc")
    provision_all(config)
    kiosk = Kiosk(config.paths.run)
    core = BenchCore(folder, kiosk.commanded)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(Broker(folder / "broker", config))
        await stack.enter_async_context(serve(config.paths.run / SOCKETS["core"], core.handle))
        await stack.enter_async_context(serve(config.paths.run / SOCKETS["sound"], kiosk.serve_mixer))
        pids = await stack.enter_async_context(children(folder, variables, PROCESSES))
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(job) for job in (kiosk.film(), kiosk.listen())]
            await kiosk.reach(START_S)
            running.append(tasks.create_task(kiosk.told_by_video()))
            await _until(lambda: core.online, START_S)
            async with console(config) as teller:
                figures = await _takeovers(core, teller, kiosk, takeovers)
                figures |= await _call(core, teller, kiosk, pids["video"])
            for task in running:
                task.cancel()
    return figures


async def _escalated(core: BenchCore, number: int) -> str:
    await core.escalate(number)
    return f"bench-{number}-help"


async def _takeovers(core: BenchCore, teller: Console, kiosk: Kiosk, count: int) -> dict[str, float]:
    briefed, taken, answered = [], [], []
    for number in range(1, count + 1):
        browser = StandIn()
        asked_s = time.monotonic()
        call = await _escalated(core, number)
        briefed.append(await teller.briefed(call) - asked_s)
        began_s = time.monotonic()
        answered.append(await teller.take(call, browser) - began_s)
        taken.append(await _seen_both_ways(browser, kiosk) - began_s)
        await teller.order(call, "close")
        await browser.close()
    return {
        "p50_s": _percentile(taken, 50), "p95_s": _percentile(taken, 95), "worst_s": max(taken),
        "briefing_p50_s": _percentile(briefed, 50), "briefing_p95_s": _percentile(briefed, 95),
        "answered_p50_s": _percentile(answered, 50),
    }  # fmt: skip


async def _seen_both_ways(browser: StandIn, kiosk: Kiosk) -> float:
    """Return when both ends had seen the other."""
    await _until(lambda: browser.first_picture_s is not None and kiosk.teller_seen_s > 0, PICTURE_S)
    return max(browser.first_picture_s or 0.0, kiosk.teller_seen_s)


async def _call(core: BenchCore, teller: Console, kiosk: Kiosk, video_pid: int) -> dict[str, float]:
    """Measure one longer call: bursts of sound each way, what the process takes, commands beside busy cores."""
    browser = StandIn()
    browser.tone.sounding = False
    call = await _escalated(core, 0)
    await teller.briefed(call)
    await teller.take(call, browser)
    beating = asyncio.create_task(teller.beat(call))
    await _seen_both_ways(browser, kiosk)
    await asyncio.sleep(1.0)
    process = psutil.Process(video_pid)
    used_s, began_s, pictures = sum(process.cpu_times()[:2]), time.monotonic(), browser.pictures
    out_ms, in_ms = [], []
    for _ in range(BURSTS):
        out_ms.append(await _burst_out(browser, kiosk))
        in_ms.append(await _burst_in(browser, kiosk))
    lasted_s = time.monotonic() - began_s
    figures = {
        "cpu_percent": 100 * (sum(process.cpu_times()[:2]) - used_s) / lasted_s,
        "rss_mb": process.memory_info().rss / 1e6,
        "pictures_per_s": (browser.pictures - pictures) / lasted_s,
        "sound_out_p95_ms": _percentile(out_ms, 95),
        "sound_in_p95_ms": _percentile(in_ms, 95),
        "sound_p95_ms": max(_percentile(out_ms, 95), _percentile(in_ms, 95)),
    }
    await browser.close()  # its work is a browser's, on another machine
    figures |= await _busy(teller, call)
    beating.cancel()
    await teller.order(call, "close")
    return figures


async def _burst_out(browser: StandIn, kiosk: Kiosk) -> float:
    """Have the customer speak; return how late the teller's browser has the sound, in ms."""
    browser.heard.clear()
    kiosk.speaking = True
    await _until(lambda: any(np.abs(block).max() > 1000 for _, block in browser.heard), PICTURE_S)
    came_s = next(at for at, block in browser.heard if np.abs(block).max() > 1000)
    kiosk.speaking = False
    await asyncio.sleep(BURST_S)
    return 1000 * (came_s - kiosk.spoke_s)


async def _burst_in(browser: StandIn, kiosk: Kiosk) -> float:
    """Have the teller speak; return how late the mixer has the sound, in ms."""
    kiosk.mixed_s = 0.0
    browser.tone.sounding = True
    await _until(lambda: kiosk.mixed_s > 0, PICTURE_S)
    browser.tone.sounding = False
    late_ms = 1000 * (kiosk.mixed_s - browser.tone.sounded_s)
    await asyncio.sleep(SPURT_S)
    return late_ms


async def _busy(teller: Console, call: str) -> dict[str, float]:
    """Measure commands, from the console to core and back, while every core has something else to do."""
    taken = []
    hogs = [await asyncio.create_subprocess_exec(sys.executable, "-c", BUSY) for _ in range(psutil.cpu_count() or 1)]
    try:
        for number in range(COMMANDS):
            began_s = time.monotonic()
            await teller.order(call, "say", text=f"第 {number} 句")
            taken.append(1000 * (time.monotonic() - began_s))
            await asyncio.sleep(LOAD_S / COMMANDS)
    finally:
        for hog in hogs:
            hog.kill()
            await hog.wait()
    return {"control_p50_ms": _percentile(taken, 50), "control_p95_ms": _percentile(taken, 95)}


async def _until(true: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - it becomes true in another process
            await asyncio.sleep(0.002)


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
