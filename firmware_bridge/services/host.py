"""The service host: WebSocket at ``/xfs4iot/v1.0`` on loopback, one path per service."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from http import HTTPStatus

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from firmware_bridge.protocol.dialect import KAL, Dialect
from firmware_bridge.protocol.envelope import MAX_BYTES, ROOT_PATH
from firmware_bridge.services.publisher import PublisherService
from firmware_bridge.services.runner import Runner
from firmware_bridge.services.service import Service
from guitai.errors import GuitaiError

log = structlog.get_logger()


def cut_power() -> None:
    """Die the way a power cut kills: at once, with no chance to tidy up."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextlib.asynccontextmanager
async def host(
    services: Sequence[Service],
    address: str,
    port: int,
    dialect: Dialect = KAL,
    on_power_cut: Callable[[], None] = cut_power,
) -> AsyncIterator[int]:
    """Serve `services` while the block runs; yield the port (`port` 0 takes a free one).

    Raises GuitaiError ``device.port_in_use``.
    """
    bound = port
    publisher = PublisherService(lambda: [f"ws://{address}:{bound}{ROOT_PATH}/{service.name}" for service in services])
    runners = {
        f"{ROOT_PATH}/{service.name}".rstrip("/"): Runner(service, dialect, on_power_cut)
        for service in (publisher, *services)
    }
    server = await _listen(runners, address, port)
    bound = next(iter(server.sockets)).getsockname()[1]
    # Plain tasks: a TaskGroup would wrap what the caller's block raises; `Runner.work` guards itself.
    workers = [asyncio.create_task(runner.work()) for runner in runners.values()]
    log.info("device services listen", address=address, port=bound, dialect=dialect.name)
    try:
        yield bound
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)
        server.close()
        await server.wait_closed()


async def _listen(runners: Mapping[str, Runner], address: str, port: int) -> Server:
    async def on_connect(connection: ServerConnection) -> None:
        assert connection.request is not None
        await runners[connection.request.path.rstrip("/")].serve(connection)

    def check_path(connection: ServerConnection, request: Request) -> Response | None:
        if request.path.rstrip("/") in runners:
            return None
        return connection.respond(HTTPStatus.NOT_FOUND, "No such service.\n")

    try:
        return await serve(
            on_connect,
            address,
            port,
            process_request=check_path,
            origins=[None],  # browsers name an origin; no web page may reach the devices
            max_size=MAX_BYTES,
            compression=None,
            close_timeout=1,
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise GuitaiError("device.port_in_use", host=address, port=port) from error
        raise
