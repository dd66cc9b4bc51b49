"""What a technician is told of real devices before anything else runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from firmware_bridge.drivers.finding import serial_ports, trials
from firmware_bridge.drivers.pcsc import card_readers
from guitai.cli.devices.ports import ports
from guitai.config import Devices
from guitai.errors import GuitaiError
from tests.fixtures.wires.id_reader import Reader
from tests.fixtures.wires.pcsc import READER, Box
from tests.fixtures.wires.receipt_printer import Printer
from tests.fixtures.wires.terminal import Terminal


async def test_configured_devices_are_tried(tmp_path: Path):
    reader, printer = Reader(), Printer()
    terminals = [Terminal(tmp_path / "ttyID", reader), Terminal(tmp_path / "ttyPOS", printer)]
    for terminal in terminals:
        terminal.plug()
    config = Devices(
        id_reader=terminals[0].address,
        receipt_printer=f"escpos:{terminals[1].address}",
    )
    try:
        assert await trials(config) == {"devices.id_reader": None, "devices.receipt_printer": None}
        printer.rows_left = 0
        reader.faults["find"] = [0x66]
        wrong = {key: error and error.code for key, error in (await trials(config)).items()}
    finally:
        for terminal in terminals:
            terminal.pull()
    assert wrong == {
        "devices.id_reader": "driver.id_reader_broken",
        "devices.receipt_printer": "driver.printer_paper_out",
    }
    wrong = {key: error and error.code for key, error in (await trials(config)).items()}
    assert set(wrong.values()) == {"driver.port_missing"}


async def test_a_simulated_branch_has_nothing_to_try():
    assert await trials(Devices()) == {}


@pytest.mark.pcscd
async def test_card_readers_are_listed(box: Box):
    with pytest.raises(GuitaiError) as none:
        card_readers()
    assert none.value.code == "driver.no_pcscd"
    await box.order("daemon")
    assert [READER in name for name in card_readers()] == [True, True]


def test_ports_have_the_names_that_last(tmp_path: Path):
    found = serial_ports(tmp_path)
    for number, port in enumerate(found):
        (tmp_path / f"usb-{number}").symlink_to(port.name)
    assert [port.name for port in serial_ports(tmp_path)] == [str(tmp_path / f"usb-{n}") for n in range(len(found))]


def test_the_command_says_it_in_sentences_and_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("GUITAI__DEVICES__ID_READER", f"serial:{tmp_path}/ttyUSB0")
    said = CliRunner().invoke(ports, obj=(), catch_exceptions=False)
    assert said.exit_code == 1
    assert "没有找到设备的串口。" in said.output
    assert "by-id" in said.output
