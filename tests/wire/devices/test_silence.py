"""Lines that break at the worst message, and machines that leave things out: silence is never taken for an answer."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from guitai.errors import GuitaiError
from guitai.messages.card import CardMoveFailed, CardRetained, CardTaken, PinAbandoned
from guitai.messages.cash import NotesRetracted, NotesTaken
from guitai.messages.device import DeviceState
from guitai.money import yuan

AMOUNT = yuan(580)


async def test_notes_taken_while_the_line_was_down_are_noticed_even_if_the_line_breaks_again(bench):
    await bench.pay_out(AMOUNT)
    bench.traffic.lose("after", "Storage.GetStorage")
    bench.traffic.lose("completion", "CashDispenser.GetPresentStatus")
    await bench.port.units()
    bench.branch.dispenser.take()
    assert await bench.seen(NotesTaken) == NotesTaken(AMOUNT)


@pytest.mark.parametrize("field", ["commandNonce", "pinBlock"])
async def test_a_payload_without_its_field_is_a_failure_of_the_device(bench, field):
    bench.traffic.alter("Common.GetCommandNonce", lambda payload: payload.pop("commandNonce"))
    bench.traffic.alter("PinPad.GetPinBlock", lambda payload: payload.pop("pinBlock"))
    if field == "commandNonce":
        with pytest.raises(GuitaiError) as caught:
            await bench.port.command_nonce()
        assert caught.value.code == "device.failed"
    else:
        await bench.insert()
        await bench.hands.type_pin("246813")
        assert await bench.port.enter_pin("p1", lambda _: None) == PinAbandoned("p1", "device")


async def test_a_pin_block_that_is_none_is_a_failure_of_the_device(bench):
    bench.traffic.alter("PinPad.GetPinBlock", lambda payload: payload.update(pinBlock="?"))
    await bench.insert()
    await bench.hands.type_pin("246813")
    assert await bench.port.enter_pin("p1", lambda _: None) == PinAbandoned("p1", "device")


async def test_a_retract_that_does_not_say_what_came_in_leaves_the_amount_open(bench):
    await bench.pay_out(AMOUNT)
    bench.traffic.alter("CashManagement.Retract", lambda payload: payload.clear())
    assert await bench.port.retract("t1") == NotesRetracted("t1", None)


async def test_a_retain_that_was_not_sent_is_not_remembered(bench):
    await bench.insert()
    bench.events.clear()
    await bench.port.move_card("m1", "exit")
    bench.traffic.lose("after", "Storage.GetStorage")
    with pytest.raises(GuitaiError) as caught:
        await bench.port.move_card("m2", "retain")
    assert caught.value.code == "device.not_connected"
    bench.branch.card_reader.take()
    await bench.seen(CardTaken)


async def test_a_retain_that_was_sent_is_remembered_when_the_next_one_is_not(bench):
    await bench.insert()
    bench.events.clear()
    await bench.port.move_card("m1", "exit")
    await bench.hands.fault("card_reader", "disconnect")
    assert await bench.port.move_card("m2", "retain") == CardMoveFailed("m2", "device.outcome_unknown")
    await bench.seen(DeviceState, lambda e: e.device == "card_reader" and not e.usable)
    await bench.seen(DeviceState, lambda e: e == DeviceState("card_reader", True))
    bench.traffic.lose("after", "Storage.GetStorage")
    with pytest.raises(GuitaiError) as caught:
        await bench.port.move_card("m3", "retain")
    assert caught.value.code == "device.not_connected"
    await bench.seen(DeviceState, lambda e: e.device == "card_reader" and not e.usable)
    await bench.seen(DeviceState, lambda e: e == DeviceState("card_reader", True))
    assert await bench.port.move_card("m4", "exit") == CardRetained("m4")


@pytest.mark.parametrize("name", ["last_retain", "last_dispense", "last_cash_in"])
async def test_a_damaged_memory_is_said_at_the_start(bench, name):
    await bench.stop_core()
    (bench.config.paths.state / f"{name}.json").write_text("{")
    with pytest.raises(GuitaiError) as caught:
        await bench.start_core()
    assert caught.value.code == "device.state_damaged"


async def test_a_bug_in_a_background_question_is_logged(bench):
    async def broken() -> None:
        raise KeyError("x")

    with capture_logs() as logs:
        bench.port._spawn(broken())
        await asyncio.wait(set(bench.port._background))
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["device question broke"]
