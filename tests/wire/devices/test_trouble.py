"""Jams, refusals, broken connections and power cuts: what core is told must be true, and no note may get lost."""

from __future__ import annotations

import asyncio

import pytest

from firmware_bridge.protocol.tokens import amount_text, mint
from firmware_bridge.simulator.dispenser import STEPS
from firmware_bridge.simulator.notes import value
from guitai.errors import GuitaiError
from guitai.messages.card import (
    CardInserted,
    CardMoveFailed,
    CardOffered,
    CardRetained,
    CardTaken,
    CardUnreadable,
    PinAbandoned,
)
from guitai.messages.cash import CashFailed, NotesRetracted, NotesStacked, NotesTaken, PresentStatusKnown
from guitai.messages.device import DeviceState, PrintDone, PrintFailed, Tampered
from guitai.money import Fen, yuan

AMOUNT = yuan(580)


async def test_jam_while_counting_leaves_the_notes_inside(any_bench):
    await any_bench.hands.fault("dispenser", "jam_dispense")
    assert await any_bench.stack(AMOUNT) == CashFailed("r1", "device.dispense_jam", certain=True)
    state = DeviceState("dispenser", False, "device.cash_stopped")
    assert await any_bench.seen(DeviceState, lambda e: not e.usable) == state
    status = await any_bench.port.present_status("s1", "d1")
    assert status.status == "not_presented"
    assert await any_bench.port.reject("t1") == NotesRetracted("t1", status.amount)
    await any_bench.hands.clear_faults()
    assert await any_bench.stack(AMOUNT) == NotesStacked("r1", AMOUNT)


async def test_jam_while_presenting_leaves_the_notes_inside(any_bench):
    await any_bench.stack(AMOUNT)
    await any_bench.hands.fault("dispenser", "jam_present")
    assert await any_bench.port.present("r2", AMOUNT) == CashFailed("r2", "device.present_failed", certain=True)
    assert await any_bench.port.reject("t1") == NotesRetracted("t1", AMOUNT)


async def test_present_refused_by_a_jammed_machine_is_certain(bench):
    await bench.stack(AMOUNT)
    await bench.hands.fault("dispenser", "offline")
    assert await bench.port.present("r2", AMOUNT) == CashFailed("r2", "device.present_failed", certain=True)


async def test_partly_presented_notes_are_unknown(any_bench):
    await any_bench.stack(AMOUNT)
    await any_bench.hands.fault("dispenser", "jam_present_partly")
    assert await any_bench.port.present("r2", AMOUNT) == CashFailed("r2", "device.present_unknown", certain=False)
    assert await any_bench.port.present_status("s1", "d1") == PresentStatusKnown("s1", "unknown", AMOUNT)


async def test_notes_taken_while_being_retracted_count_as_taken(any_bench, monkeypatch):
    monkeypatch.setattr("firmware_bridge.client.cashier.SETTLE_S", 0)
    await any_bench.pay_out(AMOUNT)
    await any_bench.hands.fault("dispenser", "taken_during_retract")
    assert await any_bench.port.retract("t1") == NotesTaken(AMOUNT)
    assert not [event for event in any_bench.events if isinstance(event, NotesTaken)], "told once, as the answer"


async def test_notes_taken_after_a_partial_retract_are_no_longer_all_inside(any_bench):
    await any_bench.pay_out(AMOUNT)
    await any_bench.hands.fault("dispenser", "jam_retract")
    await any_bench.port.retract("t1")
    any_bench.branch.dispenser.take()
    assert await any_bench.port.present_status("s1", "d1") == PresentStatusKnown("s1", "unknown", AMOUNT)


async def test_notes_a_technician_took_from_the_exit_into_a_bin_are_inside(any_bench):
    await any_bench.pay_out(AMOUNT)
    await any_bench.branch.dispenser.reset("retract")
    assert await any_bench.port.present_status("s1", "d1") == PresentStatusKnown("s1", "not_presented", Fen(0))


async def test_jam_while_retracting_is_uncertain(any_bench):
    await any_bench.pay_out(AMOUNT)
    await any_bench.hands.fault("dispenser", "jam_retract")
    assert await any_bench.port.retract("t1") == CashFailed("t1", "device.retract_incomplete", certain=False)


