"""The cash machine's note counts in the words of XFS4IoT's Storage and CashManagement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from firmware_bridge.protocol.amounts import CURRENCY
from firmware_bridge.simulator.cash import UNRECOGNISED, Bin, Cash, believed
from firmware_bridge.simulator.notes import Notes, count, value
from guitai.money import FEN_PER_YUAN, Fen

REJECT_UNIT = "unitREJ"
RETRACT_UNIT = "unitRET"
BOX_UNIT = "unitBOX"
BIN_UNITS: dict[str, Bin] = {REJECT_UNIT: "reject", RETRACT_UNIT: "retract", BOX_UNIT: "box"}


def units(cash: Cash) -> dict[int, str]:
    """Return the cassette of each denomination."""
    notes = sorted(cash.counters.cassettes, reverse=True)
    return {note: f"unit{number}" for number, note in enumerate(notes, start=1)}


def item_name(note: int) -> str:
    """Return the cash item of a denomination, such as ``typeCNY100``."""
    return f"type{CURRENCY}{note // FEN_PER_YUAN}"


def yuan_number(amount: int) -> int | float:
    """Return fen as the JSON number of yuan the wire wants."""
    whole, part = divmod(amount, FEN_PER_YUAN)
    return whole if not part else float(Decimal(amount) / FEN_PER_YUAN)


def fen_of(number: object) -> Fen | None:
    """Return a JSON number of yuan as fen, or None if it is not a positive amount of whole fen."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    fen = Decimal(str(number)) * FEN_PER_YUAN
    return Fen(int(fen)) if fen.is_finite() and fen == fen.to_integral_value() and fen > 0 else None


def denomination(cash: Cash, notes: Notes) -> dict[str, Any]:
    """Return ``currencies`` and ``values`` of some notes."""
    names = units(cash)
    return {
        "currencies": {CURRENCY: yuan_number(value(notes))},
        "values": {names[note]: n for note, n in notes.items()},
    }


def counts(notes: Mapping[int, int]) -> dict[str, Any]:
    """Return a StorageCashCounts: fit notes by denomination, and unrecognised ones."""
    out: dict[str, Any] = {item_name(note): {"fit": n} for note, n in notes.items() if note != UNRECOGNISED}
    return out | ({"unrecognized": notes[UNRECOGNISED]} if UNRECOGNISED in notes else {})


def notes_of(cash_counts: Mapping[str, Any]) -> Notes | None:
    """Return the notes of a StorageCashCounts, or None if it names unknown ones."""
    out: Notes = {}
    for name, entry in cash_counts.items():
        if name == "unrecognized":
            note, n = UNRECOGNISED, entry or 0
        else:
            number = name.removeprefix(f"type{CURRENCY}")
            if not number.isdecimal():
                return None
            note, n = int(number) * FEN_PER_YUAN, sum(one or 0 for one in (entry or {}).values())
        out[note] = n
    return out


def note_types(notes: Iterable[int]) -> dict[str, Any]:
    """Return the payload of CashManagement.GetBankNoteTypes."""
    items = {
        item_name(note): {
            "cashItem": {"noteID": number, "currency": CURRENCY, "value": yuan_number(note), "release": 5},
            "enabled": True,
        }
        for number, note in enumerate(sorted(notes, reverse=True), start=1)
    }
    return {"items": items}


def storage(cash: Cash, recycled: Iterable[int] = (), box: bool = False) -> dict[str, Any]:
    """Return the payload of Storage.GetStorage; `recycled` denominations are also taken in, the rest into a `box`."""
    out = {
        unit: _cassette(cash, note, number, note in recycled)
        for number, (note, unit) in enumerate(units(cash).items(), start=1)
    }
    out[REJECT_UNIT] = _bin(cash, "reject", len(out) + 1, {"reject": True}, "rejected")
    retracts = {"cashOutRetract": True} | ({"cashInRetract": True} if box else {})
    out[RETRACT_UNIT] = _bin(cash, "retract", len(out) + 1, retracts, "retracted")
    out[RETRACT_UNIT]["cash"]["status"]["in"]["retractOperations"] = cash.retracts
    if box:
        out[BOX_UNIT] = _bin(cash, "box", len(out) + 1, {"cashIn": True}, "deposited")
    return {"storage": out}


def _cassette(cash: Cash, note: int, index: int, recycles: bool) -> dict[str, Any]:
    def only(notes: Mapping[int, int]) -> Notes:
        return {note: notes[note]} if notes.get(note) else {}

    counters = cash.counters
    stacked = only(cash.stacker)
    inside = count(stacked) + count(only(counters.rejected))
    presented = max(0, counters.out.get(note, 0) - inside)
    return {
        "id": f"C{note // FEN_PER_YUAN}",
        "positionName": f"cassette {index}",
        "status": "ok",
        "cash": {
            "configuration": {
                "types": {"cashOut": True} | ({"cashIn": True} if recycles else {}),
                "currency": CURRENCY,
                "value": yuan_number(note),
                "cashItems": [item_name(note)],
            },
            "status": {
                "index": index,
                "initial": counts(only(counters.cassettes)),
                "in": {"deposited": counts(only(counters.deposited))},
                "out": {
                    "presented": counts({note: presented} if presented else {}),
                    "stacked": counts(stacked),
                    "rejected": counts(only(counters.rejected)),
                },
                "accuracy": "accurate",
                "replenishmentStatus": "ok" if believed(cash).get(note) else "empty",
            },
        },
    }


def _bin(cash: Cash, name: Bin, index: int, types: dict[str, bool], way: str) -> dict[str, Any]:
    status = {
        "index": index,
        "initial": counts(cash.counters.set_bins.get(name, {})),
        "in": {way: counts(cash.counters.bins.get(name, {}))},
        "accuracy": "accurate",
        "replenishmentStatus": "ok",
    }
    short = {"reject": "REJ", "retract": "RET", "box": "BOX"}[name]
    return {"id": short, "status": "ok", "cash": {"configuration": {"types": types}, "status": status}}


def added(before: Cash, after: Cash) -> dict[str, Any]:
    """Return, by unit, what came into the units between two states, as StorageCashIn."""
    out: dict[str, Any] = {}
    names = units(after)
    for note, n in after.counters.deposited.items():
        if (new := n - before.counters.deposited.get(note, 0)) > 0:
            out[names[note]] = {"deposited": counts({note: new})}
    for unit, name, way in (
        (BOX_UNIT, "box", "deposited"),
        (REJECT_UNIT, "reject", "rejected"),
        (RETRACT_UNIT, "retract", "retracted"),
    ):
        old = before.counters.bins.get(name, {})
        new_notes = {k: more for k, n in after.counters.bins.get(name, {}).items() if (more := n - old.get(k, 0)) > 0}
        if new_notes:
            out[unit] = {way: counts(new_notes)}
    if after.retracts > before.retracts:
        out.setdefault(RETRACT_UNIT, {})["retractOperations"] = after.retracts - before.retracts
    return out
