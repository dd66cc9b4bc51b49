"""A simulated cash recycler: a dispenser that takes notes in as well, and pays out of what it took.

The customer puts notes into the slot; recognised ones go into the escrow, the others into the return tray. At the end
the escrow goes into the cassettes that recycle and the box, or into the return tray.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from firmware_bridge.simulator.cash import Cash, CashIn, CashInStatus, emptied, moved, taken_back
from firmware_bridge.simulator.device import SlotDevice
from firmware_bridge.simulator.dispenser import Dispenser
from firmware_bridge.simulator.notes import Notes, count, half, minus, plus
from firmware_bridge.simulator.serials import Bundles
from firmware_bridge.simulator.serials import plus as laid_on

ACCEPTED = (100_00, 50_00, 20_00, 10_00, 5_00, 1_00)
"""The notes it takes; coins it does not."""

RECYCLED = (100_00, 50_00)
"""The denominations whose cassettes are filled by deposits; the others' cassettes only pay out."""

ESCROW_CAPACITY = 200
CASSETTE_CAPACITY = 2500
BOX_CAPACITY = 3000
CASH_IN_STEPS = (
    "start.done",
    "insert.begun",
    "insert.counting",
    "insert.done",
    "store.begun",
    "store.counting",
    "store.done",
    "return.begun",
    "return.halfway",
    "return.moved",
    "return.done",
    "retract_back.begun",
    "retract_back.done",
)
"""Every write to the disk in taking in; the power may go right after each."""


