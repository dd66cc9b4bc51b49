"""What the script tells next and has to be ready before: a jam strikes, the power goes, a note is no good while a deed is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guitai.scenarios.deeds import notes_of
from guitai.scenarios.hands import Hands
from guitai.scenarios.model import Turn
from guitai.scenarios.stage import Stage

FORGED_FEN = 20_00
STEPS = {
    "presented": "present.done",
    "not_presented": "dispense.done",
    "notPresented": "dispense.done",
    "unknown": "present.halfway",
}
"""Where the power goes, by what the machine is to say of the notes afterwards."""


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
        case "note_rejected" if turn.do == "insert_notes":
            forged = notes_of(following[0].value) if following[0].value else {FORGED_FEN: 1}
            hands.forged = {FORGED_FEN: max(1, sum(forged.values()))}
        case "power_loss":
            _power(stage, {key: value for one in told for key, value in one.items()})
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


def _power(stage: Stage, told: dict[str, Any]) -> None:
    if "bank_did_post" in told:
        stage.lost_at_bank = "answer lost" if told["bank_did_post"] else "request lost"
    elif (status := told.get("present_status")) is not None:
        step = STEPS.get(str(status), STEPS["unknown"])
        stage.machines.arm("dispenser", f"power_cut:{step}")


def _details(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"device": value} if isinstance(value, str) else {}
