"""Where every note of a simulated cash machine is, and what the machine believes of it. Pure.

Places are physical and the oracle of every test; counters are the machine's own bookkeeping, which a technician can
set wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from firmware_bridge.simulator.notes import Notes, count, minus, plus
from firmware_bridge.simulator.serials import Bundles, drawn
from firmware_bridge.simulator.serials import plus as laid_on

Place = Literal[
    "cassettes",
    "stacker",
    "exit",
    "reject",
    "retract",
    "taken",
    "slot",
    "escrow",
    "refused",
    "returned",
    "box",
    "taken_back",
    "removed",
]
PLACES: tuple[Place, ...] = get_args(Place)
PresentState = Literal["presented", "notPresented", "unknown"]
CashInStatus = Literal["active", "ok", "rollback", "retract", "reset", "unknown"]
Moving = Literal["", "dispense", "present", "retract", "insert", "store", "return", "retract_back"]
Bin = Literal["reject", "retract", "box"]
BINS: tuple[Bin, ...] = get_args(Bin)
UNRECOGNISED = 0
"""Stands for the value of notes the machine counted without telling them apart."""


@dataclass(frozen=True, slots=True)
class LastDispense:
    """What the machine remembers of the last dispense, for GetPresentStatus."""

    dispensed: Notes
    state: PresentState = "notPresented"
    retracted: Notes = field(default_factory=dict)
    """What stood at the exit and is inside again."""

    dispense_id: str = ""
    """HMAC of the host's token."""


@dataclass(frozen=True, slots=True)
class CashIn:
    """What the machine remembers of the cash-in under way or the last one, for GetCashInStatus."""

    status: CashInStatus = "active"
    counts: Notes = field(default_factory=dict)
    """Everything recognised and accepted, wherever it went afterwards."""

    refused: int = 0


