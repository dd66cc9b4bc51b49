"""Finds the XFS4IoT services of this machine through its service publisher."""

from __future__ import annotations

import asyncio
import os
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from websockets.exceptions import InvalidStatus, WebSocketException

from firmware_bridge.client.dial import Connection, Dial, dialler
from firmware_bridge.generated.service_publisher import GetServicesCommand, GetServicesCompletion, ServiceDetailEvent
from firmware_bridge.protocol.client import PROBED_VERSIONS, VERSION_REFUSED, ClientSession, Completed, Event
from firmware_bridge.protocol.envelope import ROOT_PATH
from firmware_bridge.protocol.typed import read
from firmware_bridge.security import is_loopback
from guitai.config import Devices
from guitai.errors import GuitaiError

STANDARD_PORTS = (80, *range(5846, 5857))
SECURE_PORT = 443
LOOPBACK = "127.0.0.1"
ANSWER_S = 3.0
log = structlog.get_logger()


async def discover(devices: Devices, dial: Dial | None = None) -> list[str]:
    """Return the services' addresses, verbatim.

    All publishers are asked at once (`publishers`); services that the configuration names need no publisher. Raises
    GuitaiError ``device.not_connected`` when none answers, ``xfs.not_allowed`` when one does but not to this user.
    """
    dial = dial or dialler(devices)
    found: dict[str, None] = {uri: None for uri in devices.uris if not _is_root(uri)}
    refused = False
    for answer in await asyncio.gather(*(_ask(root, dial) for root in publishers(devices)), return_exceptions=True):
        if isinstance(answer, InvalidStatus):
            refused |= answer.response.status_code == HTTPStatus.FORBIDDEN
        elif isinstance(answer, BaseException):
            raise answer
        else:
            found |= answer  # each vendor on the machine may have a publisher of its own
    if refused and not found:
        raise GuitaiError("xfs.not_allowed", uid=os.geteuid())
    if not found:
        raise GuitaiError("device.not_connected", device="service publisher")
    return list(found)


def publishers(devices: Devices) -> tuple[str, ...]:
    """Return where service publishers may listen: those of devices.uris, else the configured host and port.

    Beside vendors' services also the standard ports, there and on this machine, where devices with a driver are served.
    With certificates configured, and beyond this machine, only over TLS.
    """
    if devices.uris:
        roots = [uri for uri in devices.uris if _is_root(uri)]
    else:
        scheme = "wss" if devices.pinned is not None or not is_loopback(devices.host) else "ws"
        ports = (devices.port,) if devices.simulate else (devices.port, *STANDARD_PORTS)
        roots = [f"{scheme}://{devices.host}:{port}{ROOT_PATH}" for port in ports]
        if not devices.simulate:
            roots.append(f"wss://{devices.host}:{SECURE_PORT}{ROOT_PATH}")
    if not devices.simulate:
        roots += [f"ws://{LOOPBACK}:{port}{ROOT_PATH}" for port in STANDARD_PORTS]
    return tuple(dict.fromkeys(roots))


def _is_root(uri: str) -> bool:
    return urlsplit(uri).path.rstrip("/") == ROOT_PATH


async def _ask(root: str, dial: Dial) -> dict[str, None]:
    found: dict[str, None] = {}
    try:
        async with asyncio.timeout(ANSWER_S), dial(root) as connection:
            session = ClientSession()
            for version in PROBED_VERSIONS:
                await connection.send(session.command(GetServicesCommand(), version=version)[1])
                done = await _answer(connection, session, found)
                if done.code not in VERSION_REFUSED:
                    found |= _addresses(read(done, GetServicesCompletion))
                    break
    except InvalidStatus:
        raise
    except (OSError, WebSocketException, TimeoutError, GuitaiError) as error:
        log.debug("no service publisher", root=root, reason=str(error))
    return found


async def _answer(connection: Connection, session: ClientSession, found: dict[str, None]) -> Completed:
    """Return the completion, having put what events name into `found`. Raises GuitaiError ``device.not_connected``."""
    async for text in connection:
        try:
            received = session.receive(text)
        except GuitaiError as error:
            log.warning("unreadable message", service="publisher", code=error.code)
            continue
        if isinstance(received, Event) and received.name == ServiceDetailEvent.NAME:
            found |= _addresses(read(received, ServiceDetailEvent))
        if isinstance(received, Completed):
            return received
    raise GuitaiError("device.not_connected", device="service publisher")


def _addresses(told: GetServicesCompletion | ServiceDetailEvent) -> dict[str, None]:
    return {one.serviceURI: None for one in told.services or () if one.serviceURI}
