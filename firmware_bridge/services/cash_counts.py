"""The dispenser's note counts in the words of XFS4IoT's Storage and CashManagement."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from firmware_bridge.protocol.tokens import CURRENCY
from firmware_bridge.simulator.dispenser import Cash
from firmware_bridge.simulator.notes import Notes, plus, value
from guitai.money import FEN_PER_YUAN, Fen

REJECT_UNIT = "unitREJ"
RETRACT_UNIT = "unitRET"


def units(cash: Cash) -> dict[int, str]:
    """Return the cassette of each denomination."""
    return {note: f"unit{number}" for number, note in enumerate(sorted(cash.loaded, reverse=True), start=1)}


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
    """Return a StorageCashCounts of fit notes."""
    return {item_name(note): {"fit": n} for note, n in notes.items()}


def note_types(cash: Cash) -> dict[str, Any]:
    """Return the payload of CashManagement.GetBankNoteTypes."""
    items = {
        item_name(note): {
            "cashItem": {"noteID": number, "currency": CURRENCY, "value": yuan_number(note), "release": 5},
            "enabled": True,
        }
        for number, note in enumerate(sorted(cash.loaded, reverse=True), start=1)
    }
    return {"items": items}


def storage(cash: Cash) -> dict[str, Any]:
    """Return the payload of Storage.GetStorage."""
    out = {unit: _cassette(cash, note, number) for number, (note, unit) in enumerate(units(cash).items(), start=1)}
    out[REJECT_UNIT] = _bin(len(out) + 1, "REJ", {"reject": True}, {"rejected": counts(cash.reject)})
    retracted = {"retractOperations": cash.retracts, "retracted": counts(cash.retract)}
    out[RETRACT_UNIT] = _bin(len(out) + 1, "RET", {"cashOutRetract": True}, retracted)
    return {"storage": out}


def _cassette(cash: Cash, note: int, index: int) -> dict[str, Any]:
    def only(notes: Notes) -> Notes:
        return {note: notes[note]} if note in notes else {}

    presented = plus(plus(only(cash.exit), only(cash.taken)), only(cash.retract))
    left = cash.cassettes.get(note, 0)
    return {
        "id": f"C{note // FEN_PER_YUAN}",
        "positionName": f"cassette {index}",
        "status": "ok",
        "cash": {
            "configuration": {
                "types": {"cashOut": True},
                "currency": CURRENCY,
                "value": yuan_number(note),
                "cashItems": [item_name(note)],
            },
            "status": {
                "index": index,
                "initial": counts(only(cash.loaded)),
                "out": {
                    "presented": counts(presented),
                    "stacked": counts(only(cash.stacker)),
                    "rejected": counts(only(cash.reject)),
                },
                "accuracy": "accurate",
                "replenishmentStatus": "ok" if left else "empty",
            },
        },
    }


def _bin(index: int, short: str, types: dict[str, bool], taken_in: dict[str, Any]) -> dict[str, Any]:
    status = {"index": index, "in": taken_in, "accuracy": "accurate", "replenishmentStatus": "ok"}
    return {"id": short, "status": "ok", "cash": {"configuration": {"types": types}, "status": status}}
