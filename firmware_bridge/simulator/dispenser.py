"""A simulated cash dispenser. Its own note counts are the oracle: no note appears, vanishes or is counted twice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from firmware_bridge.simulator.device import Device
from firmware_bridge.simulator.notes import Notes, half, minus, plus

Place = Literal["cassettes", "stacker", "exit", "reject", "retract", "taken"]
PLACES: tuple[Place, ...] = ("cassettes", "stacker", "exit", "reject", "retract", "taken")
PresentState = Literal["presented", "notPresented", "unknown"]

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
"""Every write to the disk in an operation; the power may go right after each."""


@dataclass(frozen=True, slots=True)
class LastDispense:
    """What the machine remembers of the last dispense, for GetPresentStatus."""

    dispensed: Notes
    state: PresentState = "notPresented"
    retracted: Notes = field(default_factory=dict)
    dispense_id: str = ""
    """HMAC of the host's token."""


@dataclass(frozen=True, slots=True)
class Cash:
    """Where every note is."""

    loaded: Notes
    cassettes: Notes
    stacker: Notes = field(default_factory=dict)
    exit: Notes = field(default_factory=dict)
    reject: Notes = field(default_factory=dict)
    retract: Notes = field(default_factory=dict)
    taken: Notes = field(default_factory=dict)
    last: LastDispense | None = None
    moving: Literal["", "dispense", "present", "retract"] = ""
    """The operation under way at the last write; not empty after a start means the power went."""

    retracts: int = 0
    condition: str = ""


def conservation(cash: Cash) -> Notes:
    """Return, per denomination, notes missing (positive) or appeared from nowhere (negative); empty when it holds.

    loaded = cassettes + stacker + exit + reject + retract + taken.
    """
    out: Notes = {}
    for note in {*cash.loaded, *(n for place in PLACES for n in getattr(cash, place))}:
        missing = cash.loaded.get(note, 0) - sum(getattr(cash, place).get(note, 0) for place in PLACES)
        if missing:
            out[note] = missing
    return out


def recovered(cash: Cash) -> Cash:
    """Return what the machine knows of itself after the power came back, by its sensors."""
    last = cash.last
    if not cash.moving or last is None:
        return cash
    if cash.moving == "dispense":
        last = replace(last, dispensed=cash.stacker)
    elif cash.moving == "present" and last.state != "presented":
        last = replace(last, state="unknown" if cash.exit else "notPresented")
    return replace(cash, moving="", last=last)


class Dispenser(Device[Cash]):
    """Counts notes onto a stacker, moves them to the exit, takes them back."""

    def __init__(self, folder: Path, pace_s: float = 0.0, load: Notes | None = None) -> None:
        first = FIRST_LOAD if load is None else load
        super().__init__("dispenser", folder, Cash(loaded=first, cassettes=first), pace_s)
        self.become(recovered(self.state))

    def conservation(self) -> Notes:
        """Return missing notes per denomination; empty when none is."""
        return conservation(self.state)

    async def dispense(self, notes: Notes, dispense_id: str) -> bool:
        """Count `notes` onto the empty stacker. Return False when they jammed; those counted lie on the stacker."""
        last = LastDispense(dispensed={}, dispense_id=dispense_id)
        self.become(replace(self.state, last=last, moving="dispense"), "dispense.begun")
        jammed = self.faults.strikes("jam_dispense", "jam")
        for note, n in (half(notes) if jammed else notes).items():
            await self._motion()
            moved = {note: n}
            last = replace(last, dispensed=plus(last.dispensed, moved))
            self.become(replace(self._moved("cassettes", "stacker", moved), last=last), "dispense.counting")
        self.become(replace(self.state, moving="", condition="jam" if jammed else ""), "dispense.done")
        return not jammed

    async def present(self) -> PresentState:
        """Move the stacked notes to the exit. Return whether the customer has access to them now."""
        last = self.state.last
        assert last is not None, "only dispensed notes lie on the stacker"
        self.become(replace(self.state, moving="present"), "present.begun")
        await self._motion()
        if self.faults.strikes("jam_present", "jam"):
            self.become(replace(self.state, moving="", condition="jam"), "present.done")
            return "notPresented"
        self.become(
            replace(self._moved("stacker", "exit", half(self.state.stacker)), last=replace(last, state="unknown")),
            "present.halfway",
        )
        if self.faults.strikes("jam_present_partly"):
            self.become(replace(self.state, moving="", condition="jam"), "present.done")
            return "unknown"
        await self._motion()
        done = self._moved("stacker", "exit", self.state.stacker)
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
        moved = replace(self._moved("exit", "retract", notes), last=last, retracts=self.state.retracts + 1)
        self.become(replace(moved, moving="", condition="jam" if jammed else moved.condition), "retract.done")
        return "incomplete" if jammed else "retracted"

    async def reject(self) -> None:
        """Put the stacked notes into the reject bin."""
        await self._motion()
        self.become(self._moved("stacker", "reject", self.state.stacker), "reject.done")

    def take(self) -> Notes:
        """Take the notes from the exit (a hand does)."""
        notes = self.state.exit
        self.become(self._moved("exit", "taken", notes))
        return notes

    def _set_condition(self, condition: str) -> None:
        if self.state.condition == "jam" and not condition:
            # Whoever clears a jam puts what lay in the way into the reject bin.
            self.become(self._moved("stacker", "reject", self.state.stacker))
            self.become(self._moved("exit", "reject", self.state.exit))
        super()._set_condition(condition)

    def _moved(self, source: Place, target: Place, notes: Notes) -> Cash:
        changes: dict[str, Any] = {
            source: minus(getattr(self.state, source), notes),
            target: plus(getattr(self.state, target), notes),
        }
        return replace(self.state, **changes)
