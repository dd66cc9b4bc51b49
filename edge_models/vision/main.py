"""The process guitai-vision: camera ring in, edges out on a unix socket."""

from __future__ import annotations

import asyncio
import resource
import signal
from contextlib import closing

import structlog

from edge_models.documents.desk import Desk
from edge_models.documents.worker import Worker
from edge_models.store import Store
from edge_models.vision.checks import Answer, Checks
from edge_models.vision.eyes import Eyes
from edge_models.vision.hub import Hub
from edge_models.vision.offline import forbid_network
from edge_models.vision.smoothing import FaceEvent, State
from edge_models.vision.watcher import Watcher
from guitai.clock import SystemClock
from guitai.config import Config
from guitai.logs import set_up
from guitai.systemd import notify
from guitai.tables import RINGS, SOCKETS
from guitai.wire.sockets import serve

log = structlog.get_logger()


def run(config: Config) -> None:
    """Watch and serve until SIGTERM or SIGINT.

    Raises:
        GuitaiError: ``models.*``, ``vision.bad_model`` or ``wire.address_in_use``.
    """
    set_up("vision", config)
    forbid_network()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the templates of a face
    asyncio.run(_until_signalled(config))


async def watch(config: Config, stop: asyncio.Event) -> None:
    """Watch and serve until `stop` is set. A kiosk with its eyes shut reads papers and sees nobody."""
    worker = Worker(config.paths.models)
    try:
        if config.vision.enabled:
            await _watch(config, stop, Desk(worker))
            return
        hub = Hub(lambda _allowed: None, lambda _command: None, Desk(worker))
        async with serve(config.paths.run / SOCKETS["vision"], hub.handle):
            notify("READY=1")
            await stop.wait()
    finally:
        await worker.end()


async def _watch(config: Config, stop: asyncio.Event, desk: Desk) -> None:
    loop = asyncio.get_running_loop()

    def allow(allowed: bool) -> None:
        watcher.consent = allowed

    def tell(state: State, events: tuple[FaceEvent, ...]) -> None:
        loop.call_soon_threadsafe(hub.publish, state, events)

    def answer(answer: Answer) -> None:
        loop.call_soon_threadsafe(hub.answer, answer)

    settings, clock = config.vision, SystemClock()
    with closing(Eyes(Store(config.paths.models), settings.landmarks)) as eyes:
        checks = Checks(eyes, clock, answer)
        watcher = Watcher(config.paths.run / RINGS["camera"], eyes, checks, settings.detect_fps, clock, tell)
        hub = Hub(allow, watcher.command, desk)
        async with serve(config.paths.run / SOCKETS["vision"], hub.handle), asyncio.TaskGroup() as group:
            group.create_task(asyncio.to_thread(watcher.run))
            notify("READY=1")
            log.info("eyes open", detect_fps=settings.detect_fps, landmarks=settings.landmarks)
            try:
                await stop.wait()
            finally:
                watcher.stop()


async def _until_signalled(config: Config) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await watch(config, stop)
