"""The technician's visit: units opened, counts set, closed again; and what the units say in between."""

from __future__ import annotations

import asyncio

import pytest

from guitai.errors import GuitaiError
from guitai.messages.branch import ExchangeEnded, ExchangeFailed, ExchangeStarted, Unit
from guitai.messages.cash import CashFailed, NotesRetracted, NotesStacked
from guitai.messages.cash_in import CashInFailed, CashInStarted, NoteSerials
from guitai.messages.device import DeviceState
from guitai.money import yuan


def named(units, name):
    return next(unit for unit in units if unit.name == name)


async def back(bench):
    """Wait until core has noticed that the cash machine was away and is there again."""
    await bench.seen(DeviceState, lambda e: e.device == "dispenser" and e.code == "device.not_connected")
    await bench.port.ready()


async def test_units_are_told_as_the_machines_count_them(any_bench):
    assert await any_bench.port.units() == (
        Unit("unit1", "recycler", 100_00, 2000),
        Unit("unit2", "recycler", 50_00, 500),
        Unit("unit3", "cassette", 20_00, 500),
        Unit("unit4", "cassette", 10_00, 500),
        Unit("unitREJ", "reject", 0, 0),
        Unit("unitRET", "retract", 0, 0),
        Unit("unitBOX", "cassette", 0, 0),
        Unit("card_unit1", "card_retain", 0, 0),
    )


async def test_counts_follow_the_notes(any_bench):
    await any_bench.pay_out(yuan(270))  # 100 100 50 20
    await any_bench.port.retract("t1")
    assert await any_bench.stack(yuan(100)) == NotesStacked("r1", yuan(100))
    assert named(await any_bench.port.units(), "unit1").count == 1997
    await any_bench.port.reject("t2")
    units = await any_bench.port.units()
    assert [named(units, name).count for name in ("unit1", "unit2", "unitRET", "unitREJ")] == [1997, 499, 4, 1]


async def test_an_exchange_sets_the_counts_and_the_branch_serves_again(any_bench):
    await any_bench.pay_out(yuan(200))
    await any_bench.port.retract("t1")
    started = await any_bench.port.start_exchange("e1")
    assert isinstance(started, ExchangeStarted)
    assert named(started.units, "unitRET").count == 2
    state = DeviceState("dispenser", False, "device.exchange_active")
    assert await any_bench.seen(DeviceState, lambda e: e.device == "dispenser" and not e.usable) == state
    assert await any_bench.stack(yuan(100)) == CashFailed("r1", "device.exchange_active", certain=True)
    assert await any_bench.port.start_cash_in("c1", "p1") == CashInFailed("c1", "device.exchange_active", certain=True)
    await any_bench.hands.fill_cassette(100_00, 2400)
    assert await any_bench.hands.empty_bin("retract") == yuan(200)
    ended = await any_bench.port.end_exchange("e2", (("unit1", 2400), ("unitRET", 0)))
    assert isinstance(ended, ExchangeEnded)
    assert [named(ended.units, name).count for name in ("unit1", "unitRET")] == [2400, 0]
    assert await any_bench.stack(yuan(100)) == NotesStacked("r1", yuan(100))


async def test_an_exchange_outlives_the_power_and_begins_once(bench):
    await bench.port.start_exchange("e1")
    await bench.stop_machines()
    await bench.start_machines()
    await bench.seen(DeviceState, lambda e: e.device == "devices" and not e.usable)
    await bench.port.ready()
    assert isinstance(await bench.port.start_exchange("e2"), ExchangeStarted)
    assert isinstance(await bench.port.end_exchange("e3", ()), ExchangeEnded)
    assert isinstance(await bench.port.end_exchange("e4", ()), ExchangeEnded), "asked again, it stays ended"


async def test_an_exchange_that_ended_without_an_answer_is_ended_when_asked_again(any_bench):
    counts = (("unit1", 2400), ("unitREJ", 0))
    await any_bench.port.start_exchange("e1")
    any_bench.traffic.lose("completion", "Storage.EndExchange")
    assert await any_bench.port.end_exchange("e2", counts) == ExchangeFailed("e2", "device.outcome_unknown")
    await back(any_bench)
    ended = await any_bench.port.end_exchange("e3", counts)
    assert isinstance(ended, ExchangeEnded)
    assert named(ended.units, "unit1").count == 2400


