"""What the script tells next and has to be ready before: a jam strikes, the power goes, a note is no good while a deed is done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from firmware_bridge.simulator.notes import Notes, value
from guitai.scenarios.deeds import notes_of
from guitai.scenarios.hands import Hands
from guitai.scenarios.model import Turn
from guitai.scenarios.stage import Stage

NOTE_FEN = 100_00
STEPS = {
    "presented": ("present.done",),
    "notpresented": ("dispense.done", "present.begun"),
    "unknown": ("present.halfway",),
}
"""Where the power may go, by what the machine is to say of the notes afterwards; the first of them that comes."""


def foresee(stage: Stage, hands: Hands, turn: Turn, rest: Sequence[Turn]) -> None:
    """Make ready, before a turn is done, what the machine or the bank is to do in the course of it."""
    following = [one for one in rest[:2] if one.actor in ("device", "network")]
    if turn.actor == "device" or not following or following[0] is not rest[0]:
        return
    told = [detail for one in following for detail in (_details(one.value),)]
    match following[0].do:
        case "jam":
            device, fault = jam_of(told[0])
            stage.machines.arm(device, fault)
        case "notes_retracted" if following[0].value:
            left, there = notes_of(following[0].value), stage.machines.cash.exit
            if 0 < value(left) < value(there) and all(there.get(note, 0) >= n for note, n in left.items()):
                hands.leave_notes(left)
        case "note_rejected":
            hands.no_good = rejected_of(following[0].value)
        case "power_loss":
            _power(stage, {key: detail for one in told for key, detail in one.items()})
        case _:
            pass


def jam_of(told: dict[str, Any]) -> tuple[str, str]:
    """Return the device and the fault that a script means by a jam."""
    device = str(told.get("device", "dispenser"))
    if device in ("printer", "receipt_printer"):
        return "printer", "jam_print"
    if device == "card_reader":
        return "card_reader", "jam"
    if told.get("presented_fen"):
        return "dispenser", f"jam_present_partly:{told['presented_fen']}"
    return "dispenser", "jam_present" if "presented_fen" in told else "jam"


def rejected_of(told: Any) -> Notes:
    """Return the notes that come back: told as ``{"notes": 2}`` (of 100 yuan), as notes, or as an amount."""
    found = notes_of(told) if told else {NOTE_FEN: 1}
    return {NOTE_FEN: told} if isinstance(told, int) and 0 < told < NOTE_FEN else found


def _power(stage: Stage, told: dict[str, Any]) -> None:
    """Let the power go where machine and bank will afterwards say what the script says."""
    steps, posted = STEPS.get(re.sub(r"[\W_]", "", str(told.get("present_status"))).lower()), told.get("bank_did_post")
    for step in steps or ():
        stage.machines.arm("dispenser", f"power_cut:{step}")
    if steps is None and posted is not None:
        stage.lost_at_bank = "answer lost" if posted else "request lost"


def _details(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"device": value} if isinstance(value, str) else {}
