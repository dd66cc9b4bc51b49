"""The storage units of the branch: what they hold, and the exchange in which a technician changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from firmware_bridge.client.counted import UNRECOGNISED, fen
from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import OUTCOME_UNKNOWN, Link, Links
from firmware_bridge.protocol.amounts import CURRENCY
from guitai.errors import GuitaiError
from guitai.messages.branch import ExchangeEnded, ExchangeFailed, ExchangeStarted, Unit
from guitai.money import Fen

CASH = "CashDispenser"
CARD_PREFIX = "card_"
"""Units of the card reader are told by this, for both services may have a ``unit1``."""

_LEFT = ("presented", "rejected", "distributed", "unknown", "stacked", "diverted", "transport")
_CAME = ("deposited", "retracted", "rejected", "distributed", "transport")


class Units:
    """What core and technicians ask of the storage units."""

    def __init__(self, links: Links) -> None:
        self._links = links

    async def all(self) -> tuple[Unit, ...]:
        """Return every unit of the cash machine and the card reader. Raises GuitaiError ``device.not_connected``."""
        cash = await _storage(self._links.of(CASH))
        cards = await _storage(self._links.of("CardReader"))
        return (*_cash_units(cash), *_card_units(cards))

    async def start_exchange(self, request_id: str) -> ExchangeStarted | ExchangeFailed:
        """Let a technician at the units. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        link = self._links.of(CASH)
        before = _cash_units(await _storage(link))
        done = await link.send("Storage.StartExchange")
        if done is None:
            return ExchangeFailed(request_id, OUTCOME_UNKNOWN)
        # Under way already is what was wanted: the answer to an earlier request may have been lost.
        if done.ok or done.answer == "exchangeActive":
            return ExchangeStarted(request_id, await self._now(before))
        return ExchangeFailed(request_id, code_of(done.answer))

    async def end_exchange(
        self, request_id: str, counts: tuple[tuple[str, int], ...]
    ) -> ExchangeEnded | ExchangeFailed:
        """Set the counts the technician confirmed and close. Raises GuitaiError ``device.not_connected``.

        Counts are absolute, so that doing it again after a break changes nothing. A machine that is in no exchange any
        more and holds these counts has ended it: the answer to an earlier request was lost. One that holds others did
        not take them: ``device.no_exchange``.
        """
        link = self._links.of(CASH)
        storage = await _storage(link)
        told = {name: n for name, n in counts if name in storage}
        wanted = {"storage": {name: _initial(storage[name], n) for name, n in told.items()}}
        done = await link.send("Storage.SetStorage", wanted) if told else None
        is_set = done is not None and done.ok
        if is_set or not told:
            done = await link.send("Storage.EndExchange")
        if done is None:
            return ExchangeFailed(request_id, OUTCOME_UNKNOWN)
        before = _cash_units(storage)
        after = tuple(replace(unit, count=told.get(unit.name, unit.count)) for unit in before)
        if done.ok or (done.answer == "noExchangeActive" and (is_set or before == after)):
            return ExchangeEnded(request_id, await self._now(after))
        return ExchangeFailed(request_id, code_of(done.answer))

    async def _now(self, known: tuple[Unit, ...]) -> tuple[Unit, ...]:
        """List the units once what was asked for is done: nothing may make a failure of it any more.

        `known` are the cash machine's, for the case that it does not answer; a card reader that is away has none.
        """
        try:
            cash = _cash_units(await _storage(self._links.of(CASH)))
        except GuitaiError:
            cash = known
        try:
            cards = _card_units(await _storage(self._links.of("CardReader")))
        except GuitaiError:
            cards = ()
        return (*cash, *cards)


def units_of(storage: Mapping[str, Mapping[str, Any]]) -> tuple[Unit, ...]:
    """Return the units in the payload's ``storage`` of one service's Storage.GetStorage."""
    return (*_cash_units({name: unit for name, unit in storage.items() if unit.get("cash")}), *_card_units(storage))


async def _storage(link: Link) -> Mapping[str, Mapping[str, Any]]:
    storage: Mapping[str, Mapping[str, Any]] = (await link.asked("Storage.GetStorage")).payload.get("storage") or {}
    return storage


def _cash_units(storage: Mapping[str, Mapping[str, Any]]) -> tuple[Unit, ...]:
    out = []
    for name, unit in storage.items():
        cash = unit.get("cash") or {}
        configuration = cash.get("configuration") or {}
        types = configuration.get("types") or (cash.get("capabilities") or {}).get("types") or {}
        note = configuration.get("value") if configuration.get("currency") == CURRENCY else None
        out.append(Unit(name, _kind(types), Fen(0) if note is None else fen(note), _count(cash.get("status") or {})))
    return tuple(out)


def _kind(types: Mapping[str, Any]) -> Any:
    if types.get("reject"):
        return "reject"
    if types.get("cashOut"):
        return "recycler" if types.get("cashIn") else "cassette"
    return "retract" if types.get("cashInRetract") or types.get("cashOutRetract") else "cassette"


def _count(status: Mapping[str, Any]) -> int:
    came, left = status.get("in") or {}, status.get("out") or {}
    inside = _notes(status.get("initial")) + sum(_notes(came.get(way)) for way in _CAME)
    return inside - sum(_notes(left.get(way)) for way in _LEFT)


def _notes(counts: Mapping[str, Any] | None) -> int:
    total = 0
    for name, entry in (counts or {}).items():
        total += (entry or 0) if name == UNRECOGNISED else sum(n or 0 for n in (entry or {}).values())
    return total


def _card_units(storage: Mapping[str, Mapping[str, Any]]) -> tuple[Unit, ...]:
    bins = {name: unit["card"] for name, unit in storage.items() if unit.get("card")}
    return tuple(
        Unit(CARD_PREFIX + name, "card_retain", 0, int((card.get("status") or {}).get("retainCount") or 0))
        for name, card in bins.items()
        if (card.get("capabilities") or {}).get("type") == "retain"
    )


def _initial(unit: Mapping[str, Any], n: int) -> dict[str, Any]:
    items: Sequence[str] = (((unit.get("cash") or {}).get("configuration") or {}).get("cashItems")) or ()
    # Which notes lie in a bin nobody sorts; of a cassette there is one kind.
    counts = {items[0]: {"fit": n}} if len(items) == 1 else {UNRECOGNISED: n}
    return {"cash": {"status": {"initial": counts}}}
