"""Service IdCardReader: Chinese ID cards. XFS4IoT has no interface for them; this one is shaped like a CardReader.

It says of itself that it is contactless and reads chips of type B and nothing else; no bank card reader does. The
completion of ReadRawData carries the card as JSON (`drivers.id_card.IdCard`) in its ``chip`` data. Nothing of it is told
to anybody but the client that asked.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from firmware_bridge.drivers.id_card import IdCard, IdReader
from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.id_reader import Glass, IdGlass
from guitai.errors import GuitaiError

LONGEST_WAIT_S = 600.0
"""How long a client that sets no timeout waits for a card."""

_ANSWERS = {
    "driver.id_card_none": Completion("timeOut"),
    "driver.id_card_rejected": error("securityFail"),
    "driver.id_card_unreadable": error("invalidMedia"),
    "driver.id_reader_broken": Completion("hardwareError"),
}


class IdReaderService(Service):
    """Over any reader; with a simulated one it also tells when the card lies there and when it is taken."""

    name = "IdCardReader"
    interfaces = ("CardReader",)
    waits_for_people = frozenset({"CardReader.ReadRawData"})
    asks_only = frozenset({"CardReader.ReadRawData"})

    def __init__(self, reader: IdReader, glass: IdGlass | None = None) -> None:
        super().__init__(glass)
        self._reader, self._glass = reader, glass
        self.handlers |= {"CardReader.ReadRawData": self._read}

    def status(self) -> dict[str, Any]:
        """Return Common.Status with whether a card lies there."""
        status = super().status()
        if self._reader.fault and status["common"]["device"] == "online":
            status["common"]["device"] = "hardwareError"
        shown = {"chipPower": "poweredOff"}
        if self._glass is not None:  # a real contactless reader cannot tell, and says nothing
            shown["media"] = "notPresent" if self._glass.state.card is None else "present"
        return {**status, "cardReader": shown}

    def capabilities(self) -> dict[str, Any]:
        """Return what kind of reader it is."""
        return {
            "cardReader": {
                "type": "contactless",
                "readTracks": {"track1": False, "track2": False, "track3": False},
                "chipProtocols": {"chipTypeB": True},
                "cardTakenSensor": self._glass is not None,
            }
        }

    def react(self, old: Glass, new: Glass) -> None:
        """Tell of a card taken off the glass."""
        if new.taken > old.taken:
            self.broadcast("CardReader.MediaRemovedEvent", {})

    async def _read(self, job: Job, emit: Emit) -> Completion:
        if refusal := self.refusal():
            return refusal
        if not job.payload.get("chip"):
            return Completion("unsupportedData")
        emit("CardReader.InsertCardEvent", {})
        try:
            card = await self._reader.read(job.timeout_ms / 1000 or LONGEST_WAIT_S)
        except GuitaiError as fault:
            return _ANSWERS.get(fault.code, Completion("deviceNotReady"))
        emit("CardReader.MediaInsertedEvent", {})
        return Completion(payload={"chip": [{"data": _text(card)}]})


def _text(card: IdCard) -> str:
    return base64.b64encode(msgspec.json.encode(card)).decode()