async def test_refused_dispenses_move_nothing(bench):
    before = bench.branch.dispenser.state.cassettes
    assert await bench.stack(Fen(12_345)) == CashFailed("r1", "device.not_dispensable", certain=True)
    assert await bench.stack(yuan(5)) == CashFailed("r1", "device.not_dispensable", certain=True)
    assert await bench.stack(yuan(25_000)) == CashFailed("r1", "device.too_many_notes", certain=True)
    assert bench.branch.dispenser.state.cassettes == before
    await bench.stack(AMOUNT)
    assert await bench.stack(AMOUNT) == CashFailed("r1", "device.items_left", certain=True)


async def refused(bench, token: str, amount: Fen = AMOUNT) -> bool:
    outcome = await bench.port.dispense("r1", amount, token, "d1")
    return outcome == CashFailed("r1", "device.token_refused", certain=True)


async def test_no_notes_without_the_hosts_token(any_bench):
    good = await any_bench.token(AMOUNT)
    assert await refused(any_bench, await any_bench.token(AMOUNT, key=bytes(32)))
    assert await refused(any_bench, good)  # asking for another nonce has made this one old
    assert await refused(any_bench, await any_bench.token(yuan(100)))  # worth less
    nonce = await any_bench.port.command_nonce()
    assert await refused(any_bench, mint(any_bench.key, "0" * 32, {"DISPENSE1": amount_text(AMOUNT)}))
    assert await refused(any_bench, mint(any_bench.key, nonce, {"DISPENSE1": "580.00EUR"}))
    assert not await refused(any_bench, mint(any_bench.key, nonce, {"DISPENSE1": amount_text(AMOUNT)}))
    assert value(any_bench.branch.dispenser.state.stacker) == AMOUNT


async def test_a_token_is_spent_once_and_dies_with_the_power(bench):
    token = await bench.token(AMOUNT)
    assert await bench.port.dispense("r1", AMOUNT, token, "d1") == NotesStacked("r1", AMOUNT)
    await bench.port.reject("r2")
    assert await refused(bench, token)
    fresh = await bench.token(AMOUNT)
    await bench.hands.fault("dispenser", "clear_nonce")
    assert await refused(bench, fresh)


async def test_connection_lost_before_the_command_is_safe_to_repeat(bench):
    token = await bench.token(AMOUNT)
    await bench.stop_machines()
    await bench.seen(DeviceState, lambda e: e.device == "dispenser" and not e.usable)
    with pytest.raises(GuitaiError) as caught:
        await bench.port.dispense("r1", AMOUNT, token, "d1")
    assert caught.value.code == "device.not_connected"
    assert caught.value.retryable


@pytest.mark.parametrize(("fault", "status", "stacked"), [("disconnect_early", 0, 0), ("disconnect", 580, 580)])
async def test_connection_lost_after_the_command_is_never_repeated(any_bench, fault, status, stacked):
    await any_bench.hands.fault("dispenser", fault)
    assert await any_bench.stack(AMOUNT) == CashFailed("r1", "device.outcome_unknown", certain=False)
    await asyncio.wait_for(any_bench.port.ready(), 60)
    known = await any_bench.port.present_status("s1", "d1")
    assert known == PresentStatusKnown("s1", "not_presented", yuan(status))
    assert value(any_bench.branch.dispenser.state.stacker) == yuan(stacked)
    assert any_bench.branch.dispenser.faults.strikes(fault) is False


async def test_another_customers_dispense_is_never_taken_for_this_one(bench):
    await bench.pay_out(AMOUNT, "earlier")
    await bench.hands.take_notes()
    await bench.seen(NotesTaken)
    # Core died before this debit's dispense was sent: the machine still tells of the earlier customer's.
    assert await bench.port.present_status("s1", "d2") == PresentStatusKnown("s1", "not_presented", Fen(0))
    # It was written down, then sent, and never arrived:
    await bench.hands.fault("dispenser", "disconnect_early")
    assert not (await bench.stack(AMOUNT, "d2")).certain
    await asyncio.wait_for(bench.port.ready(), 60)
    assert await bench.port.present_status("s2", "d2") == PresentStatusKnown("s2", "not_presented", Fen(0))


