"""Over random withdrawals, faults, hands and power cuts no note appears, vanishes or is counted twice."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.simulator.dispenser import STEPS, Dispenser
from firmware_bridge.simulator.faults import PowerCutError
from firmware_bridge.simulator.notes import fewest, value

FAULTS = ("jam_dispense", "jam_present", "jam_present_partly", "jam_retract", "taken_during_retract")
LOAD = {100_00: 20, 50_00: 10, 20_00: 10, 10_00: 10}
DEED = st.one_of(
    st.tuples(st.just("dispense"), st.integers(1, 60)),
    st.tuples(st.just("fault"), st.sampled_from(FAULTS + tuple(f"power_cut:{step}" for step in STEPS))),
    st.tuples(st.sampled_from(["present", "take", "retract", "reject", "restart", "clear"]), st.none()),
)


async def act(machine: Dispenser, deed: str, detail) -> None:
    cash = machine.state
    if deed == "fault":
        machine.fault(detail)
    elif deed == "clear":
        machine.clear_faults()
    elif deed == "dispense" and not cash.stacker and not cash.exit:
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


async def story(folder: Path, deeds) -> None:
    machine = Dispenser(folder, load=LOAD)
    taken = 0
    for deed, detail in deeds:
        try:
            await act(machine, deed, detail)
        except PowerCutError:
            machine = Dispenser(folder, load=LOAD)
        if deed == "restart":
            machine = Dispenser(folder, load=LOAD)
        cash = machine.state
        assert machine.conservation() == {}
        assert value(cash.taken) >= taken, "nobody brings notes back"
        taken = value(cash.taken)
        last = cash.last
        if last is not None and last.state == "notPresented":
            assert not cash.exit, "the customer has access, so they are presented"


@given(st.lists(DEED, max_size=25))
@settings(max_examples=60, deadline=None)
def test_no_note_appears_or_vanishes(deeds):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(story(Path(folder), deeds))
