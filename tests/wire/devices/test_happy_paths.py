"""A customer's way through each device, over a real WebSocket, in every dialect."""

from __future__ import annotations

import asyncio
from pathlib import Path

from psec.des import decrypt_tdes_ecb
from psec.pinblock import decode_pinblock_iso_0

from firmware_bridge.client.pins import PinBlock
from firmware_bridge.simulator.keys import read_key
from guitai.messages.card import CardOffered, CardRetained, CardTaken, PinAbandoned
from guitai.messages.cash import NotesRetracted, NotesTaken, PresentStatusKnown
from guitai.messages.device import DeviceState, PrintDone
from guitai.money import Fen, yuan

CARD = "6217000012345678905"


async def test_card_in_read_out_taken(any_bench):
    inserted = await any_bench.insert()
    assert inserted.tail == "8905"
    assert len(inserted.card_token) == 32
    assert any_bench.port.card_token == inserted.card_token
    assert await any_bench.port.move_card("m1", "exit") == CardOffered("m1")
    await any_bench.hands.take_card()
    await any_bench.seen(CardTaken, lambda _: any_bench.port.card_token is None)


async def test_the_same_card_has_the_same_token_and_another_another(bench):
    first = await bench.insert()
    await bench.port.move_card("m1", "exit")
    await bench.hands.take_card()
    again = await bench.insert()
    await bench.port.move_card("m2", "exit")
    await bench.hands.take_card()
    other = await bench.insert("6217000012345678913")
    assert first == again != other


async def test_pin_becomes_a_block_that_only_the_bank_can_read(any_bench):
    await any_bench.insert()
    counts: list[int] = []
    await any_bench.hands.type_pin("135790")
    block = await any_bench.port.enter_pin("p1", counts.append)
    assert isinstance(block, PinBlock)
    key = read_key(any_bench.config.paths.keys, "pin.key")
    assert decode_pinblock_iso_0(decrypt_tdes_ecb(key, bytes(block)), CARD) == "135790"
    assert counts == [1, 2, 3, 4, 5, 6]
    assert "135790" not in repr(block)


async def test_pin_entry_cancelled_by_the_customer_and_by_the_session(any_bench):
    await any_bench.insert()
    await any_bench.hands.cancel_pin()
    assert await any_bench.port.enter_pin("p1", lambda _: None) == PinAbandoned("p1", "cancelled")
    started = asyncio.Event()
    entry = asyncio.create_task(any_bench.port.enter_pin("p2", lambda _: started.set()))
    any_bench.branch.pin_pad._press("1")
    await asyncio.wait_for(started.wait(), 60)
    await any_bench.port.cancel_pin()
    assert await entry == PinAbandoned("p2", "cancelled")


async def test_no_pin_without_a_card(bench):
    assert await bench.port.enter_pin("p1", lambda _: None) == PinAbandoned("p1", "device")


async def test_cash_counted_presented_taken(any_bench):
    await any_bench.pay_out(yuan(580))
    assert await any_bench.port.present_status("s1", "d1") == PresentStatusKnown("s1", "presented", yuan(580))
    assert await any_bench.hands.take_notes() == yuan(580)
    assert await any_bench.seen(NotesTaken) == NotesTaken(yuan(580))
    status = await any_bench.port.present_status("s2", "d1")
    assert status == PresentStatusKnown("s2", "presented", yuan(580), taken=True)


async def test_notes_left_at_the_exit_are_retracted_and_counted(any_bench):
    await any_bench.pay_out(yuan(230))
    assert await any_bench.port.retract("t1") == NotesRetracted("t1", yuan(230))
    # Retracted means that nothing of this debit is with the customer, nor waits inside for him.
    assert await any_bench.port.present_status("s1", "d1") == PresentStatusKnown("s1", "not_presented", Fen(0))


async def test_stacked_notes_are_rejected_and_counted(any_bench):
    await any_bench.stack(yuan(760))
    assert await any_bench.port.present_status("s1", "d1") == PresentStatusKnown("s1", "not_presented", yuan(760))
    assert await any_bench.port.reject("t1") == NotesRetracted("t1", yuan(760))
    assert await any_bench.port.present_status("s2", "d1") == PresentStatusKnown("s2", "not_presented", Fen(0))


async def test_receipt_is_printed(any_bench):
    assert await any_bench.port.print_receipt("p1", "转账凭条", ("张*", "5,000.00 元")) == PrintDone("p1")
    state = await any_bench.hands.state()
    assert state["printer"]["place"] == "exit"
    assert state["printer"]["prints"] == [{"title": "转账凭条", "lines": ["张*", "5,000.00 元"]}]


async def test_retained_card_stays_in_the_bin(any_bench):
    await any_bench.insert()
    await any_bench.port.move_card("m1", "exit")
    assert await any_bench.port.move_card("m2", "retain") == CardRetained("m2")
    assert (await any_bench.hands.state())["card_reader"]["retained"] == 1
    assert [unit.count for unit in await any_bench.port.units() if unit.kind == "card_retain"] == [1]
    assert await any_bench.hands.empty_retain_bin() == 1
    assert [unit.count for unit in await any_bench.port.units() if unit.kind == "card_retain"] == [0]


async def test_every_device_says_that_it_is_usable(any_bench):
    for device in ("card_reader", "pin_pad", "dispenser", "printer", "devices"):
        assert await any_bench.seen(DeviceState, lambda e, d=device: e.device == d) == DeviceState(device, True)


async def test_hands_reach_microphone_and_camera(bench):
    assert await bench.hands.microphone(Path("/a.wav")) == 7
    await bench.hands.camera("film.mp4", "idle.mp4")
    assert bench.recorder.heard == [Path("/a.wav")]
    assert bench.recorder.seen == [("film.mp4", "idle.mp4")]
