"""The process guitai-video: WebRTC from and to the rings, for whom core lets in."""

from __future__ import annotations

import asyncio
import logging
import signal

import structlog

from guitai.clock import SystemClock
from guitai.config import Config
from guitai.logs import set_up
from guitai.systemd import notify
from guitai.tables import RINGS, SOCKETS
from guitai.wire.sockets import serve as serve_socket
from sync.takeover.desk import Desk

TICK_S = 1.0


def run(config: Config) -> None:
    """Serve viewers until SIGTERM or SIGINT. Raises GuitaiError ``wire.address_in_use``."""
    set_up("video", config)
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells every candidate: addresses of people at work
    asyncio.run(_run(config))


async def _run(config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(config, stop)


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Serve until `stop`."""
    desk = Desk(config, SystemClock())
    (config.paths.run / RINGS["teller"]).unlink(missing_ok=True)  # a face that a crash left behind
    async with serve_socket(config.paths.run / SOCKETS["video"], desk.handle), asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(desk.microphone.run()), tasks.create_task(_tick(desk))]
        notify("READY=1")
        structlog.get_logger().info("video ready")
        await stop.wait()
        notify("STOPPING=1")
        await desk.close()
        for task in running:
            task.cancel()


async def _tick(desk: Desk) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        desk.tick()
        notify("WATCHDOG=1")
