"""Finds the XFS4IoT services of this machine through its service publisher."""

from __future__ import annotations

import asyncio

from websockets.exceptions import WebSocketException

from firmware_bridge.client.dial import Dial, dial
from firmware_bridge.generated.service_publisher import GetServicesCommand, GetServicesCompletion, ServiceDetailEvent
from firmware_bridge.protocol.client import ClientSession, Completed, Event
from firmware_bridge.protocol.envelope import ROOT_PATH
from firmware_bridge.protocol.typed import read
from guitai.config import Devices
from guitai.errors import GuitaiError

STANDARD_PORTS = (80, *range(5846, 5857))
SECURE_PORT = 443
ANSWER_S = 3.0


async def discover(devices: Devices, dial: Dial = dial) -> list[str]:
    """Return the services' addresses, verbatim. Raises GuitaiError ``device.not_connected`` when none answers.

    The configured port is asked; with a vendor's publisher also the standard ports, all at once.
    """
    roots = [f"ws://{devices.host}:{devices.port}{ROOT_PATH}"]
    if not devices.simulate:
        roots += [f"ws://{devices.host}:{p}{ROOT_PATH}" for p in STANDARD_PORTS if p != devices.port]
        roots.append(f"wss://{devices.host}:{SECURE_PORT}{ROOT_PATH}")
    for found in await asyncio.gather(*(_ask(root, dial) for root in roots)):
        if found:
            return found
    raise GuitaiError("device.not_connected", device="service publisher")


async def _ask(root: str, dial: Dial) -> list[str]:
    session = ClientSession()
    found: dict[str, None] = {}
    try:
        async with asyncio.timeout(ANSWER_S), dial(root) as connection:
            await connection.send(session.command(GetServicesCommand())[1])
            async for text in connection:
                received = session.receive(text)
                if isinstance(received, Event) and received.name == ServiceDetailEvent.NAME:
                    found |= _addresses(read(received, ServiceDetailEvent))
                if isinstance(received, Completed):
                    found |= _addresses(read(received, GetServicesCompletion))
                    break
    except (OSError, WebSocketException, TimeoutError, GuitaiError):
        return []
    return list(found)


def _addresses(told: GetServicesCompletion | ServiceDetailEvent) -> dict[str, None]:
    return {one.serviceURI: None for one in told.services or () if one.serviceURI}
