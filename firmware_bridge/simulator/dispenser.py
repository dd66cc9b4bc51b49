"""A simulated cash dispenser. Its own note counts are the oracle: no note appears, vanishes or is counted twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from firmware_bridge.simulator.cash import (
    Bin,
    Cash,
    LastDispense,
    PresentState,
    conservation,
    emptied,
    fresh,
    moved,
    recovered,
    taken,
)
from firmware_bridge.simulator.device import Device
from firmware_bridge.simulator.notes import Notes, fewest, half, plus

FIRST_LOAD: Notes = {100_00: 2000, 50_00: 500, 20_00: 500, 10_00: 500}
STEPS = (
    "dispense.begun",
    "dispense.counting",
    "dispense.done",
    "present.begun",
    "present.halfway",
    "present.done",
    "retract.begun",
    "retract.done",
    "reject.done",
)
"""Every write to the disk in paying out; the power may go right after each."""

UNIT_STEPS = ("reset.done", "exchange.started", "exchange.ended")
"""The same for what a technician does."""


class Dispenser(Device[Cash]):
    """Counts notes onto a stacker, moves them to the exit, takes them back."""

    def __init__(self, folder: Path, pace_s: float = 0.0, load: Notes | None = None) -> None:
        super().__init__("dispenser", folder, fresh(FIRST_LOAD if load is None else load), pace_s)
        self.become(recovered(self.state))

    def conservation(self) -> Notes:
        """Return missing notes per denomination; empty when none is."""
        return conservation(self.state)

    def shown(self) -> dict[str, Any]:
        """Return the state, without which note lies where."""
        return {name: value for name, value in super().shown().items() if name not in ("piles", "read")}

    async def dispense(self, notes: Notes, dispense_id: str) -> bool:
        """Count `notes` onto the empty stacker. Return False when they jammed or ran out; some lie on the stacker."""
        last = LastDispense(dispensed={}, dispense_id=dispense_id)
        self.become(replace(self.state, last=last, read={}, moving="dispense"), "dispense.begun")
        jammed = self.faults.strikes("jam_dispense", "jam")
        ran_out = False
        for note, n in (half(notes) if jammed else notes).items():
            await self._motion()
            there = {note: min(n, self.state.cassettes.get(note, 0))}
            last = replace(last, dispensed=plus(last.dispensed, there))
            self.become(replace(moved(self.state, "cassettes", "stacker", there), last=last), "dispense.counting")
            ran_out = there[note] < n
            if ran_out:
                break
        self.become(
            replace(self.state, moving="", condition="jam" if jammed else self.state.condition), "dispense.done"
        )
        return not jammed and not ran_out

    async def present(self) -> PresentState:
        """Move the stacked notes to the exit. Return whether the customer has access to them now."""
        last = self.state.last
        assert last is not None, "only dispensed notes lie on the stacker"
        self.become(replace(self.state, moving="present"), "present.begun")
        await self._motion()
        if self.faults.strikes("jam_present", "jam"):
            self.become(replace(self.state, moving="", condition="jam"), "present.done")
            return "notPresented"
        partly = self.faults.partly()
        some = fewest(self.state.stacker, int(partly)) if partly else None
        first = moved(self.state, "stacker", "exit", half(self.state.stacker) if some is None else some)
        self.become(replace(first, last=replace(last, state="unknown")), "present.halfway")
        if partly is not None:
            self.become(replace(self.state, moving="", condition="jam"), "present.done")
            return "unknown"
        await self._motion()
        done = moved(self.state, "stacker", "exit", self.state.stacker)
        self.become(replace(done, moving="", last=replace(last, state="presented")), "present.done")
        return "presented"

    async def retract(self) -> Literal["retracted", "taken", "incomplete"]:
        """Take the notes at the exit back."""
        self.become(replace(self.state, moving="retract"), "retract.begun")
        await self._motion()
        if self.faults.strikes("taken_during_retract"):
            self.become(replace(self.state, moving=""))
            self.take()
            return "taken"
        jammed = self.faults.strikes("jam_retract")
        notes = half(self.state.exit) if jammed else self.state.exit
        last = self.state.last
        if last is not None:
            last = replace(last, retracted=plus(last.retracted, notes))
        back = replace(moved(self.state, "exit", "retract", notes), last=last, retracts=self.state.retracts + 1)
        self.become(replace(back, moving="", condition="jam" if jammed else back.condition), "retract.done")
        return "incomplete" if jammed else "retracted"

    async def reject(self) -> None:
        """Put the stacked notes into the reject bin."""
        await self._motion()
        self.become(moved(self.state, "stacker", "reject", self.state.stacker), "reject.done")

    def take(self) -> Notes:
        """Take the notes from the exit (a hand does)."""
        notes = self.state.exit
        self.become(taken(self.state))
        return notes

    async def reset(self, target: Literal["reject", "retract"]) -> bool:
        """Clear everything that is not in a unit into a bin. Return False when a jam does not give way."""
        await self._motion()
        if self.faults.strikes("jam_reset"):
            self.become(replace(self.state, condition="jam"), "reset.done")
            return False
        condition = "" if self.state.condition == "jam" else self.state.condition
        self.become(replace(emptied(self.state, target), condition=condition), "reset.done")
        return True

    def start_exchange(self) -> None:
        """Let a technician at the units; nothing moves meanwhile."""
        self.become(replace(self.state, condition="exchange"), "exchange.started")

    def end_exchange(self) -> None:
        """The units are closed again."""
        self.become(replace(self.state, condition=""), "exchange.ended")

    def set_count(self, unit: int | Bin, notes: Notes) -> None:
        """Believe that a cassette (by the value of its notes) or a bin holds `notes`, whatever is in it."""
        counters = self.state.counters
        if isinstance(unit, int):
            counters = replace(
                counters,
                cassettes={**counters.cassettes, unit: notes.get(unit, 0)},
                deposited={k: n for k, n in counters.deposited.items() if k != unit},
                out={k: n for k, n in counters.out.items() if k != unit},
                rejected={k: n for k, n in counters.rejected.items() if k != unit},
            )
        else:
            counters = replace(counters, set_bins={**counters.set_bins, unit: notes}, bins={**counters.bins, unit: {}})
        retracts = 0 if unit == "retract" else self.state.retracts
        self.become(replace(self.state, counters=counters, retracts=retracts))

    def fill(self, note: int, n: int) -> None:
        """Make a cassette hold `n` notes (a technician's hand does; the machine is told separately)."""
        cash, have = self.state, self.state.cassettes.get(note, 0)
        if n < have:
            out = moved(cash, "cassettes", "removed", {note: have - n})
            cash = replace(out, counters=cash.counters, read=cash.read)
        elif n > have:
            added = {note: n - have}
            pile = {**cash.piles.get("cassettes", {})}
            pile[note] = (*pile.get(note, ()), (cash.next_note, n - have))
            piles = {**cash.piles, "cassettes": pile}
            cash = replace(
                cash,
                loaded=plus(cash.loaded, added),
                cassettes=plus(cash.cassettes, added),
                piles=piles,
                next_note=cash.next_note + n - have,
            )
        self.become(cash)

    def empty_bin(self, name: Bin) -> Notes:
        """Take everything out of a bin (a technician's hand does); return what was in it."""
        notes: Notes = getattr(self.state, name)
        self.become(moved(self.state, name, "removed", notes))
        return notes

    def _set_condition(self, condition: str) -> None:
        if self.state.condition == "jam" and not condition:
            # Whoever clears a jam puts what lay in the way into the reject bin.
            self.become(emptied(self.state, "reject"))
        super()._set_condition(condition)
