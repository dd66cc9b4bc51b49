"""A simulated barcode reader: somebody holds a code before its window, on paper or on a telephone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from firmware_bridge.simulator.device import Device

Symbology = Literal["qrCode", "code128", "ean13", "pdf417", "dataMatrix"]


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it can be read."""

    symbology: Symbology
    text: str


@dataclass(frozen=True, slots=True)
class Window:
    """What is held before the window."""

    code: Code | None = None
    condition: str = ""


class BarcodeReader(Device[Window]):
    """Reads what is before the window while somebody asks for it."""

    def __init__(self, folder: Path, pace_s: float = 0.0) -> None:
        super().__init__("barcode_reader", folder, Window(), pace_s)

    def show(self, code: Code | None) -> None:
        """Hold a code before the window, or take it away (a hand does)."""
        self.become(replace(self.state, code=code), "show.done")

    async def read(self, wanted: frozenset[str]) -> Code | None:
        """Wait for a code of one of these kinds; None when it cannot be read, or when the device stops working."""
        await self.until(lambda w: bool(w.condition) or (w.code is not None and w.code.symbology in wanted))
        code = self.state.code
        await self._motion()
        return None if self.state.condition or self.faults.strikes("unreadable") else code
