"""Counts of notes as XFS4IoT tells them, turned into money; and the serial numbers a machine has read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from firmware_bridge.client.link import Link
from firmware_bridge.protocol.amounts import CURRENCY
from guitai.errors import GuitaiError
from guitai.messages.cash_in import Counts
from guitai.money import FEN_PER_YUAN, Fen

UNRECOGNISED = "unrecognized"


async def note_values(link: Link) -> dict[str, Fen]:
    """Return what each of the machine's note types is worth. Raises GuitaiError ``device.not_connected``."""
    done = await link.ask("CashManagement.GetBankNoteTypes")
    items = (done.payload.get("items") or {}).items()
    return {name: fen(item["cashItem"]["value"]) for name, item in items if _is_renminbi(item)}


def fen(number: object) -> Fen:
    """Return a JSON number of yuan as fen."""
    return Fen(int(Decimal(str(number)) * FEN_PER_YUAN))


def value(counts: Iterable[Mapping[str, Any] | None], values: Mapping[str, Fen]) -> Fen | None:
    """Return what counted notes are worth; None when some were not recognised."""
    total = 0
    for items in counts:
        for name, grades in (items or {}).items():
            if grades and name not in values:
                return None
            if grades:
                total += values[name] * _all(grades)
    return Fen(total)


def moved(storage: Mapping[str, Any] | None, way: str, values: Mapping[str, Fen]) -> Fen | None:
    """Return what came into the units of a completion's ``storage`` by one way, such as ``retracted``.

    None when no unit says so or some notes were not recognised: silence is not the same as no notes.
    """
    told = [unit[way] for unit in (storage or {}).values() if unit and unit.get(way) is not None]
    return value(told, values) if told else None


def by_value(items: Mapping[str, Any] | None, values: Mapping[str, Fen]) -> Counts:
    """Return the recognised notes, large ones first."""
    out: dict[int, int] = {}
    for name, grades in (items or {}).items():
        if grades and name in values:
            out[values[name]] = out.get(values[name], 0) + _all(grades)
    return tuple(sorted(((note, n) for note, n in out.items() if n), reverse=True))


async def read_serials(link: Link) -> tuple[str, ...]:
    """Return the serial numbers (冠字号码) of the last notes moved; none when the machine does not read them."""
    wanted = {"itemInfoType": {"serialNumber": True, "signature": False, "image": False}}
    try:
        done = await link.ask("CashManagement.GetItemInfo", wanted)
    except GuitaiError:
        return ()
    items = (done.payload.get("itemsList") or ()) if done.ok else ()
    return tuple(str(one["serialNumber"]) for one in items if one.get("serialNumber"))


def _all(grades: Mapping[str, Any]) -> int:
    return sum(n or 0 for n in grades.values())


def _is_renminbi(item: Mapping[str, Any]) -> bool:
    entry = item.get("cashItem") or {}
    return entry.get("currency") == CURRENCY and entry.get("value") is not None
