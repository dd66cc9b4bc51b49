"""A simulated printer: paper on a roll or in a tray, an exit with a sensor, a retract bin. It keeps what it printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from firmware_bridge.drivers.receipts import Paper
from firmware_bridge.simulator.device import Device
from guitai.errors import GuitaiError

KEPT = 200
Place = Literal["none", "inside", "exit"]


@dataclass(frozen=True, slots=True)
class Stock:
    """The paper a printer takes."""

    full: int
    """Lines on a new roll, or sheets in a full tray."""

    low: int
    """With fewer than these the sensor says that paper is low."""

    lines_per_sheet: int
    """Lines on a sheet; 0 for a roll."""


ROLL = Stock(full=16_000, low=800, lines_per_sheet=0)
"""80 m of receipt paper, 5 mm a line."""

SHEETS = Stock(full=500, low=30, lines_per_sheet=45)
"""A4 sheets of a statement printer."""

_HEAD_LINES = 4
"""Title, rule and the feed to the cutter."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One piece of paper, or the sheets of one statement."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrinterState:
    """Paper, where the last piece is, and what was printed, newest last."""

    prints: tuple[Receipt, ...] = ()
    place: Place = "none"
    """Where the last piece is; none when it was taken or retracted."""

    printing: bool = False
    """Not False after a start: the power went in the middle of a piece."""

    used: int = 0
    """Lines or sheets used since paper was put in."""

    taken: int = 0
    retracted: int = 0
    condition: str = ""


class Printer(Device[PrinterState]):
    """Prints, cuts, presents and takes back. `print` and `paper` are those of `drivers.receipts.ReceiptPrinter`."""

    def __init__(self, folder: Path, pace_s: float = 0.0, name: str = "printer", stock: Stock = ROLL) -> None:
        super().__init__(name, folder, PrinterState(), pace_s)
        self.stock = stock
        if self.state.printing:  # half a piece is worth nothing to anybody: it is cut off and drawn in
            self.become(replace(self.state, printing=False, retracted=self.state.retracted + 1))

    @property
    def paper(self) -> Paper:
        """What the paper sensor says."""
        left = self.stock.full - self.state.used
        if self.state.condition == "jam":
            return "jammed"
        if self.state.condition == "paper_out" or left <= 0:
            return "out"
        return "low" if self.state.condition == "paper_low" or left < self.stock.low else "full"

    def sheets(self, lines: int) -> int:
        """Return on how many pieces of paper so many lines go."""
        return -(-max(lines, 1) // self.stock.lines_per_sheet) if self.stock.lines_per_sheet else 1

    async def print(self, title: str, lines: Sequence[str]) -> None:
        """Print and cut one piece; it lies inside. Raises as `ReceiptPrinter.print` does."""
        self._refuse_if_broken()
        if self.state.place != "none":
            await self.retract()
        needed = self.sheets(len(lines)) if self.stock.lines_per_sheet else len(lines) + _HEAD_LINES
        used = min(self.state.used + needed, self.stock.full)
        enough = used == self.state.used + needed
        self.become(replace(self.state, used=used, printing=True), "print.begun")
        await self._motion()
        condition = "jam" if self.faults.strikes("jam_print") else self.state.condition
        if not enough or condition == "jam":
            self.become(replace(self.state, printing=False, condition=condition), "print.done")
            self._refuse_if_broken()
        prints = (*self.state.prints, Receipt(title, tuple(lines)))[-KEPT:]
        self.become(replace(self.state, prints=prints, printing=False, place="inside"), "print.done")

    async def present(self) -> None:
        """Move the piece to the exit."""
        await self._motion()
        self.become(replace(self.state, place="exit"), "present.done")

    async def retract(self) -> None:
        """Draw the piece into the retract bin; with a full bin it is pushed out and falls."""
        await self._motion()
        kept = self.state.condition != "retract_full"
        self.become(replace(self.state, place="none", retracted=self.state.retracted + kept), "retract.done")

    def take(self) -> Receipt:
        """Take the paper from the exit (a hand does)."""
        self.become(replace(self.state, place="none", taken=self.state.taken + 1))
        return self.state.prints[-1]

    def load(self) -> None:
        """Put in a new roll or fill the tray (a technician does)."""
        self.become(replace(self.state, used=0))

    def clear_faults(self) -> None:
        """Free the paper's path, put in paper if it is out."""
        super().clear_faults()
        if self.paper == "out":
            self.load()

    def _refuse_if_broken(self) -> None:
        if self.paper == "out":
            raise GuitaiError("driver.printer_paper_out")
        if self.state.condition not in {"", "paper_low", "retract_full"}:
            raise GuitaiError("driver.printer_error", reason=self.state.condition)
