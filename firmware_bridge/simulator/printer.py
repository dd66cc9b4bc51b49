"""A simulated receipt printer: it keeps what it printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from firmware_bridge.simulator.device import Device

KEPT = 200


@dataclass(frozen=True, slots=True)
class Receipt:
    """One piece of paper."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What came out, newest last."""

    prints: tuple[Receipt, ...] = ()
    condition: str = ""


class Printer(Device[PrinterState]):
    """Prints and cuts."""

    def __init__(self, folder: Path, pace_s: float = 0.0) -> None:
        super().__init__("printer", folder, PrinterState(), pace_s)

    async def print(self, receipt: Receipt) -> None:
        """Print one receipt; the paper is out when this returns."""
        await self._motion()
        self.become(replace(self.state, prints=(*self.state.prints, receipt)[-KEPT:]), "print.done")
