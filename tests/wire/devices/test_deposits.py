"""A customer's notes on their way in: counted, stored or given back, over a real WebSocket, in every dialect."""

from __future__ import annotations

import asyncio

import pytest

from guitai.messages.cash_in import (
    CashInFailed,
    CashInStarted,
    CashInStatusKnown,
    NotesCounted,
    NoteSerials,
    NotesReturned,
    NotesStored,
    NotesTakenBack,
    ReturnedRetracted,
)
from guitai.money import Fen, yuan

BUNCH = {100_00: 5, 20_00: 2, 1_00: 3}
COUNTS = ((100_00, 5), (20_00, 2), (1_00, 3))
WORTH = yuan(543)


async def begin(bench, deposit_id="p1"):
    assert await bench.port.start_cash_in("c1", deposit_id) == CashInStarted("c1")


async def counted(bench, notes=BUNCH, forged=None, request_id="c2"):
    accepting = asyncio.create_task(bench.port.accept_notes(request_id))
    await bench.hands.insert_notes(notes, forged)
    return await accepting


async def test_notes_are_counted_stored_and_their_serials_told(any_bench):
    await begin(any_bench)
    assert await counted(any_bench) == NotesCounted("c2", COUNTS, refused=False)
    status = await any_bench.port.cash_in_status("s1", "p1")
    assert status == CashInStatusKnown("s1", "active", WORTH)
    assert await any_bench.port.end_cash_in("c3", "p1") == NotesStored("c3", WORTH)
    serials = await any_bench.seen(NoteSerials)
    assert (serials.request_id, serials.way, len(set(serials.serials))) == ("c3", "in", 10)
    status = await any_bench.port.cash_in_status("s2", "p1")
    assert status == CashInStatusKnown("s2", "stored", WORTH)
    cash = any_bench.branch.dispenser.state
    assert cash.box == {20_00: 2, 1_00: 3}
    assert cash.cassettes[100_00] == 2005


@pytest.mark.parametrize("unit", [{"id": "x"}, {"id": "x", "deposited": None}, None])
async def test_units_that_do_not_say_what_was_deposited_are_not_taken_for_nothing(any_bench, unit):
    await begin(any_bench)
    await counted(any_bench)
    units = {} if unit is None else {"unit1": unit, "unitBOX": unit}
    any_bench.traffic.alter("CashAcceptor.CashInEnd", lambda payload: payload.update(storage=units))
    assert await any_bench.port.end_cash_in("c3", "p1") == NotesStored("c3", WORTH)


async def test_a_tray_taken_in_by_a_machine_that_does_not_say_how_much_leaves_the_amount_open(any_bench):
    await begin(any_bench)
    await counted(any_bench)
    assert await any_bench.port.roll_back("c3") == NotesReturned("c3", WORTH)
    any_bench.traffic.alter("CashManagement.Retract", lambda payload: payload.clear())
    assert await any_bench.port.retract_returned("c4") == ReturnedRetracted("c4", None)


async def test_a_second_bunch_adds_to_the_first(any_bench):
    await begin(any_bench)
    await counted(any_bench, {50_00: 1})
    more = await counted(any_bench, {50_00: 2, 10_00: 1}, request_id="c3")
    assert more == NotesCounted("c3", ((50_00, 3), (10_00, 1)), refused=False)


async def test_forged_notes_are_pushed_back_and_waited_for(any_bench):
    await begin(any_bench)
    assert await counted(any_bench, {100_00: 2}, {100_00: 1}) == NotesCounted("c2", ((100_00, 2),), refused=True)
    again = asyncio.create_task(any_bench.port.accept_notes("c3"))
    await asyncio.sleep(0)
    assert await any_bench.hands.take_returned_notes() == yuan(100)
    await any_bench.seen(NotesTakenBack)
    await any_bench.hands.insert_notes({100_00: 1})
    assert await again == NotesCounted("c3", ((100_00, 3),), refused=False)
    assert await any_bench.port.end_cash_in("c4", "p1") == NotesStored("c4", yuan(300))


async def test_notes_are_given_back_and_taken(any_bench):
    await begin(any_bench)
    await counted(any_bench)
    assert await any_bench.port.roll_back("c3") == NotesReturned("c3", WORTH)
    assert await any_bench.hands.take_returned_notes() == WORTH
    await any_bench.seen(NotesTakenBack)
    assert await any_bench.port.cash_in_status("s1", "p1") == CashInStatusKnown("s1", "returned", WORTH)
    assert await any_bench.port.retract_returned("c4") == NotesTakenBack()


async def test_returned_notes_nobody_takes_are_retracted(any_bench):
    await begin(any_bench)
    await counted(any_bench)
    await any_bench.port.roll_back("c3")
    assert await any_bench.port.retract_returned("c4") == ReturnedRetracted("c4", WORTH)
    assert await any_bench.port.cash_in_status("s1", "p1") == CashInStatusKnown("s1", "retracted", WORTH)


async def test_waiting_for_notes_is_stopped(any_bench):
    await begin(any_bench)
    accepting = asyncio.create_task(any_bench.port.accept_notes("c2"))
    async with asyncio.timeout(60):
        machine = any_bench.branch.dispenser
        await machine.until(lambda _: machine.accepting)
    await any_bench.port.stop_accepting()
    assert await accepting == NotesCounted("c2", (), refused=False)
    assert await any_bench.port.roll_back("c3") == NotesReturned("c3", Fen(0))


async def test_a_deposit_the_machine_never_heard_of_is_none(any_bench):
    await begin(any_bench)
    await counted(any_bench)
    await any_bench.port.end_cash_in("c3", "p1")
    assert await any_bench.port.cash_in_status("s1", "p2") == CashInStatusKnown("s1", "none", Fen(0))
    assert await any_bench.port.end_cash_in("c4", "p2") == CashInFailed("c4", "device.no_cash_in", certain=True)