async def test_notes_taken_while_the_line_was_down_are_noticed(bench):
    await bench.stack(AMOUNT)
    await bench.hands.fault("dispenser", "disconnect")
    assert await bench.port.present("r2", AMOUNT) == CashFailed("r2", "device.outcome_unknown", certain=False)
    bench.branch.dispenser.take()
    assert await bench.seen(NotesTaken) == NotesTaken(AMOUNT)


async def test_duplicated_and_delayed_completions(any_bench):
    await any_bench.hands.fault("dispenser", "duplicate")
    await any_bench.hands.fault("dispenser", "delay:0.01")
    assert await any_bench.stack(AMOUNT) == NotesStacked("r1", AMOUNT)
    assert (await any_bench.port.present_status("s1", "d1")).amount == AMOUNT


@pytest.mark.parametrize("step", STEPS)
async def test_power_cut_after_any_step(bench, step):
    await bench.hands.fault("dispenser", f"power_cut:{step}")
    moved = asyncio.create_task(_whole_story(bench, step))
    await asyncio.wait_for(bench.power_is_off.wait(), 60)
    await bench.stop_machines()
    outcome = await moved
    assert outcome.code == "device.outcome_unknown"
    assert not outcome.certain
    await bench.stop_core()
    await bench.start_machines()
    await bench.start_core()
    cash = bench.branch.dispenser.state
    assert bench.branch.dispenser.conservation() == {}
    known = await bench.port.present_status("s1", "d1")
    at_exit, stacked = value(cash.exit), value(cash.stacker)
    match known.status:
        case "presented":
            assert (at_exit, stacked) == (AMOUNT, 0)
            assert known.amount == AMOUNT
        case "not_presented":
            assert (at_exit, known.amount) == (0, stacked)
        case "unknown":
            assert step == "present.halfway"


async def test_notes_half_out_and_snatched_from_a_retract_are_not_told_as_all_of_them(bench):
    await bench.hands.fault("dispenser", "power_cut:present.halfway")
    moved = asyncio.create_task(_whole_story(bench, "present.halfway"))
    await asyncio.wait_for(bench.power_is_off.wait(), 60)
    await bench.stop_machines()
    await moved
    await bench.start_machines()
    await bench.port.ready()
    await bench.hands.fault("dispenser", "taken_during_retract")
    assert await bench.port.retract("r3") == CashFailed("r3", "device.outcome_unknown", certain=False)


async def _whole_story(bench, step: str):
    outcome = await bench.stack(AMOUNT)
    if step.startswith("dispense"):
        return outcome
    if step.startswith("reject"):
        return await bench.port.reject("r2")
    outcome = await bench.port.present("r2", AMOUNT)
    return outcome if step.startswith("present") else await bench.port.retract("r3")


async def test_unreadable_card_comes_back_and_the_next_one_is_taken(any_bench):
    await any_bench.port.accept_card()
    await any_bench.hands.fault("card_reader", "unreadable")
    await any_bench.hands.insert_card("6217000012345678905")
    assert await any_bench.seen(CardUnreadable) == CardUnreadable("device.card_unreadable")
    await any_bench.hands.take_card()
    await any_bench.hands.insert_card("6217000012345678905")
    await any_bench.seen(CardInserted)


async def test_closed_slot_takes_no_card(bench):
    with pytest.raises(GuitaiError) as caught:
        await bench.hands.insert_card("6217000012345678905")
    assert caught.value.code == "device.slot_closed"
    await bench.port.accept_card()
    await bench.port.refuse_card()
    with pytest.raises(GuitaiError) as caught:
        await bench.hands.insert_card("6217000012345678905")
    assert caught.value.code == "device.slot_closed"


async def test_card_survives_a_restart_of_the_machines_and_of_core(bench):
    inserted = await bench.insert()
    await bench.stop_machines()
    await bench.start_machines()
    await bench.stop_core()
    await bench.start_core()
    assert await bench.port.card_present() == inserted
    assert await bench.port.move_card("m1", "exit") == CardOffered("m1")


async def test_card_taken_while_core_was_down_is_noticed(bench):
    await bench.insert()
    await bench.port.move_card("m1", "exit")
    await bench.stop_core()
    bench.events.clear()
    await bench.hands.take_card()
    await bench.start_core()
    await bench.seen(CardTaken)
    assert await bench.port.move_card("m2", "exit") == CardOffered("m2")  # with the customer, which was the wish
    await bench.seen(CardTaken)


