"""Jams, broken lines and power cuts on the way in: what core is told must be true of the machine's own notes."""

from __future__ import annotations

import asyncio

import pytest

from firmware_bridge.simulator.notes import value
from firmware_bridge.simulator.recycler import CASH_IN_STEPS
from guitai.errors import GuitaiError
from guitai.messages.cash import CashFailed, NotesStacked, NotesTaken
from guitai.messages.cash_in import (
    CashInFailed,
    CashInStarted,
    CashInStatusKnown,
    NotesCounted,
    NotesReturned,
    NotesStored,
    NotesTakenBack,
    ReturnedRetracted,
)
from guitai.messages.device import DeviceState
from guitai.money import Fen, yuan

BUNCH = {100_00: 4, 50_00: 2, 20_00: 1, 5_00: 1}
WORTH = yuan(525)


async def begin(bench, deposit_id="p1"):
    assert await bench.port.start_cash_in("c1", deposit_id) == CashInStarted("c1")


async def counted(bench, notes=BUNCH, forged=None):
    accepting = asyncio.create_task(bench.port.accept_notes("c2"))
    await bench.hands.insert_notes(notes, forged)
    return await accepting


async def in_escrow(bench, deposit_id="p1"):
    await begin(bench, deposit_id)
    outcome = await counted(bench)
    assert outcome.amount == WORTH


async def status(bench, deposit_id="p1"):
    return await bench.port.cash_in_status("s1", deposit_id)


async def test_jam_while_counting_is_uncertain_and_stops_the_acceptor(any_bench):
    await begin(any_bench)
    await any_bench.hands.fault("dispenser", "jam_insert")
    assert await counted(any_bench) == CashInFailed("c2", "device.hardware", certain=False)
    state = DeviceState("acceptor", False, "device.cash_in_stopped")
    assert await any_bench.seen(DeviceState, lambda e: e.device == "acceptor" and not e.usable) == state
    known = await status(any_bench)
    assert known == CashInStatusKnown("s1", "active", value(any_bench.branch.dispenser.state.escrow))
    await any_bench.hands.clear_faults()  # a technician puts the notes into the reject bin
    assert (await status(any_bench)).status == "retracted"
    await any_bench.seen(DeviceState, lambda e: e == DeviceState("acceptor", True))


async def test_partly_stored_notes_are_nobodys_to_credit(any_bench):
    await in_escrow(any_bench)
    await any_bench.hands.fault("dispenser", "jam_store")
    assert await any_bench.port.end_cash_in("c3", "p1") == CashInFailed("c3", "device.hardware", certain=False)
    assert await status(any_bench) == CashInStatusKnown("s1", "unknown", WORTH)
    cash = any_bench.branch.dispenser.state
    assert 0 < value(cash.escrow) < WORTH


async def test_partly_returned_notes_are_unknown(any_bench):
    await in_escrow(any_bench)
    await any_bench.hands.fault("dispenser", "jam_return")
    assert await any_bench.port.roll_back("c3") == CashInFailed("c3", "device.hardware", certain=False)
    assert await status(any_bench) == CashInStatusKnown("s1", "unknown", WORTH, tray=True)


async def test_notes_taken_while_being_retracted_are_taken_back_once(any_bench, monkeypatch):
    monkeypatch.setattr("firmware_bridge.client.acceptor.SETTLE_S", 0)
    await in_escrow(any_bench)
    await any_bench.port.roll_back("c3")
    await any_bench.hands.fault("dispenser", "taken_during_retract")
    assert await any_bench.port.retract_returned("c4") == NotesTakenBack()
    assert await status(any_bench) == CashInStatusKnown("s1", "returned", WORTH)
    assert not [event for event in any_bench.events if isinstance(event, NotesTakenBack)]


async def test_jam_while_retracting_returned_notes_is_uncertain(any_bench):
    await in_escrow(any_bench)
    await any_bench.port.roll_back("c3")
    await any_bench.hands.fault("dispenser", "jam_retract")
    failed = CashInFailed("c4", "device.retract_incomplete", certain=False)
    assert await any_bench.port.retract_returned("c4") == failed
    assert (await status(any_bench)).status == "unknown"


async def test_refused_notes_nobody_takes_are_retracted_uncounted_and_the_deposit_goes_on(any_bench):
    await begin(any_bench)
    assert (await counted(any_bench, BUNCH, {100_00: 1})).refused
    assert await any_bench.port.retract_returned("c3") == ReturnedRetracted("c3", None)
    assert await status(any_bench) == CashInStatusKnown("s1", "active", WORTH)
    assert await any_bench.port.end_cash_in("c4", "p1") == NotesStored("c4", WORTH)


