"""Hands at the cash machine: a customer's at slot, exit and return tray, a technician's at the units."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.cash import PLACES, Bin
from firmware_bridge.simulator.gestures import Gesture, GestureTable, in_time, something_there
from firmware_bridge.simulator.notes import value
from firmware_bridge.simulator.recycler import ACCEPTED
from guitai.errors import GuitaiError


def _known(note: int) -> int:
    if note not in ACCEPTED:
        raise ValueError
    return note


_Note = Annotated[int, AfterValidator(_known)]
_Bunch = Annotated[dict[_Note, Annotated[int, Field(ge=1, le=500)]], Field(default_factory=dict)]


class _Notes(Gesture):
    notes: _Bunch
    forged: _Bunch


class _Fill(Gesture):
    note: _Note
    count: Annotated[int, Field(ge=0, le=3000)]


class _Bin(Gesture):
    bin: Bin


class CashHands:
    """Gestures with notes."""

    def __init__(self, branch: Branch, patience_s: float) -> None:
        self._machine, self._patience_s = branch.dispenser, patience_s
        self.table: GestureTable = {
            "insert_notes": (_Notes, self._insert_notes),
            "take_notes": (Gesture, self._take_notes),
            "take_returned_notes": (Gesture, self._take_returned),
            "fill_cassette": (_Fill, self._fill_cassette),
            "empty_bin": (_Bin, self._empty_bin),
        }

    def state(self) -> dict[str, Any]:
        """Return where every note is, and which are missing."""
        machine, cash = self._machine, self._machine.state
        return {
            machine.name: {
                **machine.shown(),
                "accepting": machine.accepting,
                "amounts": {place: value(getattr(cash, place)) for place in PLACES},
                "missing": {str(note): n for note, n in machine.conservation().items()},
            }
        }

    async def _insert_notes(self, wanted: _Notes) -> dict[str, Any]:
        machine = self._machine
        closed = GuitaiError("device.notes_slot_closed", seconds=self._patience_s)
        await in_time(machine.until(lambda _: machine.accepting), self._patience_s, closed)
        machine.insert(wanted.notes, wanted.forged)
        return {}

    async def _take_notes(self, _wanted: Gesture) -> dict[str, Any]:
        machine = self._machine
        notes = machine.until(lambda cash: bool(cash.exit) and not cash.moving)
        await something_there(notes, machine.name, self._patience_s)
        return {"amount": value(machine.take())}

    async def _take_returned(self, _wanted: Gesture) -> dict[str, Any]:
        machine = self._machine
        notes = machine.until(lambda cash: bool(cash.refused or cash.returned) and not cash.moving)
        await something_there(notes, machine.name, self._patience_s)
        return {"amount": value(machine.take_back())}

    async def _fill_cassette(self, wanted: _Fill) -> dict[str, Any]:
        self._must_be_open("fill_cassette")
        if wanted.note not in self._machine.state.counters.cassettes:
            raise GuitaiError("device.bad_hand", request="fill_cassette", reason="no cassette for such notes")
        self._machine.fill(wanted.note, wanted.count)
        return {}

    async def _empty_bin(self, wanted: _Bin) -> dict[str, Any]:
        self._must_be_open("empty_bin")
        return {"amount": value(self._machine.empty_bin(wanted.bin))}

    def _must_be_open(self, request: str) -> None:
        if self._machine.state.condition != "exchange":
            raise GuitaiError("device.bad_hand", request=request, reason="the units are open during an exchange only")
