"""A technician walks devices through their moves; the simulator's hands do what the command line asks for."""

from __future__ import annotations

import socket

import cv2
import numpy as np
import pytest

from firmware_bridge.main import services_of
from firmware_bridge.services.host import host
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.keys import provision_keys
from firmware_bridge.simulator.lamps import NAMES
from guitai.tables import SOCKETS
from tests.wire.devices_cli.conftest import Bench

CARD = "6217000012345678905"


async def exercise(bench, *arguments: str):
    return await bench.start("exercise", *arguments, "--lang", "en")


async def test_a_card_goes_in_out_and_into_the_bin(bench):
    run = await exercise(bench, "card_reader")
    await run.until("Insert a test card")
    await bench.hands.insert_card(CARD)
    await run.until("The card was read")
    await run.until("[y/n]")
    await run.type("y")
    await run.until("The chip answered.")
    await run.until("take it")
    await bench.hands.take_card()
    await run.until("noticed that the card was taken")
    await run.type("y")
    await bench.hands.insert_card(CARD)
    await run.until("in the bin and was counted")
    assert await run.end() == 0, run.said
    assert CARD not in run.said
    assert bench.branch.card_reader.state.retained == 1


async def test_a_card_that_cannot_be_read_is_given_back_and_the_exit_code_is_1(bench):
    await bench.hands.fault("card_reader", "stripe_unreadable")
    run = await exercise(bench, "card_reader")
    await run.until("Insert a test card")
    await bench.hands.insert_card(CARD)
    await run.until("Next: Turn it round")
    await bench.hands.take_card()
    assert await run.end() == 1
    assert "Traceback" not in run.said


async def test_a_card_left_inside_comes_out_first(bench):
    run = await exercise(bench, "card_reader")
    await run.until("Insert a test card")
    await bench.hands.insert_card(CARD)
    await run.until("The card was read")
    run.process.kill()
    again = await exercise(bench, "card_reader")
    await again.until("inside already")
    await bench.hands.take_card()
    assert await again.end() == 1


async def test_four_digits_are_counted_and_cancel_is_heard(bench):
    run = await exercise(bench, "pin_pad")
    await run.until("Press any four digits")
    await bench.hands.type_pin("1357")
    await run.until("Four digits and enter arrived")
    await run.until("Press the cancel key")
    await bench.hands.cancel_pin()
    assert await run.end() == 0, run.said
    assert "1357" not in run.said


async def test_five_digits_are_not_four(bench):
    run = await exercise(bench, "pin_pad")
    await run.until("Press any four digits")
    await bench.hands.type_pin("13579")
    await run.until("It was not four digits")
    await run.until("Press the cancel key")
    await bench.hands.cancel_pin()
    assert await run.end() == 1


@pytest.mark.parametrize("name", ["printer", "statement_printer"])
async def test_paper_is_put_in_printed_taken_and_looked_at(bench, name):
    await bench.hands.fault(name, "paper_low")
    run = await exercise(bench, name)
    await run.until("The paper is low or out")
    await bench.hands.clear_faults()
    await run.type("")
    await run.until("Take the paper.")
    assert await bench.hands.take_paper(name) == "Test slip"
    await run.until("[y/n]")
    await run.type("y")
    assert await run.end() == 0, run.said


async def test_a_cash_machine_is_exercised_in_maintenance_only_and_pays_nothing(bench):
    run = await exercise(bench, "dispenser")
    assert await run.end() == 1
    assert "only in maintenance" in run.said
    await bench.hands.set_sensor("operator_switch", "maintenance")
    before = bench.branch.dispenser.state
    run = await exercise(bench, "dispenser")
    assert await run.answer("y") == 0, run.said
    assert "The shutter opened." in run.said
    assert "The reset is done." in run.said
    assert bench.branch.dispenser.state.cassettes == before.cassettes
    assert bench.branch.dispenser.conservation() == {}


async def test_notes_that_lie_somewhere_are_left_alone(bench):
    await bench.hands.set_sensor("operator_switch", "maintenance")
    await bench.branch.dispenser.dispense({100_00: 2}, "test")
    run = await exercise(bench, "dispenser")
    assert await run.end() == 1
    assert "leave them" in run.said
    assert bench.branch.dispenser.state.stacker


async def test_an_id_card_is_read_and_nothing_of_it_shown(bench):
    run = await exercise(bench, "id_reader")
    await run.until("Lay an ID card")
    await bench.hands.lay_id_card("王小明", "11010519491231002X", "1949-12-31", "2020-01-01")
    await run.until("Take the ID card away.")
    await bench.hands.take_id_card()
    assert await run.end() == 0, run.said
    assert "王小明" not in run.said
    assert "11010519491231002X" not in run.said


