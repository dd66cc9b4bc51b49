"""step(branch, event, serving) -> (branch, effects): may customers be served, and a technician's exchange of cassettes. Pure.

An exchange, a technician who moves devices by hand, an open door, the operator's switch, tampering or shaking stops the
branch between customers, as do hours in which it does not serve; a device asks for its maintenance mode and gets it only then. A stuck card reader or a full
retain bin stops it, too: the next card could not be given back; so do notes of which the machine cannot tell where they are. So does a journal that had to be begun anew: somebody has
to look where notes and cards are first, and opens and shuts the cabinet.

A refused event changes nothing, so the record of those that did is replayed without knowing who was served.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from guitai.messages.branch import (
    AcknowledgeMode,
    BetweenSessions,
    CountsGiven,
    EndExchange,
    ExchangeEnded,
    ExchangeFailed,
    ExchangeStarted,
    ExchangeWanted,
    HoursChanged,
    JournalDamaged,
    JournalReleased,
    ModeWanted,
    RecordDifference,
    SensorChanged,
    StartExchange,
    TechnicianAtWork,
    Unit,
)
from guitai.messages.card import CardMoveFailed
from guitai.messages.cash import PresentStatusKnown
from guitai.messages.cash_in import CashInFailed, CashInStatusKnown, NotesReturned, NotesStored
from guitai.messages.device import DeviceState, Tampered
from guitai.messages.face import CameraState
from guitai.messages.health import HealthFound, HealthOver

NOTES_UNKNOWN = "device.notes_unknown"
"""The machine itself cannot tell where a customer's notes are: nobody is served before somebody has looked."""

NOTES_OUT, NOTES_IN = "notes_out", "notes_in"
"""Whose notes: what the acceptor tells of a deposit says nothing of notes that were to be paid out."""

STOPPING = frozenset({"device.tampered", "device.card_jam", "device.retain_full", "device.exchange_active"})
"""Codes of a device that stop the whole branch."""

