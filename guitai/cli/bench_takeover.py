"""guitai bench takeover: from a teller's acceptance to the first picture both ways, sound's delay, commands on a busy machine.

Real parts in processes of their own: broker, sync, video. This process plays the others: headquarters' commander, core (it
grants what the command asks for), camera and microphone, mixer, and a browser (aiortc). Everything is on one machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from guitai.cli.bench_scene import Kiosk
from guitai.cli.provision import provision_all
from guitai.clock import SystemClock
from guitai.config import Config, load
from guitai.demo.settings import environment
from guitai.errors import GuitaiError
from guitai.tables import SOCKETS, TOPICS
from guitai.wire.commands import Reply, load_private
from guitai.wire.mqtt import Endpoint, Message, MqttLink
from guitai.wire.sockets import serve
from guitai.wire.tls import Identity
from headquarters.broker import Broker
from headquarters.commander import Commander
from sync.takeover.stand_in import StandIn

KIOSK = "kiosk-001"
START_S, PICTURE_S = 60.0, 15.0
BURSTS, BURST_S = 20, 0.4
LOAD_S = 8.0
COMMANDS = 100
JOINED = {"teller_id": "t1", "teller_name": "王敏", "lease_ms": 600_000}
BUSY = "while True: pass"


class Headquarters:
    """The line to the kiosk as headquarters has it."""

    def __init__(self, line: MqttLink, config: Config) -> None:
        self._line = line
        self.commander = Commander(line, load_private(config.paths.keys / "command.key"), SystemClock())

    async def listen(self) -> None:
        """Take in states and replies."""
        while True:
            message = await self._line.next()
            if isinstance(message, Message):
                *_, branch, kiosk, last = message.topic.split("/")
                if last == "state":
                    if self.commander.heard_state(branch, kiosk, message).online:
                        self.commander.send_watermark(branch, kiosk, {})  # sync gives up a headquarters that is silent
                else:
                    self.commander.heard_reply(kiosk, message)

    async def command(self, name: str, data: dict[str, Any]) -> Reply:
        """Send a command; raises GuitaiError ``hq.rejected`` unless it is accepted."""
        reply = await self.commander.command(KIOSK, name, data)
        if reply.status == "rejected":
            raise GuitaiError("hq.rejected", reason=reply.reason)
        return reply


def measure(takeovers: int) -> dict[str, float]:
    """Return the figures of so many takeovers, one after the other."""
    with tempfile.TemporaryDirectory(prefix="g") as folder:
        return asyncio.run(_measure(Path(folder), takeovers))


async def _measure(folder: Path, takeovers: int) -> dict[str, float]:
    variables = environment(folder, KIOSK__ID=KIOSK, LOG_LEVEL="warning")
    config = load([], variables, folder / "etc")
    provision_all(config)
    kiosk = Kiosk(config.paths.run)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(Broker(folder / "broker", config))
        await stack.enter_async_context(serve(config.paths.run / SOCKETS["core"], kiosk.serve_sync))
        await stack.enter_async_context(serve(config.paths.run / SOCKETS["sound"], kiosk.serve_mixer))
        pids = await stack.enter_async_context(_children(folder, variables))
        topics = [TOPICS[name].format(branch="+", kiosk="+") for name in ("state", "reply")]
        identity = Identity.of(config.paths.keys, "hq")
        endpoint = Endpoint("127.0.0.1", config.headquarters.broker_port, 20, "hq-bench", identity)
        headquarters = Headquarters(await stack.enter_async_context(MqttLink(endpoint, topics)), config)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(job) for job in (headquarters.listen(), kiosk.film(), kiosk.listen())]
            await kiosk.reach(START_S)
            running += [tasks.create_task(kiosk.told_by_video())]
            await _until(lambda: headquarters.commander.online(KIOSK), START_S)
            figures = await _takeovers(headquarters, kiosk, takeovers)
            figures |= await _call(headquarters, kiosk, pids["video"])
            figures |= await _busy(headquarters)
            for task in running:
                task.cancel()
    return figures


async def _takeovers(headquarters: Headquarters, kiosk: Kiosk, count: int) -> dict[str, float]:
    taken, answers = [], []
    for number in range(count):
        browser = StandIn()
        began_s = time.monotonic()
        answered_s = await _take_over(headquarters, browser, f"e{number}")
        await _until(lambda browser=browser: browser.first_picture_s and kiosk.teller_seen_s, PICTURE_S)
        assert browser.first_picture_s is not None
        taken.append(max(browser.first_picture_s, kiosk.teller_seen_s) - began_s)
        answers.append(answered_s - began_s)
        await kiosk.revoke(f"e{number}")
        await browser.close()
    return {
        "p50_s": _percentile(taken, 50), "p95_s": _percentile(taken, 95), "worst_s": max(taken),
        "answered_p50_s": _percentile(answers, 50),
    }  # fmt: skip


async def _take_over(headquarters: Headquarters, browser: StandIn, escalation: str) -> float:
    """Accept, offer, take the answer; return when it came."""
    await headquarters.command("teller.joined", {**JOINED, "escalation_id": escalation})
    offer = {"escalation_id": escalation, "viewer_id": "t1", "role": "operator", "sdp": await browser.offer()}
    reply = await headquarters.command("video.offer", offer)
    answered_s = time.monotonic()
    await browser.accept(str(reply.data["sdp"]))
    return answered_s


async def _call(headquarters: Headquarters, kiosk: Kiosk, video_pid: int) -> dict[str, float]:
    """Measure one longer call: bursts of sound each way, what the process takes, how many pictures come."""
    browser = StandIn()
    browser.tone.sounding = False
    await _take_over(headquarters, browser, "call")
    await _until(lambda: browser.first_picture_s is not None and kiosk.teller_seen_s > 0, PICTURE_S)
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
    }
    await kiosk.revoke("call")
    await browser.close()
    return {**figures, "sound_p95_ms": max(figures["sound_out_p95_ms"], figures["sound_in_p95_ms"])}


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
    await asyncio.sleep(1.0)  # the spurt has to end
    return late_ms


async def _busy(headquarters: Headquarters) -> dict[str, float]:
    """Measure commands while every core has something else to do."""
    hogs = [await asyncio.create_subprocess_exec(sys.executable, "-c", BUSY) for _ in range(psutil.cpu_count() or 1)]
    taken = []
    try:
        await asyncio.sleep(0.5)
        for number in range(COMMANDS):
            began_s = time.monotonic()
            await headquarters.command("teller.said", {"escalation_id": "e", "teller_id": "t1", "text": str(number)})
            taken.append(1000 * (time.monotonic() - began_s))
            await asyncio.sleep(LOAD_S / COMMANDS)
    finally:
        for hog in hogs:
            hog.kill()
            await hog.wait()
    return {"control_p50_ms": _percentile(taken, 50), "control_p95_ms": _percentile(taken, 95)}


@contextlib.asynccontextmanager
async def _children(folder: Path, variables: dict[str, str]) -> AsyncIterator[dict[str, int]]:
    """Run sync and video."""
    children: dict[str, asyncio.subprocess.Process] = {}
    try:
        for name in ("sync", "video"):
            with (folder / f"{name}.log").open("ab") as log:
                children[name] = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "guitai", "run", name, env={**os.environ, **variables}, stdout=log, stderr=log
                )
        yield {name: child.pid for name, child in children.items()}
    finally:
        for child in children.values():
            if child.returncode is None:
                child.terminate()
            await child.wait()


async def _until(true: object, seconds: float) -> None:
    assert callable(true)
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - it becomes true in another process
            await asyncio.sleep(0.002)


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