async def test_a_cash_machine_without_an_operator_switch_moves_only_in_an_exchange(config):
    provision_keys(config.paths.keys)
    branch = Branch(config)
    services = [service for service in services_of(branch) if "Auxiliaries" not in service.interfaces]
    async with host(services, "127.0.0.1", 0) as port:
        bench = Bench(config.model_copy(update={"devices": config.devices.model_copy(update={"port": port})}))
        run = await exercise(bench, "dispenser")
        assert await run.end() == 1
        assert "only in maintenance" in run.said
        assert "[y/n]" not in run.said
        branch.dispenser.start_exchange()
        run = await exercise(bench, "dispenser")
        assert await run.answer("y") == 1  # it is asked now, and says itself what it does not do in an exchange
        assert "only in maintenance" not in run.said
        assert "Stacker and slots are empty." in run.said
        assert "The units are being replenished" in run.said
    assert branch.dispenser.conservation() == {}


@pytest.mark.parametrize(("position", "code"), [("supervisor", 0), ("run", 1)])
async def test_where_the_operator_switch_must_stand(bench, position, code):
    await bench.hands.set_sensor("operator_switch", position)
    run = await exercise(bench, "dispenser")
    assert await run.answer("y") == code, run.said


async def test_a_code_is_read_and_nothing_of_it_shown(bench):
    run = await exercise(bench, "barcode_reader")
    await run.until("Hold any code")
    await bench.hands.show_code("secret text")
    assert await run.end() == 0, run.said
    assert "secret text" not in run.said


async def test_a_sheet_is_photographed(bench, tmp_path):
    sheet = tmp_path / "sheet.png"
    cv2.imwrite(str(sheet), np.full((200, 100, 3), 255, np.uint8))
    run = await exercise(bench, "document_camera")
    await run.until("Lay a sheet under the camera")
    await bench.hands.lay_document(sheet)
    await run.type("")
    assert await run.end() == 0, run.said
    assert "The picture was taken; it is not kept." in run.said
    assert bench.branch.document_camera.state.pictures == 1


async def test_a_camera_that_takes_no_picture_is_red(bench):
    await bench.hands.fault("document_camera", "no_picture")
    run = await exercise(bench, "document_camera")
    await run.until("Lay a sheet under the camera")
    await run.type("")
    assert await run.end() == 1
    assert "The picture was taken" not in run.said


@pytest.mark.parametrize(
    ("seen", "code", "sentence"), [("y", 0, "The light works."), ("n", 1, "It is dark or has the wrong colour")]
)
async def test_every_light_is_lit_looked_at_and_put_out(bench, seen, code, sentence):
    run = await exercise(bench, "lights")
    assert await run.answer(seen) == code, run.said
    assert run.said.count(sentence) == len(NAMES)
    assert bench.branch.lamps.state.lit == {}


async def test_the_panel_shows_a_text(bench):
    run = await exercise(bench, "operator_panel")
    await run.until("[y/n]")
    await run.type("y")
    assert await run.end() == 0, run.said


async def test_the_cabinets_sensors_notice(bench):
    run = await exercise(bench, "cabinet")
    for asked, sensor, value in (
        ("Turn the operator switch to maintenance", "operator_switch", "maintenance"),
        ("back to run", "operator_switch", "run"),
        ("Open the cabinet door", "cabinet_door", "open"),
        ("Shut the cabinet door", "cabinet_door", "closed"),
        ("Lift the handset", "handset", "offTheHook"),
        ("Hang the handset up", "handset", "onTheHook"),
        ("Plug headphones in", "headphones", "present"),
        ("Pull the headphones out", "headphones", "notPresent"),
        ("Step before", "proximity", "present"),
        ("Step away", "proximity", "notPresent"),
    ):
        await run.until(asked)
        await bench.hands.set_sensor(sensor, value)
    assert await run.end() == 0, run.said


async def test_a_sensor_that_notices_nothing_is_red(bench):
    run = await bench.start("exercise", "cabinet", "--lang", "en", "--wait", "0.1")
    assert await run.end() == 1
    assert "did not notice" in run.said


async def test_a_core_that_cannot_be_reached_may_be_serving_someone(bench, tmp_path):
    in_the_way = tmp_path / "a file"
    in_the_way.touch()
    paths = bench.config.paths.model_copy(update={"run": in_the_way})  # connecting ends with ENOTDIR
    bench.config = bench.config.model_copy(update={"paths": paths})
    for arguments in (("exercise", "operator_panel"), ("exchange", "--technician", "T1")):
        code, out = await bench.run(*arguments, "--lang", "en")
        assert code == 1, out
        assert "Nothing listens on" in out
        assert "Core is not running" not in out
        assert "Traceback" not in out


async def test_a_core_that_was_killed_serves_nobody(bench):
    with socket.socket(socket.AF_UNIX) as core:
        core.bind(str(bench.config.paths.run / SOCKETS["core"]))  # the file stays, nobody listens
    run = await exercise(bench, "operator_panel")
    await run.until("Core is not running, so no customer is disturbed.")
    await run.until("[y/n]")
    await run.type("y")
    assert await run.end() == 0, run.said


async def test_the_end_of_input_ends_it(bench):
    run = await exercise(bench, "operator_panel")
    await run.until("[y/n]")
    assert await run.end() == 130
    assert "Traceback" not in run.said
