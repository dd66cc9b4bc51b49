"""Interface CashAcceptor over a cash recycler, with the dispenser's own interfaces: one machine, one service."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services import cash_counts
from firmware_bridge.services.cash import CashService
from firmware_bridge.services.cash_units import POSITION
from firmware_bridge.services.service import Emit
from firmware_bridge.simulator.cash import Cash
from firmware_bridge.simulator.notes import count
from firmware_bridge.simulator.recycler import ACCEPTED, ESCROW_CAPACITY, RECYCLED, Recycler

IN_POSITION = "inDefault"
TRAY_POSITION = "outTop"
"""Refused and returned notes come out here, paid out ones at `POSITION`."""

T = TypeVar("T")


class RecyclerService(CashService):
    """CashInStart, CashIn (again and again), then CashInEnd or CashInRollback."""

    interfaces = ("CashDispenser", "CashAcceptor", "CashManagement", "Storage")
    waits_for_people = frozenset({"CashAcceptor.CashIn"})
    asks_only = CashService.asks_only | {"CashAcceptor.GetCashInStatus"}
    positions = (POSITION, IN_POSITION, TRAY_POSITION)

    def __init__(self, recycler: Recycler, key: bytes) -> None:
        super().__init__(recycler, key)
        self._recycler = recycler
        self.handlers |= {
            "CashAcceptor.CashInStart": self._start,
            "CashAcceptor.CashIn": self._cash_in,
            "CashAcceptor.CashInEnd": self._end,
            "CashAcceptor.CashInRollback": self._roll_back,
            "CashAcceptor.GetCashInStatus": self._cash_in_status,
        }

    def status(self) -> dict[str, Any]:
        """Return Common.Status with both ways of the notes."""
        base, cash = super().status(), self._recycler.state
        jammed = cash.condition == "jam"
        left_over = bool(cash.escrow or cash.slot) and not self._recycler.is_active
        tray = "notEmpty" if self.notes_at(TRAY_POSITION) else "empty"
        positions = [(IN_POSITION, "notEmpty" if cash.slot else "empty"), (TRAY_POSITION, tray)]
        base["cashManagement"] |= {"acceptor": "stop" if jammed or left_over or self._recycler.is_full else "ok"}
        base["cashAcceptor"] = {
            "intermediateStacker": "notEmpty" if cash.escrow else "empty",
            "stackerItems": "noCustomerAccess" if cash.escrow else "noItems",
            "banknoteReader": "ok",
            "positions": [
                {
                    "position": position,
                    "shutter": self.shutter(position),
                    "positionStatus": state,
                    "transport": "inoperative" if jammed else "ok",
                }
                for position, state in positions
            ],
        }
        return base

    def capabilities(self) -> dict[str, Any]:
        """Return what the recycler can do."""
        slot = {"in": True, "refuse": False, "rollback": False}
        tray = {"in": False, "refuse": True, "rollback": True}
        return super().capabilities() | {
            "cashAcceptor": {
                "type": "selfServiceBill",
                "maxCashInItems": ESCROW_CAPACITY,
                "shutter": True,
                "shutterControl": True,
                "intermediateStacker": ESCROW_CAPACITY,
                "itemsTakenSensor": True,
                "itemsInsertedSensor": True,
                "positions": [
                    {"position": position, "usage": usage, "shutterControl": True}
                    for position, usage in ((IN_POSITION, slot), (TRAY_POSITION, tray))
                ],
                "retractAreas": {"retract": True},
            }
        }

    def react(self, old: Cash, new: Cash) -> None:
        """Tell of notes put in and taken."""
        super().react(old, new)
        if count(new.inserted) > count(old.inserted):
            self.broadcast("CashManagement.ItemsInsertedEvent", {"position": IN_POSITION})
        if count(new.taken_back) > count(old.taken_back):
            self.broadcast("CashManagement.ItemsTakenEvent", {"position": TRAY_POSITION})

    def storage(self) -> dict[str, Any]:
        """Return the payload of Storage.GetStorage."""
        return cash_counts.storage(self._recycler.state, RECYCLED, box=True)

    def notes_known(self) -> tuple[int, ...]:
        """Return the values of the notes it takes or pays out."""
        return tuple({*super().notes_known(), *ACCEPTED})

    def in_transaction(self) -> bool:
        """Whether a customer's notes are on their way."""
        return super().in_transaction() or self._recycler.is_active

    def notes_at(self, position: str) -> bool:
        """Whether notes stand at a position."""
        cash = self._recycler.state
        if position == TRAY_POSITION:
            return bool(cash.refused or cash.returned)
        return bool(cash.slot) if position == IN_POSITION else super().notes_at(position)

    def item_location(self, cash: Cash) -> str:
        """Return where the notes read last are."""
        if cash.cash_in is None or not cash.cash_in.counts or cash.stacker or cash.exit:
            return super().item_location(cash)
        if cash.cash_in.status == "active":
            return "stacker"
        return "output" if cash.returned else "unknown"

    async def _dispense(self, job: Job, emit: Emit) -> Completion:
        if self._recycler.is_active:
            return Completion("sequenceError")
        return await super()._dispense(job, emit)

    async def _start(self, job: Job, _emit: Emit) -> Completion:
        if blocked := self.blocked():
            return blocked
        if self._recycler.is_active:
            return error("cashInActive")
        cash = self._recycler.state
        if cash.escrow or cash.slot or cash.stacker or cash.exit:
            return Completion("sequenceError")
        asked_in = job.payload.get("inputPosition") or "inDefault"
        asked_out = job.payload.get("outputPosition") or "outDefault"
        if asked_in != IN_POSITION or asked_out not in ("outDefault", TRAY_POSITION):
            return error("unsupportedPosition")
        self._recycler.start()
        return Completion()

    async def _cash_in(self, _job: Job, emit: Emit) -> Completion:
        if refused := self._not_now():
            return refused
        if self.notes_at(TRAY_POSITION):
            return error("positionNotEmpty")
        if not self._recycler.state.slot:
            await self._wait_for_notes(emit)
        if refused := self._not_now():
            return refused
        return await _to_the_end(self._count_in(emit))

    async def _wait_for_notes(self, emit: Emit) -> None:
        with self._recycler.open_slot():
            emit("CashAcceptor.InsertItemsEvent", {})
            try:
                await self._recycler.until(lambda cash: bool(cash.slot or cash.condition))
            except asyncio.CancelledError:
                if not self._recycler.state.slot:
                    raise  # else the notes are in already and have to be counted

    async def _count_in(self, emit: Emit) -> Completion:
        before = self._recycler.state
        forged = before.forged
        whole = await self._recycler.count_in()
        cash = self._recycler.state
        assert before.cash_in is not None, "checked by _not_now"
        assert cash.cash_in is not None, "a cash-in does not end by counting"
        old = before.cash_in.counts
        new = {note: n - old.get(note, 0) for note, n in cash.cash_in.counts.items() if n > old.get(note, 0)}
        if cash.refused:
            too_many = "cashInUnitFull" if self._recycler.room < ESCROW_CAPACITY - count(cash.escrow) else "stackerFull"
            emit("CashAcceptor.InputRefuseEvent", {"reason": "counterfeit" if forged else too_many})
        self._tell_read(emit)
        if not whole:
            return Completion("hardwareError", {"items": cash_counts.counts(new)})
        return Completion(payload={"items": cash_counts.counts(new)})

    async def _end(self, _job: Job, _emit: Emit) -> Completion:
        if refused := self._not_now():
            return refused
        if self._recycler.state.slot:
            return error("positionNotEmpty")
        if not self._recycler.state.escrow:
            return error("noItems")
        before = self._recycler.state
        whole = await self._recycler.store()
        storage = cash_counts.added(before, self._recycler.state)
        return Completion("success" if whole else "hardwareError", {"storage": storage})

    async def _roll_back(self, _job: Job, _emit: Emit) -> Completion:
        if refused := self._not_now():
            return refused
        whole = await self._recycler.give_back()
        return Completion("success" if whole else "hardwareError")

    async def _cash_in_status(self, _job: Job, _emit: Emit) -> Completion:
        cash_in = self._recycler.state.cash_in
        if cash_in is None:
            return Completion()
        payload: dict[str, Any] = {"status": cash_in.status}
        if cash_in.refused:
            payload["numOfRefused"] = cash_in.refused
        if cash_in.counts:
            payload["noteNumberList"] = cash_counts.counts(cash_in.counts)
        return Completion(payload=payload)

    async def _retract(self, job: Job, emit: Emit) -> Completion:
        cash = self._recycler.state
        if (job.payload.get("location") or {}).get("outputPosition") != TRAY_POSITION:
            return await super()._retract(job, emit)
        if cash.condition == "exchange":
            return error("exchangeActive")
        if not self.notes_at(TRAY_POSITION):
            given_back = cash.cash_in is not None and cash.cash_in.status == "rollback" and cash.cash_in.counts
            return error("itemsTaken" if given_back else "noItems")
        return self._retracted(await self._recycler.retract_back(), cash, emit)

    def _not_now(self) -> Completion | None:
        if blocked := self.blocked():
            return blocked
        return None if self._recycler.is_active else error("noCashInActive")


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, whoever cancels meanwhile: the machine is moving."""
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
    return task.result()
