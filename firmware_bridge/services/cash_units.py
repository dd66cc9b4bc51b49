"""Interfaces CashManagement and Storage over a cash machine: units, counts, exchange, reset, note serials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services import cash_counts
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.cash import Cash
from firmware_bridge.simulator.dispenser import Dispenser
from firmware_bridge.simulator.notes import Notes
from firmware_bridge.simulator.serials import count, serials

POSITION = "outDefault"


class CashUnitsService(Service):
    """What paying out and taking in have in common."""

    asks_only = frozenset({"CashManagement.GetBankNoteTypes", "CashManagement.GetItemInfo", "Storage.GetStorage"})
    positions: tuple[str, ...] = (POSITION,)

    def __init__(self, dispenser: Dispenser) -> None:
        super().__init__(dispenser)
        self._dispenser = dispenser
        self._open: set[str] = set()
        self.handlers |= {
            "CashManagement.GetBankNoteTypes": self._note_types,
            "CashManagement.GetItemInfo": self._item_info,
            "CashManagement.Reset": self._reset,
            "CashManagement.OpenShutter": self._open_shutter,
            "CashManagement.CloseShutter": self._close_shutter,
            "Storage.GetStorage": self._get_storage,
            "Storage.SetStorage": self._set_storage,
            "Storage.StartExchange": self._start_exchange,
            "Storage.EndExchange": self._end_exchange,
        }

    def storage(self) -> dict[str, Any]:
        """Return the payload of Storage.GetStorage."""
        return cash_counts.storage(self._dispenser.state)

    def notes_known(self) -> tuple[int, ...]:
        """Return the values of the notes the machine can tell apart."""
        return tuple(self._dispenser.state.counters.cassettes)

    def in_transaction(self) -> bool:
        """Whether a customer's notes are on their way."""
        return bool(self._dispenser.state.stacker or self._dispenser.state.exit)

    def item_location(self, cash: Cash) -> str:
        """Return where the notes read last are."""
        if cash.stacker:
            return "stacker"
        if cash.exit:
            return "output"
        is_with_customer = cash.last is not None and cash.last.state == "presented" and not cash.last.retracted
        return "customer" if is_with_customer else "unknown"

    def notes_at(self, position: str) -> bool:
        """Whether notes stand at a position."""
        return bool(self._dispenser.state.exit)

    def blocked(self) -> Completion | None:
        """Return how a moving command is refused now."""
        return error("exchangeActive") if self._dispenser.state.condition == "exchange" else self.refusal()

    def shutter(self, position: str) -> str:
        """Return the shutter's status."""
        return "open" if position in self._open or self.notes_at(position) else "closed"

    def _tell_read(self, emit: Emit) -> None:
        if read := sum(count(runs) for runs in self._dispenser.state.read.values()):
            emit("CashManagement.InfoAvailableEvent", {"itemInfoSummary": [{"level": "fit", "numOfItems": read}]})

    async def _note_types(self, _job: Job, _emit: Emit) -> Completion:
        return Completion(payload=cash_counts.note_types(self.notes_known()))

    async def _item_info(self, job: Job, _emit: Emit) -> Completion:
        cash = self._dispenser.state
        wanted = job.payload.get("items") or {}
        if wanted.get("level", "fit") != "fit":
            return Completion(payload={"itemsList": []})
        location = self.item_location(cash)
        items: list[dict[str, Any]] = [
            {
                "noteType": cash_counts.item_name(note),
                "level": "fit",
                "serialNumber": number,
                "itemLocation": location,
            }
            for note, number in serials(cash.read)
        ]
        index = wanted.get("index")
        return Completion(payload={"itemsList": items[index - 1 : index] if index else items})

    async def _reset(self, job: Job, _emit: Emit) -> Completion:
        if self._dispenser.state.condition == "exchange":
            return Completion("sequenceError")  # the standard has no exchangeActive here
        if self._dispenser.state.condition not in ("", "jam"):
            return self.refusal() or Completion("deviceNotReady")
        target = (job.payload.get("position") or {}).get("target") or "retract"
        if target not in ("retract", "reject"):
            return error("unsupportedPosition")
        bin_: Literal["retract", "reject"] = "retract" if target == "retract" else "reject"
        before = self._dispenser.state
        if not await self._dispenser.reset(bin_):
            return Completion("hardwareError")
        return Completion(payload={"storage": cash_counts.added(before, self._dispenser.state)})

    async def _open_shutter(self, job: Job, _emit: Emit) -> Completion:
        position = job.payload.get("position") or POSITION
        if refused := self._no_shutter(position):
            return refused
        if self.shutter(position) == "open":
            return error("shutterOpen")
        self._set_shutter(position, "open")
        return Completion()

    async def _close_shutter(self, job: Job, _emit: Emit) -> Completion:
        position = job.payload.get("position") or POSITION
        if refused := self._no_shutter(position):
            return refused
        if self.shutter(position) == "closed":
            return error("shutterClosed")
        if self.notes_at(position):
            return error("shutterNotClosed")
        self._set_shutter(position, "closed")
        return Completion()

    def _no_shutter(self, position: str) -> Completion | None:
        return self.blocked() or (None if position in self.positions else error("unsupportedPosition"))

    def _set_shutter(self, position: str, shutter: Literal["open", "closed"]) -> None:
        if shutter == "open":
            self._open.add(position)
        else:
            self._open.discard(position)
        self.broadcast("CashManagement.ShutterStatusChangedEvent", {"position": position, "shutter": shutter})

    async def _get_storage(self, _job: Job, _emit: Emit) -> Completion:
        return Completion(payload=self.storage())

    async def _set_storage(self, job: Job, _emit: Emit) -> Completion:
        if self._dispenser.state.condition != "exchange":
            return error("noExchangeActive")
        wanted = job.payload.get("storage") or {}
        known = {unit: note for note, unit in cash_counts.units(self._dispenser.state).items()}
        bins = {unit: name for unit, name in cash_counts.BIN_UNITS.items() if unit in self.storage()["storage"]}
        told: dict[str, Notes] = {}
        for unit, entry in wanted.items():
            if unit not in known and unit not in bins:
                return error("invalidUnit")
            notes = _initial(entry or {})
            if notes is None or (unit in known and set(notes) - {known[unit]}):
                return Completion("unsupportedData")
            told[unit] = notes
        for unit, notes in told.items():
            self._dispenser.set_count(known[unit] if unit in known else bins[unit], notes)
        return Completion()

    async def _start_exchange(self, _job: Job, _emit: Emit) -> Completion:
        if blocked := self.blocked():
            return blocked
        if self.in_transaction():
            return error("transactionActive")
        self._dispenser.start_exchange()
        return Completion()

    async def _end_exchange(self, _job: Job, _emit: Emit) -> Completion:
        if self._dispenser.state.condition != "exchange":
            return error("noExchangeActive")
        self._dispenser.end_exchange()
        return Completion()


def _initial(entry: Mapping[str, Any]) -> Notes | None:
    """Return the counts of a SetStorage entry, or None for what cannot be set."""
    cash = entry.get("cash") or {}
    if cash.get("configuration") or any(value for part, value in entry.items() if part != "cash"):
        return None
    return cash_counts.notes_of((cash.get("status") or {}).get("initial") or {})
