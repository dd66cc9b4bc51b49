"""Service CardReader over a motor reader."""

from __future__ import annotations

import base64
from typing import Any

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.card_reader import RETAIN_CAPACITY, CardReader, Reader

RETAIN_UNIT = "unit1"
_MEDIA = {"empty": "notPresent", "inside": "present", "exit": "entering"}


class CardReaderService(Service):
    """ReadRawData waits for a card; Move ejects, retains and draws in."""

    name = "CardReader"
    interfaces = ("CardReader", "Storage")
    waits_for_people = frozenset({"CardReader.ReadRawData"})
    asks_only = frozenset({"CardReader.ReadRawData", "Storage.GetStorage"})

    def __init__(self, reader: CardReader) -> None:
        super().__init__(reader)
        self._reader = reader
        self.handlers |= {
            "CardReader.ReadRawData": self._read,
            "CardReader.Move": self._move,
            "Storage.GetStorage": self._storage,
        }

    def status(self) -> dict[str, Any]:
        """Return Common.Status with where the card is."""
        state = self._reader.state
        media = "jammed" if state.condition == "jam" else _MEDIA[state.slot]
        return {**super().status(), "cardReader": {"media": media, "chipPower": "noDevice"}}

    def capabilities(self) -> dict[str, Any]:
        """Return what kind of reader it is."""
        return {
            "cardReader": {
                "type": "motor",
                "readTracks": {"track1": False, "track2": True, "track3": False},
                "positions": {"exit": True, "transport": True},
                "powerOnOption": "transport",
                "powerOffOption": "transport",
                "cardTakenSensor": True,
            }
        }

    def react(self, old: Reader, new: Reader) -> None:
        """Tell of a card taken from the exit."""
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
        elif state.condition == "retain_full" or state.retained >= RETAIN_CAPACITY:
            return error("full")
        else:
            await self._reader.retain()
        return Completion()

    async def _storage(self, _job: Job, _emit: Emit) -> Completion:
        retained = self._reader.state.retained
        full = retained >= RETAIN_CAPACITY or self._reader.state.condition == "retain_full"
        unit = {
            "id": "RC1",
            "positionName": "retain bin",
            "capacity": RETAIN_CAPACITY,
            "status": "ok",
            "card": {
                "capabilities": {"type": "retain", "hardwareSensors": True},
                "status": {"retainCount": retained, "replenishmentStatus": "full" if full else "ok"},
            },
        }
        return Completion(payload={"storage": {RETAIN_UNIT: unit}})

    def _blocked(self) -> Completion | None:
        return error("mediaJam") if self._reader.state.condition == "jam" else self.refusal()
