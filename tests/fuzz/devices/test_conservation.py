"""Over random withdrawals, deposits, exchanges, faults, hands and power cuts no note appears, vanishes or is counted twice."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.simulator import serials
from firmware_bridge.simulator.cash import BINS, Cash, believed, conservation
from firmware_bridge.simulator.dispenser import STEPS, UNIT_STEPS
from firmware_bridge.simulator.faults import PowerCutError
from firmware_bridge.simulator.notes import count, fewest, value
from firmware_bridge.simulator.recycler import ACCEPTED, CASH_IN_STEPS, Recycler

FAULTS = (
    "jam_dispense",
    "jam_present",
    "jam_present_partly",
    "jam_retract",
    "jam_insert",
    "jam_store",
    "jam_return",
    "jam_reset",
    "taken_during_retract",
)
EVERY_STEP = STEPS + CASH_IN_STEPS + UNIT_STEPS
LOAD = {100_00: 20, 50_00: 10, 20_00: 10, 10_00: 10}
BUNCH = st.dictionaries(st.sampled_from(ACCEPTED), st.integers(1, 90), max_size=3)
DEED = st.one_of(
    st.tuples(st.just("dispense"), st.integers(1, 60)),
    st.tuples(st.just("insert"), st.tuples(BUNCH, BUNCH)),
    st.tuples(st.just("fill"), st.tuples(st.sampled_from(tuple(LOAD)), st.integers(0, 40))),
    st.tuples(st.just("fault"), st.sampled_from(FAULTS + tuple(f"power_cut:{step}" for step in EVERY_STEP))),
    st.tuples(st.sampled_from(["present", "take", "retract", "reject", "restart", "clear"]), st.none()),
    st.tuples(st.sampled_from(["start", "count", "store", "give_back", "take_back", "retract_back"]), st.none()),
    st.tuples(st.sampled_from(["reset", "exchange"]), st.none()),
)


async def pay(machine: Recycler, deed: str, detail) -> None:
    cash = machine.state
    if deed == "dispense" and not cash.stacker and not cash.exit:
        notes = fewest(cash.cassettes, detail * 10_00)
        if notes:
            await machine.dispense(notes, "id")
    elif deed == "present" and cash.stacker:
        await machine.present()
    elif deed == "take" and cash.exit:
        machine.take()
    elif deed == "retract" and cash.exit:
        await machine.retract()
    elif deed == "reject" and cash.stacker:
        await machine.reject()


async def take_in(machine: Recycler, deed: str, detail) -> None:
    cash = machine.state
    if deed == "start" and not machine.is_active and not cash.escrow and not cash.slot:
        machine.start()
    elif deed == "insert" and machine.is_active and not cash.slot and (detail[0] or detail[1]):
        machine.insert(*detail)
    elif deed == "count" and machine.is_active and cash.slot:
        await machine.count_in()
    elif deed == "store" and machine.is_active and cash.escrow:
        await machine.store()
    elif deed == "give_back" and machine.is_active:
        await machine.give_back()
    elif deed == "take_back":
        machine.take_back()
    elif deed == "retract_back":
        await machine.retract_back()


async def tend(machine: Recycler, deed: str, detail) -> None:
    if deed == "fault":
        machine.fault(detail)
    elif deed == "clear":
        machine.clear_faults()
    elif deed == "reset":
        await machine.reset("retract")
    elif deed == "exchange" and not machine.is_active and not machine.state.condition:
        machine.start_exchange()
        for name in BINS:
            machine.empty_bin(name)
            machine.set_count(name, {})
        machine.end_exchange()
    elif deed == "fill":
        note, n = detail
        machine.fill(note, n)
        machine.set_count(note, {note: n})


def check(cash: Cash) -> None:
    assert conservation(cash) == {}
    for note in LOAD:
        assert serials.count(cash.piles["cassettes"].get(note, ())) == cash.cassettes.get(note, 0)
    for note in ACCEPTED:
        assert serials.count(cash.piles.get("escrow", {}).get(note, ())) == cash.escrow.get(note, 0)
    numbers = [
        number
        for runs in cash.piles.values()
        for pile in runs.items()
        for number in serials.serials({pile[0]: pile[1]})
    ]
    assert len(set(numbers)) == len(numbers), "no two notes have one serial number"
    if cash.last is not None and cash.last.state == "notPresented":
        assert not cash.exit, "the customer has access, so they are presented"


def check_at_rest(cash: Cash) -> None:
    """What GetStorage and GetCashInStatus would say must be true of the notes."""
    assert believed(cash) == cash.cassettes
    for name in BINS:
        assert count(cash.counters.bins.get(name, {})) == count(getattr(cash, name))
    cash_in = cash.cash_in
    if cash_in is None or cash.moving:
        return
    if cash_in.status == "active":
        assert cash.escrow == cash_in.counts
    elif cash_in.status != "unknown":
        assert not cash.escrow


async def story(folder: Path, deeds) -> None:
    machine = Recycler(folder, load=LOAD)
    machine.watch(lambda _, new: check(new))
    taken = 0
    for deed, detail in deeds:
        try:
            for does in (pay, take_in, tend):
                await does(machine, deed, detail)
        except PowerCutError:
            machine = Recycler(folder, load=LOAD)
        if deed == "restart":
            machine = Recycler(folder, load=LOAD)
        cash = machine.state
        check(cash)
        check_at_rest(cash)
        assert value(cash.taken) + value(cash.taken_back) >= taken, "nobody brings notes back"
        taken = value(cash.taken) + value(cash.taken_back)


@given(st.lists(DEED, max_size=30))
@settings(max_examples=80, deadline=None)
def test_no_note_appears_or_vanishes(deeds):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(story(Path(folder), deeds))