async def test_counts_that_a_machine_in_no_exchange_did_not_take_are_not_said_to_be_taken(any_bench):
    await any_bench.port.start_exchange("e1")
    assert isinstance(await any_bench.port.end_exchange("e2", ()), ExchangeEnded)
    failed = ExchangeFailed("e3", "device.no_exchange")
    assert await any_bench.port.end_exchange("e3", (("unit1", 2400),)) == failed
    assert named(await any_bench.port.units(), "unit1").count == 2000


async def test_counts_whose_answer_was_lost_are_set_again(any_bench):
    await any_bench.port.start_exchange("e1")
    any_bench.traffic.lose("completion", "Storage.SetStorage")
    counts = (("unit1", 2400),)
    assert await any_bench.port.end_exchange("e2", counts) == ExchangeFailed("e2", "device.outcome_unknown")
    await back(any_bench)
    assert isinstance(await any_bench.port.end_exchange("e3", counts), ExchangeEnded)


async def test_a_card_reader_that_is_away_keeps_no_exchange_from_its_end(bench):
    bench.traffic.keep_away("CardReader")
    await bench.seen(DeviceState, lambda e: e.device == "card_reader" and not e.usable)
    started = await bench.port.start_exchange("e1")
    assert isinstance(started, ExchangeStarted)
    ended = await bench.port.end_exchange("e2", (("unit1", 2400),))
    assert isinstance(ended, ExchangeEnded)
    for units, count in ((started.units, 2000), (ended.units, 2400)):
        assert {unit.name: unit.count for unit in units}["unit1"] == count
        assert "card_unit1" not in {unit.name for unit in units}


async def test_units_that_cannot_be_listed_any_more_are_those_told_before(bench):
    bench.traffic.lose("after", "Storage.StartExchange")
    started = await bench.port.start_exchange("e1")
    assert isinstance(started, ExchangeStarted)
    assert named(started.units, "unit1").count == 2000
    await back(bench)
    bench.traffic.lose("after", "Storage.EndExchange")
    ended = await bench.port.end_exchange("e2", (("unit1", 2400),))
    assert isinstance(ended, ExchangeEnded)
    assert [named(ended.units, name).count for name in ("unit1", "unit2")] == [2400, 500]


async def test_no_exchange_over_a_customers_notes(bench):
    await bench.stack(yuan(100))
    assert await bench.port.start_exchange("e1") == ExchangeFailed("e1", "device.cash_in_active")
    await bench.port.reject("r2")
    assert await bench.port.start_cash_in("c1", "p1") == CashInStarted("c1")
    assert await bench.port.start_exchange("e2") == ExchangeFailed("e2", "device.cash_in_active")


async def test_units_open_only_during_an_exchange(bench):
    with pytest.raises(GuitaiError) as caught:
        await bench.hands.fill_cassette(100_00, 10)
    assert caught.value.code == "device.bad_hand"


async def test_a_cassette_that_holds_less_than_was_said_runs_out_and_the_notes_stay_inside(any_bench):
    await any_bench.port.start_exchange("e1")
    await any_bench.hands.fill_cassette(100_00, 1)
    await any_bench.port.end_exchange("e2", (("unit1", 2000),))
    assert await any_bench.stack(yuan(320)) == CashFailed("r1", "device.dispense_jam", certain=True)
    assert await any_bench.port.reject("r2") == NotesRetracted("r2", yuan(100))


async def test_serials_of_paid_out_notes_are_told(any_bench):
    await any_bench.stack(yuan(270))
    told = await any_bench.seen(NoteSerials)
    assert (told.request_id, told.way, len(set(told.serials))) == ("r1", "out", 4)
    assert all(len(serial) == 10 and serial[:2].isalpha() and serial[2:].isdecimal() for serial in told.serials)


async def test_notes_a_customer_brought_are_the_next_paid_out(any_bench):
    await any_bench.port.start_cash_in("c1", "p1")
    await asyncio.gather(any_bench.port.accept_notes("c2"), any_bench.hands.insert_notes({100_00: 2}))
    await any_bench.port.end_cash_in("c3", "p1")
    brought = await any_bench.seen(NoteSerials)
    await any_bench.stack(yuan(200))
    assert set((await any_bench.seen(NoteSerials)).serials) == set(brought.serials)
