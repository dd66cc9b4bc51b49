"""A branch whose card contacts, ID-card reader and receipt printer are real, driven through its services."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from firmware_bridge.client.discovery import discover
from firmware_bridge.drivers.wiring import Drivers, drivers_of, keep_open
from firmware_bridge.main import beside_a_vendor, services_of
from firmware_bridge.services.host import host
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Config, Devices
from tests.fixtures.wires import virtual_card
from tests.fixtures.wires.id_reader import Card, Reader
from tests.fixtures.wires.pcsc import Box
from tests.fixtures.wires.receipt_printer import Printer
from tests.fixtures.wires.terminal import Terminal
from tests.wire.devices.bare_peer import Peer, services
from tests.wire.drivers.conftest import shows


@dataclass
class World:
    port: int
    branch: Branch
    drivers: Drivers
    id_reader: Reader
    id_terminal: Terminal
    printer: Printer

    @contextlib.asynccontextmanager
    async def peer(self, name: str) -> AsyncIterator[Peer]:
        uri = next(uri for uri in await services(self.port) if uri.endswith(f"/{name}"))
        async with connect(uri, proxy=None) as line:
            peer = Peer(line)
            await peer.probe("Common.Capabilities")
            yield peer


@pytest.fixture
async def world(config: Config, tmp_path: Path) -> AsyncIterator[World]:
    provision_keys(config.paths.keys)
    reader, printer = Reader(), Printer()
    terminals = [Terminal(tmp_path / "ttyID", reader), Terminal(tmp_path / "ttyPOS", printer)]
    for terminal in terminals:
        terminal.plug()
    names = Devices(
        id_reader=f"serial:{terminals[0].path}",
        receipt_printer=f"escpos:serial:{terminals[1].path}@115200",
        card_chip="pcsc:Virtual",
    )
    branch, drivers = Branch(config), drivers_of(names)
    try:
        async with (
            host(services_of(branch, drivers), "127.0.0.1", 0) as port,
            keep_open(drivers),
        ):
            await shows(drivers.id_reader, lambda: not drivers.id_reader.fault)
            await shows(drivers.receipt_printer, lambda: not drivers.receipt_printer.fault)
            yield World(port, branch, drivers, reader, terminals[0], printer)
    finally:
        for terminal in terminals:
            terminal.pull()


async def test_an_id_card_reaches_the_client(world: World):
    world.id_reader.card = Card()
    async with world.peer("IdCardReader") as peer:
        code, body = await peer.command("CardReader.ReadRawData", {"chip": True})
    assert code == "success"
    card = json.loads(base64.b64decode(body["chip"][0]["data"]))
    assert (card["name"], card["number"], card["valid_to"]) == ("李桂英", "11010519491231002X", None)


async def test_a_receipt_reaches_the_paper(world: World):
    async with world.peer("Printer") as peer:
        wanted = {"formName": "GuitaiReceipt", "mediaName": "Receipt", "fields": {"title": "凭条", "lines": ["金额"]}}
        assert (await peer.command("Printer.PrintForm", wanted))[0] == "success"
        world.printer.rows_left = 0
        await shows(world.drivers.receipt_printer, lambda: bool(world.drivers.receipt_printer.fault))
        status = await peer.probe("Common.Status")
        assert status["common"]["device"] == "online"
        assert status["printer"]["paper"]["upper"] == "out"
        assert (await peer.command("Printer.PrintForm", wanted))[1]["errorCode"] == "paperOut"
    assert world.printer.slips[0].text == ["凭条", "金额"]


async def test_an_unplugged_reader_is_no_device_and_clients_are_told(world: World):
    async with world.peer("IdCardReader") as peer:
        world.id_terminal.pull()
        await shows(world.drivers.id_reader, lambda: world.drivers.id_reader.fault == "driver.port_missing")
        assert (await peer.probe("Common.Status"))["common"]["device"] == "noDevice"
        assert "Common.StatusChangedEvent" in [name for name, _ in peer.events]
        assert (await peer.command("CardReader.ReadRawData", {"chip": True}))[0] == "deviceNotReady"


@pytest.mark.pcscd
async def test_apdus_go_through_the_service_to_the_card_and_back(box: Box, world: World):
    def coded(apdu: bytes) -> str:
        return base64.b64encode(apdu).decode()

    await box.order("daemon")
    chip = world.drivers.chip
    await shows(chip, lambda: not chip.fault)
    await box.order("insert")
    await shows(chip, lambda: chip.present)
    async with world.peer("CardReader") as peer:
        code, body = await peer.command("CardReader.ChipPower", {"chipPower": "cold"})
        assert (code, body["chipData"]) == ("success", coded(virtual_card.ATR))
        select = {"chipProtocol": "chipT0", "chipData": coded(virtual_card.SELECT)}
        read = {"chipProtocol": "chipT0", "chipData": coded(virtual_card.READ_RECORD)}
        assert base64.b64decode((await peer.command("CardReader.ChipIO", select))[1]["chipData"])[-2:] == b"\x90\x00"
        assert (await peer.command("CardReader.ChipIO", read))[1]["chipData"] == coded(
            virtual_card.RECORD + b"\x90\x00"
        )
        await box.order("remove")
        await shows(chip, lambda: not chip.present)
        code, body = await peer.command("CardReader.ChipIO", read)
        assert (code, body["errorCode"]) == ("commandErrorCode", "noMedia")


async def test_real_devices_are_served_beside_a_vendors(config: Config, tmp_path: Path, monkeypatch):
    printer = Printer()
    terminal = Terminal(tmp_path / "ttyPOS", printer)
    terminal.plug()
    names = Devices(simulate=False, receipt_printer=f"escpos:{terminal.address}", card_chip="pcsc:", users=())
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as vendor:
        taken = vendor.sockets[0].getsockname()[1]
        monkeypatch.setattr("firmware_bridge.main.OWN_PORTS", (taken, 0))
        async with beside_a_vendor(config.model_copy(update={"devices": names})) as port:
            uris = await discover(names.model_copy(update={"port": port}))
            uri = f"ws://127.0.0.1:{port}/xfs4iot/v1.0/Printer"
            assert uri in uris
            assert f"ws://127.0.0.1:{port}/xfs4iot/v1.0/CardReader" not in uris
            async with connect(uri, proxy=None) as line:
                peer = Peer(line)
                while (await peer.probe("Common.Status"))["common"]["device"] != "online":
                    await peer.event("Common.StatusChangedEvent")
                wanted = {"formName": "GuitaiReceipt", "mediaName": "Receipt", "fields": {"title": "", "lines": ["一"]}}
                assert (await peer.command("Printer.PrintForm", wanted))[0] == "success"
    terminal.pull()
    assert printer.slips[0].text == ["一"]


async def test_without_real_devices_nothing_is_served_beside_a_vendors(config: Config):
    async with beside_a_vendor(config.model_copy(update={"devices": Devices(simulate=False)})) as port:
        assert port is None
