"""The headquarters process: collector, store, tellers' API, bank simulator, one asyncio loop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import structlog

from guitai.clock import SystemClock
from guitai.config import Config
from guitai.logs import set_up
from guitai.systemd import notify
from guitai.wire.commands import load_private
from guitai.wire.mqtt import Endpoint, MqttLink
from guitai.wire.tls import Identity
from headquarters import checkpoints, front, retention
from headquarters.app import Server, check_free, make_app, make_server
from headquarters.bank.host import Bank
from headquarters.collector import SUBSCRIPTIONS, UNDER_WAY, Collector
from headquarters.commander import Acknowledger, Commander
from headquarters.console.films import Films
from headquarters.console.house import house_for, services_for
from headquarters.console.notices import notices
from headquarters.engine import where
from headquarters.enrolment.desk import EnrolmentDesk
from headquarters.enrolment.shutter import Shutter
from headquarters.front import Front
from headquarters.live import Live
from headquarters.quality.days import every_night
from headquarters.remote.jobs import Jobs
from headquarters.remote.line import SUBSCRIPTIONS as REMOTE
from headquarters.remote.line import RemoteLine
from headquarters.remote.settings import Settings
from headquarters.review import nights
from headquarters.review.handing import Handing
from headquarters.review.nightly import Reviews
from headquarters.rollout.desk import FOLDER as RELEASES
from headquarters.rollout.desk import Releases, Rollouts
from headquarters.rollout.routes import RolloutDesk
from headquarters.service.routes import ServiceDesk
from headquarters.store import Store, Stored
from headquarters.uploads.routes import UploadDesk
from headquarters.uploads.store import FOLDER, Uploads

BROKER_FOLDER = "broker"
"""Below headquarters' state folder, where the broker runs on its machine."""


def run(config: Config) -> None:
    """Run headquarters until SIGTERM."""
    set_up("hq", config)
    asyncio.run(_run(config))


async def _run(config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(config, stop)


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Serve until `stop`. Raises GuitaiError ``mqtt.keys``, ``bank.bad_key``, ``hq.*``."""
    host, port = config.headquarters.host, config.headquarters.port
    await check_free(host, port)
    clock, live = SystemClock(), Live()

    def tell(stored: Stored) -> None:
        for notice in notices(stored, house.promise.talks()):
            live.tell(notice)

    store = Store(where(config))
    bank = Bank(config.paths.state, config.paths.keys, clock)
    key = load_private(config.paths.keys / "command.key")
    line = MqttLink(_endpoint(config, "front"), front.SUBSCRIPTIONS)
    commander = Commander(line, key, clock)
    desk_line = Front(line, store, commander, clock)
    services = services_for(config, store, live, key, clock)
    house = house_for(config, services, commander, key)
    engine = store.connection
    service = ServiceDesk(engine, clock)
    reviews = Reviews(engine, key)
    handing = Handing(engine, reviews, commander, config.paths.state)
    remote = RemoteLine(MqttLink(_endpoint(config, "remote"), REMOTE), Settings(engine), Jobs(engine, clock), key)
    uploads = UploadDesk(Uploads(engine, config.paths.state / FOLDER, clock), key)
    films = Films(engine, uploads.uploads, config.paths.keys, clock)
    rollout = RolloutDesk(Rollouts(engine, remote.jobs, clock), Releases(config.paths.state / RELEASES))
    enrolment = EnrolmentDesk(config, engine, services.audit, key, clock)
    shutter = Shutter(enrolment, lambda: _endpoint(config, "shutter"), config.paths.state / BROKER_FOLDER)
    server = make_server(
        make_app(house, services, bank, service, remote, uploads, reviews, enrolment, films, rollout=rollout),
        host,
        port,
        config.paths.keys,
    )
    with contextlib.closing(store), contextlib.closing(bank):
        collecting = asyncio.Event()
        jobs = (
            desk_line.run(collecting),
            desk_line.ask_for_gaps(),
            *(
                collect(config, n, collecting, tell, desk_line.behind)
                for n in range(1, config.headquarters.collectors + 1)
            ),
            house.desk.watch(),
            house.promise.run(),
            service.orders.run(),
            retention.every_hour(config, clock),
            checkpoints.watch(config, clock),
            every_night(config, clock),
            nights.every_night(config, clock),
            handing.run(),
            remote.run(),
            remote.jobs.run(commander),
            shutter.run(),
            rollout.rollouts.run(),
        )
        await _until(stop, server, jobs, f"https://{host}:{port}")


async def _until(stop: asyncio.Event, server: Server, jobs: Iterable[Coroutine[Any, Any, None]], url: str) -> None:
    """Run the jobs and serve HTTPS until `stop`."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(job) for job in jobs]
        serving = tasks.create_task(server.serve())
        await server.listening.wait()
        notify("READY=1")
        structlog.get_logger().info("headquarters ready", url=url)
        await stop.wait()
        notify("STOPPING=1")
        server.should_exit = True
        await serving
        for task in running:
            task.cancel()


async def collect(
    config: Config,
    number: int,
    collecting: asyncio.Event,
    on_new: Callable[[Stored], None],
    on_behind: Callable[[], None] = lambda: None,
) -> None:
    """Run one collector, with a line and a database connection of its own; for ever. Sets `collecting` when it does."""
    clock = SystemClock()
    line = MqttLink(_endpoint(config, f"collector-{number}"), SUBSCRIPTIONS, manual_ack=True, receive_maximum=UNDER_WAY)
    tell = Acknowledger(line, load_private(config.paths.keys / "command.key"), clock)
    with (
        contextlib.closing(Store(where(config))) as store,
        contextlib.closing(Collector(line, store, tell, clock, on_new, collecting, on_behind)) as collector,
    ):
        async with line:
            await collector.run()


def _endpoint(config: Config, part: str) -> Endpoint:
    client_id = f"{config.headquarters.name}-{part}"
    mqtt, port = config.mqtt, config.headquarters.broker_port
    host = config.headquarters.broker_host or mqtt.host
    return Endpoint(host, port, mqtt.keepalive_s, client_id, Identity.of(config.paths.keys, "hq"))