@pytest.mark.parametrize(("fault", "known"), [("disconnect_early", "none"), ("disconnect", "active")])
async def test_line_lost_at_the_start(any_bench, fault, known):
    await any_bench.hands.fault("dispenser", fault)
    assert await any_bench.port.start_cash_in("c1", "p1") == CashInFailed("c1", "device.outcome_unknown", False)
    await asyncio.wait_for(any_bench.port.ready(), 60)
    assert await status(any_bench) == CashInStatusKnown("s1", known, Fen(0))


async def test_line_lost_while_waiting_for_notes_closes_the_slot(any_bench):
    await begin(any_bench)
    accepting = asyncio.create_task(any_bench.port.accept_notes("c2"))
    machine = any_bench.branch.dispenser
    async with asyncio.timeout(60):
        await machine.until(lambda _: machine.accepting)
    await any_bench.stop_machines()
    assert await accepting == CashInFailed("c2", "device.outcome_unknown", certain=False)
    await any_bench.start_machines()
    await asyncio.wait_for(any_bench.port.ready(), 60)
    assert not any_bench.branch.dispenser.accepting
    assert await status(any_bench) == CashInStatusKnown("s1", "active", Fen(0))
    assert (await counted(any_bench)).amount == WORTH


async def test_line_lost_after_counting(any_bench):
    await begin(any_bench)
    await any_bench.hands.fault("dispenser", "disconnect")
    assert await counted(any_bench) == CashInFailed("c2", "device.outcome_unknown", certain=False)
    await asyncio.wait_for(any_bench.port.ready(), 60)
    assert await status(any_bench) == CashInStatusKnown("s1", "active", WORTH)


@pytest.mark.parametrize(("fault", "known"), [("disconnect_early", "active"), ("disconnect", "stored")])
async def test_line_lost_at_the_end_is_never_sent_again(any_bench, fault, known):
    await in_escrow(any_bench)
    await any_bench.hands.fault("dispenser", fault)
    lost = CashInFailed("c3", "device.outcome_unknown", certain=False)
    assert await any_bench.port.end_cash_in("c3", "p1") == lost
    await asyncio.wait_for(any_bench.port.ready(), 60)
    assert await status(any_bench) == CashInStatusKnown("s1", known, WORTH)
    assert value(any_bench.branch.dispenser.state.escrow) == (WORTH if known == "active" else 0)


async def test_refused_notes_retracted_while_the_answer_was_lost_are_nobodys_to_tell(any_bench):
    await begin(any_bench)
    await counted(any_bench, BUNCH, {100_00: 1})
    await any_bench.hands.fault("dispenser", "disconnect")
    assert not (await any_bench.port.retract_returned("c3")).certain
    await asyncio.wait_for(any_bench.port.ready(), 60)
    assert await status(any_bench) == CashInStatusKnown("s1", "active", WORTH)
    assert not [event for event in any_bench.events if isinstance(event, NotesTakenBack)]


async def test_notes_taken_back_while_the_line_was_down_are_noticed(any_bench):
    await in_escrow(any_bench)
    assert await any_bench.port.roll_back("c3") == NotesReturned("c3", WORTH)
    await any_bench.stop_machines()
    await any_bench.seen(DeviceState, lambda e: e.device == "acceptor" and not e.usable)
    await any_bench.start_machines()
    any_bench.branch.dispenser.take_back()
    await any_bench.seen(NotesTakenBack)


async def test_an_earlier_customers_deposit_is_never_taken_for_this_one(any_bench):
    await in_escrow(any_bench, "p1")
    await any_bench.port.end_cash_in("c3", "p1")
    # This deposit's start was written down, then sent, and never arrived: the machine still tells of p1.
    await any_bench.hands.fault("dispenser", "disconnect_early")
    assert not (await any_bench.port.start_cash_in("c1", "p2")).certain
    await asyncio.wait_for(any_bench.port.ready(), 60)
    assert await status(any_bench, "p2") == CashInStatusKnown("s1", "none", Fen(0))


async def test_a_start_the_machine_refuses_leaves_the_earlier_deposit_known(any_bench):
    await in_escrow(any_bench, "p1")
    await any_bench.port.end_cash_in("c3", "p1")
    await any_bench.stack(yuan(100))
    refused = await any_bench.port.start_cash_in("c4", "p2")
    assert refused == CashInFailed("c4", "device.failed", certain=True)
    assert await status(any_bench, "p1") == CashInStatusKnown("s1", "stored", WORTH)
    assert await status(any_bench, "p2") == CashInStatusKnown("s1", "none", Fen(0))


async def test_notes_nobody_here_stored_are_not_credited(any_bench):
    await in_escrow(any_bench)
    await any_bench.branch.dispenser.store()  # at somebody else's command
    assert await status(any_bench) == CashInStatusKnown("s1", "unknown", WORTH)