class Recycler(Dispenser, SlotDevice[Cash]):
    """Takes notes in, holds them in escrow, stores them or gives them back."""

    @property
    def accepting(self) -> bool:
        """Whether the slot is open."""
        return self._waiting > 0 and not self.state.slot and not self.state.condition

    @property
    def is_active(self) -> bool:
        """Whether a cash-in is under way."""
        return self.state.cash_in is not None and self.state.cash_in.status == "active"

    @property
    def room(self) -> int:
        """How many more notes it can take in before it has to be emptied or the escrow stored."""
        return min(ESCROW_CAPACITY, BOX_CAPACITY - count(self.state.box)) - count(self.state.escrow)

    @property
    def is_full(self) -> bool:
        """Whether the box takes no more."""
        return count(self.state.box) >= BOX_CAPACITY

    def start(self) -> None:
        """Begin a cash-in."""
        self.become(replace(self.state, cash_in=CashIn(), read={}), "start.done")

    def insert(self, notes: Notes, forged: Notes | None = None) -> None:
        """Put notes in, good and `forged` or unreadable ones (a hand does; the slot must be open)."""
        bad = forged or {}
        every = plus(notes, bad)
        cash = replace(
            self.state,
            slot=plus(self.state.slot, every),
            forged=plus(self.state.forged, bad),
            inserted=plus(self.state.inserted, every),
            moving="insert",
        )
        self.become(cash, "insert.begun")

    async def count_in(self) -> bool:
        """Count what is in the slot into the escrow, push back what is not taken. Return False when it jammed."""
        jammed = self.faults.strikes("jam_insert", "jam")
        good = self._acceptable()
        for note, n in (half(good) if jammed else good).items():
            await self._motion()
            self.become(self._recognised(note, n), "insert.counting")
        if jammed:
            self.become(replace(self.state, moving="", condition="jam"), "insert.done")
            return False
        rest, cash_in = self.state.slot, self.state.cash_in
        if cash_in is not None:
            cash_in = replace(cash_in, refused=cash_in.refused + count(rest))
        cash = moved(self.state, "slot", "refused", rest)
        self.become(replace(cash, forged={}, cash_in=cash_in, moving=""), "insert.done")
        return True

    async def store(self) -> bool:
        """Put the escrow into cassettes and box. Return False when it jammed: partly stored."""
        self.become(replace(self.state, moving="store"), "store.begun")
        jammed = self.faults.strikes("jam_store", "jam")
        for note, n in (half(self.state.escrow) if jammed else self.state.escrow).items():
            await self._motion()
            room = CASSETTE_CAPACITY - self.state.cassettes.get(note, 0) if note in self._recycled else 0
            recycled = max(0, min(n, room))
            cash = moved(self.state, "escrow", "cassettes", {note: recycled}) if recycled else self.state
            self.become(moved(cash, "escrow", "box", {note: n - recycled}) if n > recycled else cash, "store.counting")
        self._over("unknown" if jammed else "ok", jammed, "store.done")
        return not jammed

    async def give_back(self) -> bool:
        """Put escrow and slot into the return tray. Return False when it jammed: partly returned."""
        self.become(replace(self.state, moving="return"), "return.begun")
        await self._motion()
        jammed = self.faults.strikes("jam_return", "jam")
        self.become(moved(self.state, "escrow", "returned", half(self.state.escrow)), "return.halfway")
        if not jammed:
            await self._motion()
            cash = moved(self.state, "escrow", "returned", self.state.escrow)
            self.become(replace(moved(cash, "slot", "returned", cash.slot), forged={}), "return.moved")
        self._over("unknown" if jammed else "rollback", jammed, "return.done")
        return not jammed

    async def retract_back(self) -> Literal["retracted", "taken", "incomplete"]:
        """Take in what nobody took from the return tray."""
        self.become(replace(self.state, moving="retract_back"), "retract_back.begun")
        await self._motion()
        if self.faults.strikes("taken_during_retract"):
            self.become(replace(self.state, moving=""))
            self.take_back()
            return "taken"
        jammed = self.faults.strikes("jam_retract")
        part = half if jammed else dict
        cash = moved(self.state, "refused", "retract", part(self.state.refused))
        cash = moved(cash, "returned", "retract", part(cash.returned))
        cash = replace(cash, retracts=cash.retracts + 1)
        cash_in = cash.cash_in
        if cash_in is not None and cash_in.status == "rollback":
            cash_in = replace(cash_in, status="unknown" if jammed else "retract")
        condition = "jam" if jammed else cash.condition
        self.become(replace(cash, cash_in=cash_in, moving="", condition=condition), "retract_back.done")
        return "incomplete" if jammed else "retracted"

    def take_back(self) -> Notes:
        """Take the notes from the return tray (a hand does)."""
        notes = plus(self.state.refused, self.state.returned)
        self.become(taken_back(self.state))
        return notes

    def clear_faults(self) -> None:
        """Disarm faults, end the lasting condition, and take out what a broken off cash-in left in the way."""
        super().clear_faults()
        if (self.state.escrow or self.state.slot) and not self.is_active:
            self.become(emptied(self.state, "reject"))

    @property
    def _recycled(self) -> tuple[int, ...]:
        return tuple(note for note in RECYCLED if note in self.state.counters.cassettes)

    def _acceptable(self) -> Notes:
        """Return the good notes for which there is room."""
        room = self.room
        out: Notes = {}
        for note, n in minus(self.state.slot, self.state.forged).items():
            if note in ACCEPTED and (fits := min(n, room)) > 0:
                out[note] = fits
                room -= fits
        return out

    def _recognised(self, note: int, n: int) -> Cash:
        """Return the cash with `n` notes counted in and their serial numbers read."""
        cash, notes = self.state, {note: n}
        cash_in = cash.cash_in
        assert cash_in is not None, "notes are let in during a cash-in only"
        new: Bundles = {note: ((cash.next_note, n),)}
        return replace(
            moved(cash, "slot", "escrow", notes),
            cash_in=replace(cash_in, counts=plus(cash_in.counts, notes)),
            piles={**cash.piles, "escrow": laid_on(cash.piles.get("escrow", {}), new)},
            read=laid_on(cash.read, new),
            next_note=cash.next_note + n,
        )

    def _over(self, status: CashInStatus, jammed: bool, step: str) -> None:
        cash_in = self.state.cash_in
        assert cash_in is not None, "only a cash-in fills the escrow"
        condition = "jam" if jammed else self.state.condition
        self.become(replace(self.state, cash_in=replace(cash_in, status=status), moving="", condition=condition), step)
