"""The service host: WebSocket at ``/xfs4iot/v1.0``, one path per service.

On loopback only chosen users of this machine may connect; beyond it only peers with a pinned certificate, over TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from firmware_bridge.protocol.dialect import KAL, Dialect
from firmware_bridge.protocol.envelope import MAX_BYTES, ROOT_PATH
from firmware_bridge.security import Pinned, allowed_uids, is_loopback, uid_of
from firmware_bridge.services.publisher import PublisherService
from firmware_bridge.services.runner import Runner
from firmware_bridge.services.service import Service
from guitai.errors import GuitaiError

CORE_USERS = ("guitai-core",)
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
    *,
    users: Iterable[str] = CORE_USERS,
    pinned: Pinned | None = None,
) -> AsyncIterator[int]:
    """Serve `services` while the block runs; yield the port (`port` 0 takes a free one).

    Args:
        services: what is served.
        address: where; beyond loopback only with `pinned`.
        port: on which port.
        dialect: how it is spoken.
        on_power_cut: called when a simulated power cut strikes.
        users: who, besides our own user, may connect on loopback.
        pinned: our certificate and those of the clients; everything is TLS then.

    Raises GuitaiError ``device.port_in_use``, ``xfs.tls_required``, ``xfs.tls_files``.
    """
    if pinned is None and not is_loopback(address):
        raise GuitaiError("xfs.tls_required", host=address)
    bound, scheme = port, "ws" if pinned is None else "wss"
    door = Door(allowed_uids(users) if is_loopback(address) else None, pinned.known() if pinned else None)
    publisher = PublisherService(
        lambda: [f"{scheme}://{address}:{bound}{ROOT_PATH}/{service.name}" for service in services]
    )
    runners = {
        f"{ROOT_PATH}/{service.name}".rstrip("/"): Runner(service, dialect, on_power_cut)
        for service in (publisher, *services)
    }
    server = await _listen(runners, address, port, door, pinned.context(serving=True) if pinned else None)
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


async def _listen(
    runners: Mapping[str, Runner], address: str, port: int, door: Door, tls: ssl.SSLContext | None
) -> Server:
    async def on_connect(connection: ServerConnection) -> None:
        assert connection.request is not None
        await runners[connection.request.path.rstrip("/")].serve(connection)

    def check(connection: ServerConnection, request: Request) -> Response | None:
        if not door.lets_in(connection):
            return connection.respond(HTTPStatus.FORBIDDEN, "Not you.\n")
        if request.path.rstrip("/") in runners:
            return None
        return connection.respond(HTTPStatus.NOT_FOUND, "No such service.\n")

    try:
        return await serve(
            on_connect,
            address,
            port,
            process_request=check,
            origins=[None],  # browsers name an origin; no web page may reach the devices
            max_size=MAX_BYTES,
            compression=None,
            close_timeout=1,
            ssl=tls,
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise GuitaiError("device.port_in_use", host=address, port=port) from error
        raise


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in."""

    uids: frozenset[int] | None
    """Users, for clients of this machine; None when clients come from elsewhere."""

    certificates: frozenset[bytes] | None
    """Certificates (DER); None without TLS."""

    def lets_in(self, connection: ServerConnection) -> bool:
        """Whether this client may speak to the services."""
        if self.certificates is not None:
            tls = connection.transport.get_extra_info("ssl_object")
            if tls.getpeercert(binary_form=True) not in self.certificates:
                log.warning("client refused", reason="its certificate is not pinned")
                return False
        if self.uids is not None:
            uid = uid_of(connection.remote_address[:2], connection.local_address[:2])
            if uid not in self.uids:
                log.warning("client refused", reason="not a user who may speak to the devices", uid=uid)
                return False
        return True