async def test_waiting_for_a_card_outlasts_a_broken_connection(bench):
    await bench.port.accept_card()
    await bench.stop_machines()
    await bench.start_machines()
    await asyncio.wait_for(bench.port.ready(), 60)
    await bench.hands.insert_card("6217000012345678905")
    await bench.seen(CardInserted)


async def test_jammed_card_is_said_and_mended(bench):
    await bench.insert()
    await bench.hands.fault("card_reader", "jam")
    assert await bench.port.move_card("m1", "exit") == CardMoveFailed("m1", "device.card_jam")
    assert await bench.seen(DeviceState, lambda e: not e.usable) == DeviceState("card_reader", False, "device.card_jam")
    await bench.hands.clear_faults()
    await bench.seen(DeviceState, lambda e: e == DeviceState("card_reader", True))
    assert await bench.port.move_card("m2", "exit") == CardOffered("m2")


@pytest.mark.parametrize("core_dies", [False, True])
async def test_a_card_retained_while_the_answer_was_lost_is_not_said_to_be_with_the_customer(any_bench, core_dies):
    await any_bench.insert()
    any_bench.events.clear()
    await any_bench.port.move_card("m1", "exit")
    await any_bench.hands.fault("card_reader", "disconnect")
    assert await any_bench.port.move_card("m2", "retain") == CardMoveFailed("m2", "device.outcome_unknown")
    if core_dies:
        await any_bench.stop_core()
        await any_bench.start_core()
    await asyncio.wait_for(any_bench.port.ready(), 60)
    assert await any_bench.port.move_card("m3", "exit") == CardRetained("m3")
    assert not [event for event in any_bench.events if isinstance(event, CardTaken)]
    # The next customer's card is another matter.
    await any_bench.insert()
    await any_bench.port.move_card("m4", "exit")
    await any_bench.hands.take_card()
    await any_bench.seen(CardTaken)
    assert await any_bench.port.move_card("m5", "exit") == CardOffered("m5")


async def test_a_retain_that_never_arrived_leaves_the_card_to_the_customer(any_bench):
    await any_bench.insert()
    await any_bench.port.move_card("m1", "exit")
    await any_bench.hands.fault("card_reader", "disconnect_early")
    assert await any_bench.port.move_card("m2", "retain") == CardMoveFailed("m2", "device.outcome_unknown")
    any_bench.branch.card_reader.take()
    await asyncio.wait_for(any_bench.port.ready(), 60)
    assert await any_bench.port.move_card("m3", "exit") == CardOffered("m3")
    await any_bench.seen(CardTaken)


async def test_paper_out_is_said(any_bench):
    await any_bench.hands.fault("printer", "paper_out")
    assert await any_bench.port.print_receipt("p1", "t", ()) == PrintFailed("p1", "device.paper_out")
    expected = DeviceState("printer", False, "device.paper_out")
    assert await any_bench.seen(DeviceState, lambda e: not e.usable) == expected
    await any_bench.hands.clear_faults()
    assert await any_bench.port.print_receipt("p2", "t", ()) == PrintDone("p2")


async def test_tampering_is_an_alarm_of_its_own(any_bench):
    await any_bench.hands.fault("pin_pad", "tamper")
    assert await any_bench.seen(Tampered) == Tampered("pin_pad")
    expected = DeviceState("pin_pad", False, "device.tampered")
    assert await any_bench.seen(DeviceState, lambda e: not e.usable) == expected


async def test_digits_typed_too_much_do_not_reach_the_next_customer(bench):
    await bench.insert()
    await bench.hands.cancel_pin()
    await bench.hands.type_pin("123456")
    assert isinstance(await bench.port.enter_pin("p1", lambda _: None), PinAbandoned)
    counts: list[int] = []
    await bench.hands.type_pin("9876")
    await bench.port.enter_pin("p2", counts.append)
    assert counts == [1, 2, 3, 4]


async def test_unknown_faults_and_gestures_are_refused_with_what_is_known(bench):
    with pytest.raises(GuitaiError) as caught:
        await bench.hands.fault("printer", "bend")
    assert caught.value.code == "device.unknown_fault"
    assert "paper_out" in caught.value.english()
    with pytest.raises(GuitaiError) as caught:
        await bench.hands.type_pin("12a4")
    assert caught.value.code == "device.bad_hand"
    assert "12a4" not in caught.value.english()
