"""Process guitai-devices: device services (simulated, with hands, unless a vendor's serve), sound, camera."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable

from firmware_bridge.camera.camera import Camera
from firmware_bridge.drivers.wiring import NO_DRIVERS, Drivers, drivers_of, keep_open
from firmware_bridge.security import pinned_of
from firmware_bridge.services.auxiliaries import AuxiliariesService
from firmware_bridge.services.barcode_reader import BarcodeReaderService
from firmware_bridge.services.card_reader import CardReaderService
from firmware_bridge.services.cash_in import RecyclerService
from firmware_bridge.services.document_camera import DocumentCameraService
from firmware_bridge.services.host import cut_power, host
from firmware_bridge.services.id_reader import IdReaderService
from firmware_bridge.services.lights import LightsService
from firmware_bridge.services.panel import PanelService
from firmware_bridge.services.pin_pad import PinPadService
from firmware_bridge.services.printer import PrinterService, StatementPrinterService, TrayPrinterService
from firmware_bridge.services.service import Service
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.hands_server import Ear, Eye, HandsServer
from firmware_bridge.simulator.id_reader import SimulatedIdReader
from firmware_bridge.sound.main import Sound
from firmware_bridge.trace import Trace
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.logs import set_up
from guitai.systemd import notify
from guitai.tables import SOCKETS
from guitai.wire.sockets import serve

PACE_S = 0.05
"""How long each movement of a simulated machine takes."""


def services_of(branch: Branch, drivers: Drivers = NO_DRIVERS) -> list[Service]:
    """Return the services of a branch: simulated, but for the devices that have a driver."""
    card_reader = CardReaderService(branch.card_reader, drivers.chip)
    if drivers.chip is not None:
        drivers.chip.when_changed(card_reader.tell_changes)
    return [
        card_reader,
        PinPadService(branch.pin_pad),
        RecyclerService(branch.dispenser, branch.end_to_end_key),
        _receipt_printer(branch, drivers),
        StatementPrinterService(branch.statement_printer),
        _id_reader(branch, drivers),
        BarcodeReaderService(branch.barcode_reader),
        DocumentCameraService(branch.document_camera),
        AuxiliariesService(branch.cabinet),
        PanelService(branch.panel),
        LightsService(branch.lamps),
    ]


def _receipt_printer(branch: Branch, drivers: Drivers) -> PrinterService:
    if drivers.receipt_printer is None:
        return TrayPrinterService(branch.printer)
    service = PrinterService(drivers.receipt_printer)
    service.stands_on(drivers.receipt_printer)
    return service


def _id_reader(branch: Branch, drivers: Drivers) -> IdReaderService:
    if drivers.id_reader is None:
        return IdReaderService(SimulatedIdReader(branch.id_reader), branch.id_reader)
    service = IdReaderService(drivers.id_reader)
    service.stands_on(drivers.id_reader)
    return service


@contextlib.asynccontextmanager
async def simulated(
    config: Config, ear: Ear, eye: Eye, pace_s: float = PACE_S, on_power_cut: Callable[[], None] = cut_power
) -> AsyncIterator[Branch]:
    """Serve a branch, simulated but for what has a driver, and its hands while the block runs."""
    branch = Branch(config, pace_s)
    drivers = drivers_of(config.devices)
    services = services_of(branch, drivers)
    hands = HandsServer(branch, ear, eye, on_power_cut)
    async with (
        serve(config.paths.run / SOCKETS["hands"], hands.handle),
        serve(config.paths.run / SOCKETS["trace"], Trace(services).handle),
        host(
            services,
            config.devices.host,
            config.devices.port,
            on_power_cut=on_power_cut,
            users=config.devices.users,
            pinned=pinned_of(config.devices),
        ),
        keep_open(drivers),
    ):
        yield branch


def run(config: Config) -> None:
    """Run until SIGTERM or SIGINT."""
    set_up("devices", config)
    asyncio.run(_main(config))


async def _main(config: Config) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    config.paths.run.mkdir(parents=True, exist_ok=True)
    sound, camera = Sound(config), Camera(config)
    async with contextlib.AsyncExitStack() as stack:
        if config.devices.simulate:
            await stack.enter_async_context(simulated(config, sound, camera))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(sound.run(stop))
                group.create_task(camera.run(stop))
                notify("READY=1")
                await stop.wait()
                notify("STOPPING=1")
        except* GuitaiError as errors:
            raise errors.exceptions[0] from None  # one sentence for the command line, not a tree of groups