@dataclass(frozen=True, slots=True)
class Counters:
    """The machine's bookkeeping since the counts were set: of cassettes by denomination, of bins by name."""

    cassettes: Notes = field(default_factory=dict)
    """As a technician set them."""

    deposited: Notes = field(default_factory=dict)
    out: Notes = field(default_factory=dict)
    rejected: Notes = field(default_factory=dict)
    """Of those that came out, which went into the reject bin from the stacker."""

    set_bins: dict[str, Notes] = field(default_factory=dict)
    bins: dict[str, Notes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cash:
    """Where every note is."""

    loaded: Notes
    """Ever put in by technicians."""

    cassettes: Notes
    stacker: Notes = field(default_factory=dict)
    exit: Notes = field(default_factory=dict)
    reject: Notes = field(default_factory=dict)
    retract: Notes = field(default_factory=dict)
    taken: Notes = field(default_factory=dict)
    last: LastDispense | None = None
    moving: Moving = ""
    """The operation under way at the last write; not empty after a start means the power went."""

    retracts: int = 0
    condition: str = ""
    inserted: Notes = field(default_factory=dict)
    """Ever put in by customers."""

    slot: Notes = field(default_factory=dict)
    forged: Notes = field(default_factory=dict)
    """Which of the notes in the slot are counterfeit or unreadable."""

    escrow: Notes = field(default_factory=dict)
    refused: Notes = field(default_factory=dict)
    """In the return tray: pushed back, never recognised."""

    returned: Notes = field(default_factory=dict)
    """In the return tray: accepted first, then given back."""

    box: Notes = field(default_factory=dict)
    """The box for everything deposited that is not paid out again."""

    taken_back: Notes = field(default_factory=dict)
    removed: Notes = field(default_factory=dict)
    """Ever taken out by technicians."""

    cash_in: CashIn | None = None
    counters: Counters = field(default_factory=Counters)
    piles: dict[str, Bundles] = field(default_factory=dict)
    """Which notes lie in ``cassettes`` and ``escrow``."""

    read: Bundles = field(default_factory=dict)
    """Notes whose serial numbers were read in the last dispense or cash-in."""

    next_note: int = 1


def fresh(load: Notes) -> Cash:
    """Return a machine just loaded."""
    cash = Cash(loaded=load, cassettes=load, counters=Counters(cassettes=load))
    piles: Bundles = {note: ((1, n),) for note, n in load.items()}
    return replace(cash, piles={"cassettes": piles}, next_note=max(load.values(), default=0) + 1)


def conservation(cash: Cash) -> Notes:
    """Return, per denomination, notes missing (positive) or appeared from nowhere (negative); empty when it holds.

    loaded + inserted = what lies at all PLACES together.
    """
    out: Notes = {}
    sources = plus(cash.loaded, cash.inserted)
    for note in {*sources, *(n for place in PLACES for n in getattr(cash, place))}:
        missing = sources.get(note, 0) - sum(getattr(cash, place).get(note, 0) for place in PLACES)
        if missing:
            out[note] = missing
    return out


def moved(cash: Cash, source: Place, target: Place, notes: Notes) -> Cash:
    """Return the cash with `notes` moved; counters and serial numbers follow."""
    changes: dict[str, Any] = {
        source: minus(getattr(cash, source), notes),
        target: plus(getattr(cash, target), notes),
        "counters": _counted(cash.counters, source, target, notes),
    }
    if source in ("cassettes", "escrow"):
        pile = dict(cash.piles.get(source, {}))
        upper: Bundles = {}
        for note, n in notes.items():
            upper[note], pile[note] = drawn(pile.get(note, ()), n)
        piles = {**cash.piles, source: pile}
        if target == "cassettes":
            piles[target] = laid_on(piles.get(target, {}), upper)
        if source == "cassettes":
            changes["read"] = laid_on(cash.read, upper)
        changes["piles"] = piles
    return replace(cash, **changes)


def taken(cash: Cash) -> Cash:
    """Return the cash after a hand has taken what stands at the exit, with or without power."""
    return moved(cash, "exit", "taken", cash.exit)


def taken_back(cash: Cash) -> Cash:
    """Return the cash after a hand has taken what stands in the return tray, with or without power."""
    cash = moved(cash, "refused", "taken_back", cash.refused)
    return moved(cash, "returned", "taken_back", cash.returned)


def believed(cash: Cash) -> Notes:
    """Return how many notes the machine thinks are in its cassettes."""
    counters = cash.counters
    inside = plus(counters.cassettes, counters.deposited)
    return {note: n - out for note, n in inside.items() if n > (out := counters.out.get(note, 0))}


def emptied(cash: Cash, target: Literal["reject", "retract"]) -> Cash:
    """Return the cash with all transports, positions and the escrow cleared into one bin."""
    if cash.last is not None and cash.exit:
        cash = replace(cash, last=replace(cash.last, retracted=plus(cash.last.retracted, cash.exit)))
    for place in ("stacker", "exit", "slot", "escrow", "refused", "returned"):
        if notes := getattr(cash, place):
            cash = moved(cash, place, target, notes)
    cash_in = cash.cash_in
    if cash_in is not None and cash_in.status == "active":
        cash_in = replace(cash_in, status="reset")
    return replace(cash, forged={}, cash_in=cash_in)


def recovered(cash: Cash) -> Cash:
    """Return what the machine knows of itself after the power came back, by its sensors.

    A present that was cut short stays as it was last written down: an empty exit says nothing, for a hand may have taken
    in the dark what stood there.
    """
    if not cash.moving:
        return cash
    last, cash_in = cash.last, cash.cash_in
    if cash.moving == "dispense" and last is not None:
        last = replace(last, dispensed=cash.stacker)
    elif cash.moving in ("store", "return") and cash_in is not None:
        cash_in = replace(cash_in, status=_after_power_cut(cash, cash_in))
    return replace(cash, moving="", last=last, cash_in=cash_in)


def _after_power_cut(cash: Cash, cash_in: CashIn) -> CashInStatus:
    """Nothing moved: it is still under way. Everything moved: it is done. Else only a human can say."""
    if cash.escrow == cash_in.counts and (cash.moving == "store" or not cash.returned):
        return "active"
    if count(cash.escrow):
        return "unknown"
    return "ok" if cash.moving == "store" else "rollback"


def _counted(counters: Counters, source: Place, target: Place, notes: Mapping[int, int]) -> Counters:
    if source == "cassettes":
        counters = replace(counters, out=plus(counters.out, notes))
    if target == "cassettes":
        counters = replace(counters, deposited=plus(counters.deposited, notes))
    if source == "stacker" and target == "reject":
        counters = replace(counters, rejected=plus(counters.rejected, notes))
    if target in BINS:
        known = {UNRECOGNISED: count(notes)} if source in ("slot", "refused") else notes
        counters = replace(counters, bins={**counters.bins, target: plus(counters.bins.get(target, {}), known)})
    return counters
