"""Service BarcodeReader."""

from __future__ import annotations

import base64
from typing import Any, get_args

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.barcode_reader import BarcodeReader, Symbology


class BarcodeReaderService(Service):
    """Read waits for a code of the wanted kinds; others are passed over."""

    name = "BarcodeReader"
    interfaces = ("BarcodeReader",)
    waits_for_people = frozenset({"BarcodeReader.Read"})
    asks_only = frozenset({"BarcodeReader.Read"})

    def __init__(self, reader: BarcodeReader) -> None:
        super().__init__(reader)
        self._reader = reader
        self.handlers |= {"BarcodeReader.Read": self._read, "BarcodeReader.Reset": self._reset}

    def status(self) -> dict[str, Any]:
        """Return Common.Status with the scanner."""
        return {**super().status(), "barcodeReader": {"scanner": "off" if self._reader.state.condition else "on"}}

    def capabilities(self) -> dict[str, Any]:
        """Return which codes it reads."""
        kinds = dict.fromkeys(get_args(Symbology), True)
        return {"barcodeReader": {"canFilterSymbologies": True, "symbologies": kinds}}

    async def _read(self, job: Job, _emit: Emit) -> Completion:
        asked = {kind for kind, wanted in (job.payload.get("symbologies") or {}).items() if wanted}
        code = await self._reader.read(frozenset(asked or get_args(Symbology)))
        if refusal := self.refusal():
            return refusal
        if code is None:
            return error("barcodeInvalid")
        data = base64.b64encode(code.text.encode()).decode()
        return Completion(payload={"readOutput": [{"symbology": code.symbology, "barcodeData": data}]})

    async def _reset(self, _job: Job, _emit: Emit) -> Completion:
        return self.refusal() or Completion()
