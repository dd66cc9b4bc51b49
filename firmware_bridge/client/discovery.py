"""Finds the XFS4IoT services of this machine through its service publisher."""

from __future__ import annotations

import asyncio

import structlog
from websockets.exceptions import WebSocketException

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
ANSWER_S = 3.0
log = structlog.get_logger()


async def discover(devices: Devices, dial: Dial | None = None) -> list[str]:
    """Return the services' addresses, verbatim. Raises GuitaiError ``device.not_connected`` when none answers.

    The configured port is asked; with a vendor's publisher also the standard ports, all at once. With certificates
    configured, and beyond this machine, only over TLS.
    """
    dial = dial or dialler(devices)
    scheme = "wss" if devices.pinned is not None or not is_loopback(devices.host) else "ws"
    roots = [f"{scheme}://{devices.host}:{devices.port}{ROOT_PATH}"]
    if not devices.simulate:
        roots += [f"{scheme}://{devices.host}:{p}{ROOT_PATH}" for p in STANDARD_PORTS if p != devices.port]
        roots.append(f"wss://{devices.host}:{SECURE_PORT}{ROOT_PATH}")
    found: dict[str, None] = {}
    for addresses in await asyncio.gather(*(_ask(root, dial) for root in roots)):
        found |= addresses  # each vendor on the machine may have a publisher of its own
    if not found:
        raise GuitaiError("device.not_connected", device="service publisher")
    return list(found)


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
