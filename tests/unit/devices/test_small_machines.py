"""The physical models of the small devices: what they remember over a power cut, and how they wear out."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from firmware_bridge.drivers.id_card import IdCard
from firmware_bridge.simulator.barcode_reader import BarcodeReader, Code
from firmware_bridge.simulator.cabinet import AT_REST, SENSORS, Cabinet, Sensors
from firmware_bridge.simulator.card_reader import CardReader
from firmware_bridge.simulator.document_camera import DocumentCamera
from firmware_bridge.simulator.faults import CONDITIONS, ONCE, Faults, PowerCutError
from firmware_bridge.simulator.id_reader import IdGlass, SimulatedIdReader
from firmware_bridge.simulator.lamps import Lamp, Lamps
from firmware_bridge.simulator.panel import COLUMNS, ROWS, Panel
from firmware_bridge.simulator.pin_pad import PinPad
from firmware_bridge.simulator.printer import ROLL, SHEETS, Printer, Stock
from guitai.errors import GuitaiError

CARD = IdCard(
    "resident", "张三", "male", datetime.date(1980, 1, 2), "110101198001021239", datetime.date(2020, 1, 1), None
)


def test_each_machine_stands_after_a_power_cut_as_it_stood(tmp_path):
    cabinet, panel, glass = Cabinet(tmp_path), Panel(tmp_path), IdGlass(tmp_path)
    barcode, tray, reader = BarcodeReader(tmp_path), DocumentCamera(tmp_path), CardReader(tmp_path)
    cabinet.set_sensor("safe_door", "open")
    panel.ask(enter=True)
    panel.write(0, 1, "维护")
    glass.lay(dataclasses.replace(CARD, photo=b"\x00\xff"))
    barcode.show(Code("qrCode", "A1"))
    reader.insert("6217=3012", "6217=3012")
    again = [kind(tmp_path) for kind in (Cabinet, Panel, IdGlass, BarcodeReader, DocumentCamera, CardReader)]
    machines = (cabinet, panel, glass, barcode, tray, reader)
    assert [machine.state for machine in again] == [machine.state for machine in machines]
    assert again[1].state.mode == "enterPending"
    assert again[2].state.card.photo == b"\x00\xff"


def test_lamps_are_dark_after_a_power_cut(tmp_path):
    lamps = Lamps(tmp_path)
    lamps.set({"cardReader": Lamp("medium"), "pinPad": Lamp("off")})
    assert list(lamps.state.lit) == ["cardReader"]
    assert Lamps(tmp_path).state.lit == {}


@pytest.mark.parametrize("make", [PinPad.block, PinPad.block_iso_4])
async def test_a_pin_is_forgotten_though_no_block_came_of_it(tmp_path, make):
    pad = PinPad(tmp_path, bytes(range(16)), bytes(16))
    pad.type("1234")
    assert await pad.enter(4, 12, lambda _key: None) == ("enter", 4)
    with pytest.raises(ValueError, match=r"\S"):
        make(pad, "x")
    assert not pad.has_pin


@pytest.mark.parametrize("step", ["print.begun", "print.done", "present.done", "retract.done"])
async def test_no_piece_of_paper_is_lost_to_a_power_cut(tmp_path, step):
    printer = Printer(tmp_path)
    printer.faults.arm(f"power_cut:{step}")

    async def way() -> None:
        await printer.print("t", ("a", "b"))
        await printer.present()
        await printer.retract()

    with pytest.raises(PowerCutError):
        await way()
    again = Printer(tmp_path)
    pieces = again.state.retracted + (again.state.place != "none")
    assert pieces == 1
    assert not again.state.printing
    assert again.state.used == printer.state.used > 0


async def test_a_roll_becomes_low_and_runs_out_and_a_new_one_helps(tmp_path):
    printer = Printer(tmp_path, stock=Stock(full=20, low=10, lines_per_sheet=0))
    assert printer.paper == "full"
    await printer.print("t", ("a",) * 8)
    assert printer.paper == "low"
    with pytest.raises(GuitaiError, match="paper_out"):
        await printer.print("t", ("a",) * 8)
    assert (printer.paper, len(printer.state.prints)) == ("out", 1)
    printer.clear_faults()
    assert printer.paper == "full"
    await printer.print("t", ("a",) * 8)


def test_a_statement_takes_as_many_sheets_as_it_needs(tmp_path):
    sheets = Printer(tmp_path, name="statement_printer", stock=SHEETS).sheets
    assert [sheets(lines) for lines in (0, 1, 45, 46, 91)] == [1, 1, 1, 2, 3]
    assert Printer(tmp_path, stock=ROLL).sheets(500) == 1


async def test_what_nobody_took_makes_way_for_the_next_piece(tmp_path):
    printer = Printer(tmp_path)
    for _ in range(3):
        await printer.print("t", ("a",))
        await printer.present()
    assert (printer.state.retracted, printer.state.place) == (2, "exit")
    assert printer.take().title == "t"
    assert (printer.state.taken, printer.state.place) == (1, "none")


def test_mending_shuts_doors_and_leaves_people_where_they_are(tmp_path):
    cabinet = Cabinet(tmp_path)
    for sensor, values in SENSORS.items():
        cabinet.set_sensor(sensor, values[-1])
    cabinet.clear_faults()
    assert cabinet.state == Sensors(proximity="present", handset="offTheHook", headphones="present")
    assert {sensor: getattr(Sensors(), sensor) for sensor in SENSORS} == AT_REST


def test_the_panel_asks_once_and_goes_the_way_it_was_asked_last(tmp_path):
    panel, seen = Panel(tmp_path), []
    panel.watch(lambda _, new: seen.append(new.mode))
    panel.settle()
    panel.ask(enter=False)
    assert seen == []
    panel.ask(enter=True)
    panel.ask(enter=True)
    panel.ask(enter=False)
    panel.settle()
    assert panel.state.mode == "inactive"
    panel.ask(enter=True)
    panel.settle()
    panel.run("diagnostics")
    panel.ask(enter=False)
    panel.settle()
    assert (panel.state.mode, panel.state.application, panel.state.interface) == ("inactive", "", "consumer")


def test_the_panels_screen_keeps_what_fits(tmp_path):
    panel = Panel(tmp_path)
    panel.write(2, 0, "abc\ndef")
    panel.write(3, 0, "X")
    assert panel.state.rows[:2] == ("  aXc", "  def")
    panel.write(0, ROWS - 1, "last\nlost")
    panel.write(COLUMNS - 2, 2, "12345")
    assert panel.state.rows[ROWS - 1] == "last"
    assert panel.state.rows[2] == " " * (COLUMNS - 2) + "12"
    panel.clear()
    assert panel.state.rows == ("",) * ROWS


async def test_the_id_reader_says_why_it_gave_no_card(tmp_path):
    glass = IdGlass(tmp_path)
    reader = SimulatedIdReader(glass)
    for arm, code in (
        (None, "driver.id_card_none"),
        ("unreadable", "driver.id_card_unreadable"),
        ("rejected", "driver.id_card_rejected"),
        ("offline", "driver.port_lost"),
        ("tamper", "driver.id_reader_broken"),
    ):
        if arm is not None:
            glass.lay(CARD)
            glass.fault(arm)
        with pytest.raises(GuitaiError) as caught:
            await reader.read(0.0 if arm is None else 5.0)
        assert caught.value.code == code
        assert caught.value.english()
    assert "110101" not in repr(CARD) + str(CARD)


def test_every_machine_names_its_faults():
    assert CONDITIONS.keys() == ONCE.keys()
    for device, conditions in CONDITIONS.items():
        with pytest.raises(GuitaiError) as caught:
            Faults(device).arm("sneeze")
        assert all(kind in caught.value.english() for kind in (*conditions, *ONCE[device]))