async def test_a_refused_start_leaves_the_running_deposit_known(any_bench):
    await in_escrow(any_bench, "p1")
    refused = CashInFailed("c5", "device.cash_in_active", certain=True)
    assert await any_bench.port.start_cash_in("c5", "p2") == refused
    assert await status(any_bench, "p1") == CashInStatusKnown("s1", "active", WORTH)
    assert await any_bench.port.start_cash_in("c6", "p1") == CashInStarted("c6")


async def test_core_forgets_nothing_when_it_restarts(any_bench):
    await in_escrow(any_bench)
    await any_bench.stop_core()
    await any_bench.start_core()
    assert await status(any_bench) == CashInStatusKnown("s1", "active", WORTH)
    assert await any_bench.port.end_cash_in("c3", "p1") == NotesStored("c3", WORTH)


async def test_nothing_is_paid_out_during_a_deposit_nor_taken_in_over_stacked_notes(any_bench):
    await in_escrow(any_bench)
    assert await any_bench.stack(yuan(100)) == CashFailed("r1", "device.failed", certain=True)
    await any_bench.port.roll_back("c3")
    await any_bench.hands.take_returned_notes()
    assert await any_bench.stack(yuan(100)) == NotesStacked("r1", yuan(100))
    assert (await any_bench.port.start_cash_in("c4", "p2")).certain


async def test_paid_out_and_returned_notes_are_told_apart(any_bench):
    await in_escrow(any_bench)
    await any_bench.port.end_cash_in("c3", "p1")
    await any_bench.pay_out(yuan(100))
    await any_bench.hands.take_notes()
    await any_bench.seen(NotesTaken)
    assert not [event for event in any_bench.events if isinstance(event, NotesTakenBack)]


async def test_before_anything_is_sent_the_line_may_be_tried_again(bench):
    await bench.stop_machines()
    await bench.seen(DeviceState, lambda e: e.device == "acceptor" and not e.usable)
    for question in (bench.port.start_cash_in("c1", "p1"), bench.port.accept_notes("c2"), bench.port.roll_back("c3")):
        with pytest.raises(GuitaiError) as caught:
            await question
        assert caught.value.retryable


async def _whole_story(bench, step: str):
    """Go as far as the step is reached; return the outcome of the command it struck."""
    if step.startswith("start"):
        return await bench.port.start_cash_in("c1", "p1")
    await begin(bench)
    if step.startswith("insert"):
        accepting = asyncio.create_task(bench.port.accept_notes("c2"))
        try:
            await bench.hands.insert_notes(BUNCH, {100_00: 1})
        except GuitaiError:
            assert step == "insert.begun"  # the hand felt the power go
        return await accepting
    await counted(bench)
    if step.startswith("store"):
        return await bench.port.end_cash_in("c3", "p1")
    outcome = await bench.port.roll_back("c3")
    return outcome if step.startswith("return") else await bench.port.retract_returned("c4")


@pytest.mark.parametrize("step", CASH_IN_STEPS)
async def test_power_cut_after_any_step(bench, step):
    await bench.hands.fault("dispenser", f"power_cut:{step}")
    story = asyncio.create_task(_whole_story(bench, step))
    await asyncio.wait_for(bench.power_is_off.wait(), 60)
    await bench.stop_machines()
    assert await story == CashInFailed((await story).request_id, "device.outcome_unknown", certain=False)
    await bench.stop_core()
    await bench.start_machines()
    await bench.start_core()
    cash = bench.branch.dispenser.state
    assert bench.branch.dispenser.conservation() == {}
    known = await status(bench)
    inside = value(cash.box) + value(cash.cassettes) - value(cash.loaded)
    match known.status:
        case "active":
            assert (value(cash.escrow), inside, value(cash.returned)) == (known.amount, 0, 0)
        case "stored":
            assert (value(cash.escrow), inside, known.amount) == (0, WORTH, WORTH)
        case "returned":
            assert (value(cash.returned), known.amount) == (WORTH, WORTH)
        case "retracted":
            assert (value(cash.retract), known.amount) == (WORTH, WORTH)
        case _:
            assert step in ("store.counting", "return.halfway")


async def test_notes_left_in_the_slot_by_a_power_cut_are_counted_next(bench):
    await bench.hands.fault("dispenser", "power_cut:insert.counting")
    story = asyncio.create_task(_whole_story(bench, "insert.counting"))
    await asyncio.wait_for(bench.power_is_off.wait(), 60)
    await bench.stop_machines()
    await story
    await bench.start_machines()
    await asyncio.wait_for(bench.port.ready(), 60)
    outcome = await bench.port.accept_notes("c5")
    assert isinstance(outcome, NotesCounted)
    assert (outcome.amount, outcome.refused) == (WORTH, True)