Reason = Literal[
    "exchange", "technician", "door", "switch", "alarm", "power", "hours", "card_reader", "journal", "notes"
]
_SENSORS: dict[str, Reason] = {
    "safe": "door", "cabinet": "door", "operator_switch": "switch", "tamper": "alarm", "seismic": "alarm",
    "power": "power",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Branch:
    """Everything `step` knows."""

    alarms: tuple[str, ...] = ()
    """Sensors that stand where nobody may be served."""

    faults: tuple[tuple[str, str], ...] = ()
    """Device and code of what stops the branch until the device says it is well, or the cabinet was opened and shut."""

    unwell: tuple[tuple[str, str], ...] = ()
    """Camera, its picture and microphone, where something is wrong with them, and what. They stop nobody from being served;
    headquarters hears of them at once, also between customers."""

    findings: tuple[tuple[str, str], ...] = ()
    """Key and code of what the standing checks found and is not over. They stop nobody by themselves: what stops a customer
    is told by the part that fails."""

    modes: tuple[str, ...] = ()
    """Devices that wait for their maintenance mode."""

    exchange: Literal["none", "starting", "active", "ending"] = "none"
    held: bool = False
    """Whether a technician moves devices by hand."""

    technician_id: str = ""
    units: tuple[Unit, ...] = ()
    next_id: int = 1
    shut: bool = False
    """Whether the hours are over in which it serves."""

    @property
    def tended(self) -> bool:
        """Whether a technician is at the machine: the screen is hers."""
        return self.exchange != "none" or self.held or "operator_switch" in self.alarms

    @property
    def stopped(self) -> Reason | None:
        """Why no customer may be served, if so."""
        if self.exchange != "none":
            return "exchange"
        if self.held:
            return "technician"
        if self.alarms:
            return _SENSORS[self.alarms[0]]
        if self.shut:
            return "hours"
        if self.faults:
            code = self.faults[0][1]
            reasons: dict[str, Reason] = {
                "device.tampered": "alarm", "device.exchange_active": "exchange", "journal.corrupt": "journal",
                NOTES_UNKNOWN: "notes",
            }  # fmt: skip
            return reasons.get(code, "card_reader")
        return None


Step = tuple[Branch, tuple[object, ...]]


def step(branch: Branch, event: Any, *, serving: bool) -> Step:
    """Advance the branch; `serving` says whether a customer's session is open. An event without meaning changes nothing."""
    match event:
        case HoursChanged(shut):
            return replace(branch, shut=shut), ()
        case SensorChanged(sensor, alarm) if sensor != "hours":
            return _sensed(branch, sensor, alarm), ()
        case Tampered(sensor):
            return _with_fault(branch, sensor, "device.tampered"), ()
        case JournalDamaged():
            return _with_fault(branch, "journal", "journal.corrupt"), ()
        case PresentStatusKnown(status="unknown"):
            return _with_fault(branch, NOTES_OUT, NOTES_UNKNOWN), ()
        case CashInStatusKnown(status="unknown") | CashInFailed(code="device.hardware", certain=False):
            return _with_fault(branch, NOTES_IN, NOTES_UNKNOWN), ()
        case NotesStored() | NotesReturned() | CashInStatusKnown(status="stored" | "returned"):
            return _without_fault(branch, NOTES_IN), ()
        case JournalReleased():
            return _without_fault(branch, "journal"), ()
        case CameraState(state):
            return _with_unwell(branch, "picture", "" if state == "ok" else state), ()
        case DeviceState("camera" | "microphone" as device, usable, code):
            return _with_unwell(branch, device, "" if usable else code or "unusable"), ()
        case DeviceState(device, usable, code):
            if not usable and code in STOPPING:
                return _with_fault(branch, device, code), ()
            return (_without_fault(branch, device), ()) if usable else (branch, ())
        case CardMoveFailed(code="device.retain_full" | "device.card_jam" as code):
            return _with_fault(branch, "card_reader", code), ()
        case HealthFound(key, code) | HealthOver(key, code):
            others = tuple(one for one in branch.findings if one[0] != key)
            if isinstance(event, HealthOver):
                return replace(branch, findings=others), ()
            return (branch if (key, code) in branch.findings else replace(branch, findings=(*others, (key, code)))), ()
        case ModeWanted(device, enter):
            return _mode(branch, device, enter)
        case BetweenSessions():
            return replace(branch, modes=()), tuple(AcknowledgeMode(device, True) for device in branch.modes)
        case TechnicianAtWork(at_work):
            may = branch.exchange in ("none", "active") and not serving
            return (replace(branch, held=at_work), ()) if may or not at_work else (branch, ())
        case ExchangeWanted(technician_id) if branch.exchange == "none" and not serving:
            branch, request_id = _ask(replace(branch, exchange="starting", technician_id=technician_id, units=()))
            return branch, (StartExchange(request_id),)
        case ExchangeStarted(units=units) if branch.exchange == "starting":
            return replace(branch, exchange="active", units=units), ()
        case CountsGiven() if branch.exchange == "active":
            return _counted(branch, event)
        case ExchangeEnded(units=units) if branch.exchange == "ending":
            counted = _without_fault(_without_fault(branch, NOTES_OUT), NOTES_IN)
            return replace(counted, exchange="none", units=units, technician_id=""), ()
        case ExchangeFailed() if branch.exchange == "starting":
            return replace(branch, exchange="none", technician_id=""), ()
        case ExchangeFailed(code=code) if branch.exchange == "ending":
            # A machine that is in no exchange any more has not taken the counts: the technician begins anew.
            return replace(branch, exchange="none" if code == "device.no_exchange" else "active"), ()
    return branch, ()


def differences(units: tuple[Unit, ...], counts: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int, int], ...]:
    """Return unit, notes by the machine's count and notes by hand, where they differ."""
    machine = {unit.name: unit.count for unit in units}
    return tuple((name, machine.get(name, 0), count) for name, count in counts if machine.get(name) != count)


def _sensed(branch: Branch, sensor: str, alarm: bool) -> Branch:
    rest = tuple(one for one in branch.alarms if one != sensor)
    if alarm:
        return replace(branch, alarms=(*rest, sensor))
    # Whoever shuts the cabinet has looked inside: what is still wrong is told anew by the device.
    shut = sensor == "cabinet" and sensor in branch.alarms
    return replace(branch, alarms=rest, faults=() if shut else branch.faults)


def _with_fault(branch: Branch, device: str, code: str) -> Branch:
    return replace(branch, faults=(*_without_fault(branch, device).faults, (device, code)))


def _without_fault(branch: Branch, device: str) -> Branch:
    return replace(branch, faults=tuple(fault for fault in branch.faults if fault[0] != device))


def _with_unwell(branch: Branch, device: str, code: str) -> Branch:
    if dict(branch.unwell).get(device, "") == code:
        return branch
    others = tuple(one for one in branch.unwell if one[0] != device)
    return replace(branch, unwell=(*others, (device, code)) if code else others)


def _mode(branch: Branch, device: str, enter: bool) -> Step:
    others = tuple(one for one in branch.modes if one != device)
    if enter:
        return replace(branch, modes=(*others, device)), ()
    return replace(branch, modes=others), (AcknowledgeMode(device, enter),)


def _counted(branch: Branch, event: CountsGiven) -> Step:
    lines = differences(branch.units, event.counts)
    branch, request_id = _ask(replace(branch, exchange="ending", technician_id=event.technician_id))
    effects: tuple[object, ...] = (RecordDifference(event.technician_id, lines),) if lines else ()
    return branch, (*effects, EndExchange(request_id, event.counts))


def _ask(branch: Branch) -> tuple[Branch, str]:
    return replace(branch, next_id=branch.next_id + 1), f"branch-{branch.next_id}"
