"""The sync process: outbox to headquarters, commands to core. The shell around codec, flight and gate."""

from __future__ import annotations

import asyncio
import signal

import structlog

from guitai.clock import SystemClock
from guitai.config import Config
from guitai.logs import set_up
from guitai.systemd import notify
from sync.core import CoreLink
from sync.link import HeadquartersLink

TICK_S = 1.0


def run(config: Config) -> None:
    """Carry the outbox to headquarters and commands to core until SIGTERM."""
    set_up("sync", config)
    asyncio.run(_run(config))


async def _run(config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(config, stop)


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Serve until `stop`. Raises GuitaiError ``mqtt.keys`` if this kiosk is not provisioned."""
    clock = SystemClock()
    core = CoreLink(config)
    async with HeadquartersLink(config, core, clock) as headquarters, asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(core.run(headquarters)),
            tasks.create_task(headquarters.run(tasks)),
            tasks.create_task(_tick(headquarters)),
            tasks.create_task(headquarters.work()),
        ]
        notify("READY=1")
        structlog.get_logger().info("sync ready", kiosk=config.kiosk.id)
        await stop.wait()
        notify("STOPPING=1")
        for task in running:
            task.cancel()


async def _tick(headquarters: HeadquartersLink) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        await headquarters.tick()
        notify("WATCHDOG=1")
