"""What a technician wants to know of real devices: which are plugged in, and whether the configured ones work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from firmware_bridge.drivers.driver import Driver
from firmware_bridge.drivers.wiring import drivers_of
from guitai.config import Devices
from guitai.errors import GuitaiError

BY_ID = Path("/dev/serial/by-id")
PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial port of this machine."""

    name: str
    """The name that stays the same when other devices come and go, if there is one."""

    what: str
    """What the device says it is; empty when it says nothing."""


def serial_ports(by_id: Path = BY_ID) -> list[SerialPort]:
    """Return the serial ports with something behind them."""
    lasting = {str(link.resolve()): str(link) for link in by_id.glob("*")}
    return [
        SerialPort(lasting.get(port.device, port.device), "" if port.description == "n/a" else port.description)
        for port in sorted(list_ports.comports())
    ]


async def trials(config: Devices) -> dict[str, GuitaiError | None]:
    """Try the configured real devices; return by configuration key what is wrong, or None if all is well."""
    drivers = drivers_of(config)
    named = {
        "devices.card_chip": drivers.chip,
        "devices.id_reader": drivers.id_reader,
        "devices.receipt_printer": drivers.receipt_printer,
    }
    return {key: await _trial(driver) for key, driver in named.items() if driver is not None}


async def _trial(driver: Driver) -> GuitaiError | None:
    changed = asyncio.Event()
    driver.when_changed(changed.set)
    running = asyncio.create_task(driver.run())
    try:
        async with asyncio.timeout(PATIENCE_S):
            await changed.wait()  # the first answer, good or bad
        await driver.check()
    except TimeoutError:
        return driver.error
    except GuitaiError as error:
        return error
    else:
        return None
    finally:
        running.cancel()
        await asyncio.wait((running,))
