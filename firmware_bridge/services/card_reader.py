"""Service CardReader over a motor reader: the stripe, and the chip behind its contacts."""

from __future__ import annotations

import base64
from typing import Any

from firmware_bridge.drivers.chip import Chip
from firmware_bridge.protocol.host import COMMON_PROBED, Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.card_reader import RETAIN_CAPACITY, CardReader, Reader
from guitai.errors import GuitaiError

RETAIN_UNIT = "unit1"
PROTOCOLS = ("chipT0", "chipT1")
_CHIP_ANSWERS = {"driver.chip_absent": error("noMedia"), "driver.chip_mute": error("atrNotObtained")}
_MEDIA = {"empty": "notPresent", "inside": "present", "exit": "entering"}


class CardReaderService(Service):
    """ReadRawData waits for a card; Move ejects, retains and draws in; ChipIO carries APDUs to any `Chip`."""

    name = "CardReader"
    interfaces = ("CardReader", "Storage")
    waits_for_people = frozenset({"CardReader.ReadRawData"})
    beside = COMMON_PROBED | {"Storage.GetStorage"}
    asks_only = frozenset({"CardReader.ReadRawData", "CardReader.ChipPower", "CardReader.ChipIO", "Storage.GetStorage"})

    def __init__(self, reader: CardReader, chip: Chip | None = None) -> None:
        super().__init__(reader)
        self._reader = reader
        self._chip: Chip = chip or reader.chip
        self._chip_powered = False
        self.handlers |= {
            "CardReader.ReadRawData": self._read,
            "CardReader.Move": self._move,
            "CardReader.Reset": self._reset,
            "CardReader.ChipPower": self._chip_power,
            "CardReader.ChipIO": self._chip_io,
            "Storage.GetStorage": self._storage,
        }

    def status(self) -> dict[str, Any]:
        """Return Common.Status with where the card is."""
        state = self._reader.state
        media = "jammed" if state.condition == "jam" else _MEDIA[state.slot]
        return {**super().status(), "cardReader": {"media": media, "chipPower": self._power()}}

    def capabilities(self) -> dict[str, Any]:
        """Return what kind of reader it is."""
        return {
            "cardReader": {
                "type": "motor",
                "readTracks": {"track1": False, "track2": True, "track3": False},
                "positions": {"exit": True, "transport": True},
                "chipProtocols": dict.fromkeys(PROTOCOLS, True),
                "chipPower": {"cold": True, "warm": True, "off": True},
                "powerOnOption": "transport",
                "powerOffOption": "transport",
                "cardTakenSensor": True,
            }
        }

    def react(self, old: Reader, new: Reader) -> None:
        """Tell of a card taken from the exit; a card that moves loses the contacts."""
        if new.slot != "inside":
            self._chip_powered = False
        if new.taken > old.taken:
            self.broadcast("CardReader.MediaRemovedEvent", {})

    async def _read(self, job: Job, emit: Emit) -> Completion:
        if refusal := self._blocked():
            return refusal
        if self._reader.state.slot != "inside":
            with self._reader.open_slot():
                emit("CardReader.InsertCardEvent", {})
                await self._reader.until(lambda state: state.slot == "inside" or bool(state.condition))
            if refusal := self._blocked():
                return refusal
            emit("CardReader.MediaInsertedEvent", {})
        track2 = self._reader.state.track2
        if not track2:
            emit("CardReader.InvalidMediaEvent", {})
            return error("invalidMedia")
        data = base64.b64encode(track2.encode("ascii")).decode()
        return Completion(payload={"track2": {"data": data}} if job.payload.get("track2") else {})

    async def _move(self, job: Job, _emit: Emit) -> Completion:
        if refusal := self._blocked():
            return refusal
        state, target = self._reader.state, job.payload.get("to") or "exit"
        if state.slot == "empty":
            return error("noMedia")
        if target == "exit":
            if state.slot == "inside":
                await self._reader.eject()
        elif target == "transport":
            await self._reader.draw_in()
        elif target != RETAIN_UNIT:
            return Completion("invalidData")
        elif self._bin_full():
            return error("full")
        else:
            await self._reader.retain()
        return Completion()

    async def _reset(self, job: Job, _emit: Emit) -> Completion:
        if refusal := self._blocked():
            return refusal
        state, target = self._reader.state, job.payload.get("to") or "auto"
        if state.slot == "empty" or target == "currentPosition":
            return Completion()
        if target == "retain":
            if self._bin_full():
                return error("retainBinFull")
            await self._reader.retain()
        elif state.slot == "inside":
            await self._reader.eject()
        return Completion()

    async def _chip_power(self, job: Job, _emit: Emit) -> Completion:
        if refusal := self._blocked():
            return refusal
        wanted = job.payload.get("chipPower")
        if wanted is None:
            return Completion("invalidData")
        try:
            if wanted == "off":
                await self._chip.power_off()
            atr = b"" if wanted == "off" else await self._chip.reset(warm=wanted == "warm")
        except GuitaiError as fault:
            self._chip_is(powered=False)
            return _CHIP_ANSWERS.get(fault.code, Completion("hardwareError"))
        self._chip_is(powered=bool(atr))
        return Completion(payload={"chipData": base64.b64encode(atr).decode()} if atr else {})

    async def _chip_io(self, job: Job, _emit: Emit) -> Completion:
        if refusal := self._blocked():
            return refusal
        protocol = job.payload.get("chipProtocol") or PROTOCOLS[0]
        if protocol not in PROTOCOLS:
            return error("protocolNotSupported")
        apdu = base64.b64decode(job.payload.get("chipData") or "")
        if not apdu:
            return error("invalidData")
        try:
            answer = await self._chip.transmit(apdu)
        except GuitaiError as fault:
            return _CHIP_ANSWERS.get(fault.code, Completion("hardwareError"))
        return Completion(payload={"chipProtocol": protocol, "chipData": base64.b64encode(answer).decode()})

    async def _storage(self, _job: Job, _emit: Emit) -> Completion:
        retained = self._reader.state.retained
        unit = {
            "id": "RC1",
            "positionName": "retain bin",
            "capacity": RETAIN_CAPACITY,
            "status": "ok",
            "card": {
                "capabilities": {"type": "retain", "hardwareSensors": True},
                "status": {"retainCount": retained, "replenishmentStatus": "full" if self._bin_full() else "ok"},
            },
        }
        return Completion(payload={"storage": {RETAIN_UNIT: unit}})

    def _power(self) -> str:
        if self._chip.fault:
            return "noDevice"
        if self._reader.state.slot != "inside":
            return "noCard"
        return "online" if self._chip_powered else "poweredOff"

    def _chip_is(self, *, powered: bool) -> None:
        self._chip_powered = powered
        self.tell_changes()

    def _bin_full(self) -> bool:
        state = self._reader.state
        return state.retained >= RETAIN_CAPACITY or state.condition == "retain_full"

    def _blocked(self) -> Completion | None:
        return error("mediaJam") if self._reader.state.condition == "jam" else self.refusal()
