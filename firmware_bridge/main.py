"""Process guitai-devices: device services (simulated, with hands, unless a vendor's serve), sound, camera."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from firmware_bridge.camera.camera import Camera
from firmware_bridge.drivers.wiring import NO_DRIVERS, Drivers, drivers_of, keep_open
from firmware_bridge.recorder.main import Recorder
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

LOOPBACK = "127.0.0.1"
OWN_PORTS = range(5846, 5857)
"""Where service publishers of one machine listen; each takes the first that is free."""


def services_of(branch: Branch, drivers: Drivers = NO_DRIVERS) -> list[Service]:
    """Return the services of a branch: simulated, but for the devices that have a driver."""
    card_reader = CardReaderService(branch.card_reader, drivers.chip)
    if drivers.chip is not None:
        drivers.chip.when_changed(card_reader.tell_changes)
    return [
        card_reader,
        PinPadService(branch.pin_pad),
        RecyclerService(branch.dispenser, branch.end_to_end_key),
        _receipt_printer(drivers) or TrayPrinterService(branch.printer),
        StatementPrinterService(branch.statement_printer),
        _id_reader(drivers) or IdReaderService(SimulatedIdReader(branch.id_reader), branch.id_reader),
        BarcodeReaderService(branch.barcode_reader),
        DocumentCameraService(branch.document_camera),
        AuxiliariesService(branch.cabinet),
        PanelService(branch.panel),
        LightsService(branch.lamps),
    ]


def driven_services(drivers: Drivers) -> list[Service]:
    """Return the services that need no simulated machine; bare chip contacts are none, a card reader is more."""
    return [service for service in (_receipt_printer(drivers), _id_reader(drivers)) if service is not None]


def _receipt_printer(drivers: Drivers) -> PrinterService | None:
    if drivers.receipt_printer is None:
        return None
    service = PrinterService(drivers.receipt_printer)
    service.stands_on(drivers.receipt_printer)
    return service


def _id_reader(drivers: Drivers) -> IdReaderService | None:
    if drivers.id_reader is None:
        return None
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


@contextlib.asynccontextmanager
async def beside_a_vendor(config: Config) -> AsyncIterator[int | None]:
    """Serve the devices that have a driver on the first free standard port, where core looks, too; yield the port.

    Raises GuitaiError ``device.port_in_use`` when all are taken.
    """
    drivers = replace(drivers_of(config.devices), chip=None)
    services = driven_services(drivers)
    async with contextlib.AsyncExitStack() as stack:
        port = await _first_free(stack, services, config) if services else None
        await stack.enter_async_context(keep_open(drivers))
        yield port


async def _first_free(stack: contextlib.AsyncExitStack, services: list[Service], config: Config) -> int:
    taken: GuitaiError | None = None
    for port in OWN_PORTS:
        try:
            return await stack.enter_async_context(host(services, LOOPBACK, port, users=config.devices.users))
        except GuitaiError as error:
            if error.code != "device.port_in_use":
                raise
            taken = error
    assert taken is not None
    raise taken


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
    recorder = Recorder(config)
    sound = Sound(config, recorder.tap.put)
    camera = Camera(config, sound.report)
    async with contextlib.AsyncExitStack() as stack:
        if config.devices.simulate:
            await stack.enter_async_context(simulated(config, sound, camera))
        else:
            await stack.enter_async_context(beside_a_vendor(config))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(sound.run(stop))
                group.create_task(camera.run(stop))
                group.create_task(recorder.run(stop))
                notify("READY=1")
                await stop.wait()
                notify("STOPPING=1")
        except* GuitaiError as errors:
            raise errors.exceptions[0] from None  # one sentence for the command line, not a tree of groups
