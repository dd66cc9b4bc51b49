"""The cash recycler as a physical model: where notes go, which ones they are, and what the machine believes."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.simulator import serials
from firmware_bridge.simulator.cash import believed
from firmware_bridge.simulator.faults import PowerCutError
from firmware_bridge.simulator.recycler import CASSETTE_CAPACITY, Recycler

LOAD = {100_00: 10, 20_00: 10}
RUNS = st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 50)), max_size=5).map(tuple)


@pytest.fixture
def machine(tmp_path):
    return Recycler(tmp_path, load=LOAD)


async def taken_in(machine, notes, forged=None):
    machine.start()
    machine.insert(notes, forged)
    assert await machine.count_in()


async def test_recycled_notes_go_to_their_cassette_all_others_to_the_box(machine):
    await taken_in(machine, {100_00: 2, 50_00: 1, 20_00: 1, 5_00: 1})
    assert await machine.store()
    assert machine.state.cassettes == {100_00: 12, 20_00: 10}
    assert machine.state.box == {50_00: 1, 20_00: 1, 5_00: 1}  # this machine has no cassette for 50 yuan


async def test_a_full_cassette_overflows_into_the_box(tmp_path):
    machine = Recycler(tmp_path, load={100_00: CASSETTE_CAPACITY - 1})
    await taken_in(machine, {100_00: 3})
    await machine.store()
    assert (machine.state.cassettes, machine.state.box) == ({100_00: CASSETTE_CAPACITY}, {100_00: 2})


async def test_forged_notes_never_reach_the_escrow(machine):
    await taken_in(machine, {100_00: 1}, {100_00: 2})
    assert (machine.state.escrow, machine.state.refused) == ({100_00: 1}, {100_00: 2})
    assert machine.take_back() == {100_00: 2}


async def test_the_customer_gets_back_what_was_put_in(machine):
    await taken_in(machine, {100_00: 3, 1_00: 1})
    assert await machine.give_back()
    assert machine.take_back() == {100_00: 3, 1_00: 1}
    assert machine.conservation() == {}


async def test_deposited_notes_are_paid_out_first_and_keep_their_numbers(machine):
    await taken_in(machine, {100_00: 2})
    brought = serials.serials(machine.state.read)
    await machine.store()
    await machine.dispense({100_00: 3}, "id")
    paid = serials.serials(machine.state.read)
    assert set(brought) < set(paid)
    assert len(set(paid)) == 3


async def test_a_machine_told_too_much_runs_out_and_says_so(machine):
    machine.fill(100_00, 1)
    machine.set_count(100_00, {100_00: 10})
    assert believed(machine.state)[100_00] == 10
    assert not await machine.dispense({100_00: 3}, "id")
    assert machine.state.stacker == {100_00: 1}
    assert machine.state.condition == ""


async def test_what_a_technician_takes_out_and_puts_in_stays_counted(machine):
    machine.fill(100_00, 4)
    machine.fill(20_00, 30)
    assert machine.state.removed == {100_00: 6}
    assert machine.state.loaded == {100_00: 10, 20_00: 30}
    assert machine.conservation() == {}


async def test_mending_takes_out_what_a_broken_off_deposit_left(tmp_path):
    machine = Recycler(tmp_path, load=LOAD)
    await taken_in(machine, {100_00: 1, 50_00: 1})
    machine.fault("power_cut:store.counting")
    with pytest.raises(PowerCutError):
        await machine.store()
    machine = Recycler(tmp_path, load=LOAD)
    assert machine.state.cash_in is not None
    assert machine.state.cash_in.status == "unknown"
    assert machine.state.escrow
    machine.clear_faults()
    assert machine.state.escrow == {}
    assert machine.conservation() == {}


@pytest.mark.parametrize(
    ("step", "status"),
    [("store.begun", "active"), ("store.counting", "ok"), ("return.begun", "active"), ("return.moved", "rollback")],
)
async def test_after_a_power_cut_the_machine_knows_what_is_all_or_nothing(tmp_path, step, status):
    machine = Recycler(tmp_path, load=LOAD)
    await taken_in(machine, {100_00: 2})
    machine.fault(f"power_cut:{step}")
    with pytest.raises(PowerCutError):
        await (machine.store() if step.startswith("store") else machine.give_back())
    cash = Recycler(tmp_path, load=LOAD).state
    assert cash.cash_in is not None
    assert cash.cash_in.status == status
    assert bool(cash.escrow) == (status == "active")


async def test_the_slot_is_open_only_while_somebody_waits_for_notes(machine):
    assert not machine.accepting
    with machine.open_slot():
        assert machine.accepting
        machine.insert({100_00: 1})
        assert not machine.accepting
    await asyncio.sleep(0)
    assert not machine.accepting


def test_serial_numbers_look_like_those_of_the_renminbi_and_differ():
    numbers = {serials.serial(note, number) for note in (100_00, 50_00, 1_00) for number in range(1, 2000)}
    assert len(numbers) == 3 * 1999
    assert all(one[:2].isalpha() and one[:2].isupper() and one[2:].isdecimal() and len(one) == 10 for one in numbers)


@given(RUNS, st.integers(0, 300))
def test_drawing_from_a_pile_splits_it(runs, n):
    upper, lower = serials.drawn(runs, n)
    assert serials.count(upper) == min(n, serials.count(runs))
    assert serials.count(upper) + serials.count(lower) == serials.count(runs)
    every = [number for first, many in runs for number in range(first, first + many)]
    again = [number for first, many in (*lower, *upper) for number in range(first, first + many)]
    assert again == every


def test_neighbouring_runs_become_one():
    assert serials.joined(((1, 2),), ((3, 4), (9, 1))) == ((1, 6), (9, 1))
    assert serials.joined(((1, 2),), ((4, 1),)) == ((1, 2), (4, 1))
