"""Which real devices the configuration names, and keeping them open."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog

from firmware_bridge.drivers.driver import LAST_RETRY_S, Driver
from firmware_bridge.drivers.escpos_printer import EscposPrinter
from firmware_bridge.drivers.id_serial import IdSerial
from firmware_bridge.drivers.pcsc import PcscChip
from guitai.config import Devices

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Drivers:
    """The devices that are real; None where the simulated one serves."""

    chip: PcscChip | None = None
    id_reader: IdSerial | None = None
    receipt_printer: EscposPrinter | None = None

    @property
    def present(self) -> list[Driver]:
        """Return those that there are."""
        return [driver for driver in (self.chip, self.id_reader, self.receipt_printer) if driver is not None]


NO_DRIVERS = Drivers()


def drivers_of(config: Devices) -> Drivers:
    """Return the drivers that the configuration names; none is open yet."""
    return Drivers(
        chip=PcscChip(config.card_chip.removeprefix("pcsc:")) if config.card_chip != "simulated" else None,
        id_reader=IdSerial(config.id_reader) if config.id_reader != "simulated" else None,
        receipt_printer=(
            EscposPrinter(config.receipt_printer.removeprefix("escpos:"))
            if config.receipt_printer != "simulated"
            else None
        ),
    )


@contextlib.asynccontextmanager
async def keep_open(drivers: Drivers) -> AsyncIterator[None]:
    """Open the devices, again whenever they are lost, while the block runs."""
    # Plain tasks: a TaskGroup would wrap what the caller's block raises.
    tasks = [asyncio.create_task(_guarded(driver)) for driver in drivers.present]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _guarded(driver: Driver) -> None:
    """Run a driver; a mistake in one must not take the other devices with it."""
    while True:
        try:
            await driver.run()
        except Exception:  # the task guard
            log.exception("driver failed", device=driver.name)
            await asyncio.sleep(LAST_RETRY_S)
