"""Interface CashDispenser: pays only against a token of the bank host."""

from __future__ import annotations

import secrets
import time
from typing import Any, Literal

from firmware_bridge.protocol.amounts import CURRENCY
from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.protocol.tokens import Vault, amount_text, parse
from firmware_bridge.services import cash_counts
from firmware_bridge.services.cash_units import POSITION, CashUnitsService
from firmware_bridge.services.service import Emit
from firmware_bridge.simulator.cash import Cash, believed
from firmware_bridge.simulator.dispenser import Dispenser
from firmware_bridge.simulator.notes import Notes, count, fewest, value
from guitai.money import Fen

MIX = "mix1"
MAX_NOTES = 200
"""As a recycler at the counter presents at once: 20,000 yuan in hundreds, what the withdrawal flow promises."""

NONCE_LIFETIME_S = 600
_PRESENTED = {"presented": "YES", "notPresented": "NO", "unknown": "UNKNOWN"}


class CashService(CashUnitsService):
    """Dispense stacks, Present offers, Retract and Reject take back."""

    name = "CashDispenser"
    interfaces: tuple[str, ...] = ("CashDispenser", "CashManagement", "Storage")
    asks_only = CashUnitsService.asks_only | {
        "CashDispenser.GetPresentStatus",
        "CashDispenser.GetMixTypes",
        "CashDispenser.Denominate",
    }

    def __init__(self, dispenser: Dispenser, key: bytes) -> None:
        super().__init__(dispenser)
        self._vault = Vault(key, NONCE_LIFETIME_S)
        self.handlers |= {
            "Common.GetCommandNonce": self._get_nonce,
            "Common.ClearCommandNonce": self._clear_nonce,
            "CashDispenser.GetMixTypes": self._mix_types,
            "CashDispenser.Denominate": self._denominate,
            "CashDispenser.Dispense": self._dispense,
            "CashDispenser.Present": self._present,
            "CashDispenser.Reject": self._reject,
            "CashDispenser.GetPresentStatus": self._present_status,
            "CashManagement.Retract": self._retract,
        }

    def status(self) -> dict[str, Any]:
        """Return Common.Status with where notes are."""
        cash = self._dispenser.state
        base = super().status()
        base["common"] |= {
            "exchange": "active" if cash.condition == "exchange" else "inactive",
            "endToEndSecurity": "enforced",
        }
        stopped = cash.condition == "jam" or not believed(cash)
        position = {
            "position": POSITION,
            "shutter": self.shutter(POSITION),
            "positionStatus": "notEmpty" if cash.exit else "empty",
            "transport": "inoperative" if cash.condition == "jam" else "ok",
        }
        return {
            **base,
            "cashDispenser": {
                "intermediateStacker": "notEmpty" if cash.stacker else "empty",
                "positions": [position],
            },
            "cashManagement": {"dispenser": "stop" if stopped else "ok"},
        }

    def capabilities(self) -> dict[str, Any]:
        """Return what the dispenser can do."""
        return {
            "cashDispenser": {
                "type": "selfServiceBill",
                "maxDispenseItems": MAX_NOTES,
                "shutterControl": True,
                "retractAreas": {"retract": True},
                "intermediateStacker": True,
                "itemsTakenSensor": True,
                "positions": {"center": True},
            },
            "cashManagement": {
                "cashBox": False,
                "exchangeType": {"byHand": True},
                "itemInfoTypes": {"serialNumber": True, "signature": False, "image": False},
            },
        }

    def react(self, old: Cash, new: Cash) -> None:
        """Tell of notes taken from the exit."""
        if old.exit and not new.exit and count(new.taken) > count(old.taken):
            self.broadcast("CashManagement.ItemsTakenEvent", {"position": POSITION})

    async def _get_nonce(self, _job: Job, _emit: Emit) -> Completion:
        nonce = self._vault.issue(secrets.token_hex(16).upper(), time.monotonic())
        return Completion(payload={"commandNonce": nonce})

    async def _clear_nonce(self, _job: Job, _emit: Emit) -> Completion:
        self._vault.clear()
        return Completion()

    async def _mix_types(self, _job: Job, _emit: Emit) -> Completion:
        mix = {"type": "algorithm", "algorithm": "minimumBills", "name": "Minimum Bills"}
        return Completion(payload={"mixes": {MIX: mix}})

    async def _denominate(self, job: Job, _emit: Emit) -> Completion:
        notes = self._notes(job.payload.get("request") or {})
        if isinstance(notes, Completion):
            return notes
        return Completion(payload={"result": cash_counts.denomination(self._dispenser.state, notes)})

    async def _dispense(self, job: Job, emit: Emit) -> Completion:
        if self._dispenser.faults.strikes("clear_nonce"):
            self._vault.clear()
            self.broadcast("Common.NonceClearedEvent", {"reasonDescription": "Nonce cleared by a simulated fault"})
        cash = self._dispenser.state
        if blocked := self.blocked():
            return blocked
        if cash.stacker or cash.exit:
            return error("itemsLeft")
        notes = self._notes(job.payload.get("denomination") or {})
        if isinstance(notes, Completion):
            return notes
        token = job.payload.get("token")
        if refused := self._vault.spend(token, value(notes), time.monotonic()):
            return Completion(refused)
        emit("CashDispenser.StartDispenseEvent", {})
        whole = await self._dispenser.dispense(notes, parse(str(token)).mac)
        stacked = cash_counts.denomination(self._dispenser.state, self._dispenser.state.stacker)
        self._tell_read(emit)
        if not whole:
            emit("CashDispenser.IncompleteDispenseEvent", stacked)
            jammed = self._dispenser.state.condition == "jam"
            if not jammed:
                self._tell_empty(notes, emit)
            return Completion("hardwareError" if jammed else "commandErrorCode", _short(stacked, jammed))
        return Completion(payload={"denomination": stacked, "bunches": "1"})

    def _tell_empty(self, wanted: Notes, emit: Emit) -> None:
        """Say of which cassettes less came than the counts promised."""
        cash, units = self._dispenser.state, self.storage()["storage"]
        empty = {unit: units[unit] for note, unit in cash_counts.units(cash).items() if note in _short_of(cash, wanted)}
        emit("Storage.StorageErrorEvent", {"failure": "empty", "unit": empty})

    async def _present(self, _job: Job, _emit: Emit) -> Completion:
        if blocked := self.blocked():
            return blocked
        if not self._dispenser.state.stacker:
            return error("noItems")
        outcome = await self._dispenser.present()
        if outcome == "presented":
            return Completion(payload={"position": {"position": POSITION, "additionalBunches": "0"}})
        return error("presentErrorNoItems" if outcome == "notPresented" else "presentErrorItems")

    async def _reject(self, _job: Job, _emit: Emit) -> Completion:
        if not self._dispenser.state.stacker:
            return error("noItems")
        await self._dispenser.reject()
        return Completion()

    async def _retract(self, job: Job, emit: Emit) -> Completion:
        if self._dispenser.state.condition == "exchange":
            return error("exchangeActive")
        if ((job.payload.get("location") or {}).get("outputPosition") or POSITION) not in self.positions:
            return Completion("invalidData")
        before = self._dispenser.state
        if not before.exit:
            gone = before.last is not None and before.last.state == "presented" and not before.last.retracted
            return error("itemsTaken" if gone else "noItems")
        return self._retracted(await self._dispenser.retract(), before, emit)

    def _retracted(self, outcome: Literal["retracted", "taken", "incomplete"], before: Cash, emit: Emit) -> Completion:
        if outcome == "taken":
            return error("itemsTaken")
        storage = cash_counts.added(before, self._dispenser.state)
        if outcome == "incomplete":
            emit("CashManagement.IncompleteRetractEvent", {"itemNumberList": storage, "reason": "retractFailure"})
            return error("incompleteRetract", storage=storage)
        return Completion(payload={"storage": storage})

    async def _present_status(self, job: Job, _emit: Emit) -> Completion:
        cash = self._dispenser.state
        last = cash.last
        if last is None:
            return Completion(payload={"presentState": "notPresented"})
        payload: dict[str, Any] = {
            "denomination": cash_counts.denomination(cash, last.dispensed),
            "presentState": last.state,
        }
        if nonce := job.payload.get("nonce"):
            presented = value(last.dispensed) if last.state == "presented" else Fen(0)
            fields = {
                "DISPENSEID": last.dispense_id,
                "DISPENSED1": amount_text(value(last.dispensed)),
                "PRESENTED1": _PRESENTED[last.state],
                "PRESENTEDAMOUNT1": amount_text(presented),
                "RETRACTED1": "YES" if last.retracted else "NO",
                "RETRACTEDAMOUNT1": amount_text(value(last.retracted)),
            }
            payload["token"] = self._vault.sign(nonce, fields)
        return Completion(payload=payload)

    def _notes(self, request: dict[str, Any]) -> Notes | Completion:
        asked = (request.get("denomination") or {}).get("service")
        if not asked:
            return Completion("unsupportedData")
        if asked.get("mix") != MIX:
            return error("invalidMixNumber")
        currencies = asked.get("currencies") or {}
        if list(currencies) != [CURRENCY]:
            return error("invalidCurrency")
        amount = cash_counts.fen_of(currencies[CURRENCY])
        notes = None if amount is None else fewest(believed(self._dispenser.state), amount)
        if not notes:
            return error("notDispensable")
        return error("tooManyItems") if count(notes) > MAX_NOTES else notes


def _short_of(cash: Cash, wanted: Notes) -> set[int]:
    return {note for note, n in wanted.items() if cash.stacker.get(note, 0) < n and not cash.cassettes.get(note)}


def _short(stacked: dict[str, Any], jammed: bool) -> dict[str, Any]:
    return {"denomination": stacked} | ({} if jammed else {"errorCode": "cashUnitError"})
