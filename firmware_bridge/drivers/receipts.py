"""What every receipt printer can do, real or simulated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

Paper = Literal["full", "low", "out", "jammed", "unknown"]
"""As XFS4IoT says it in Printer.Status."""


class ReceiptPrinter(Protocol):
    """A receipt printer: it prints text, cuts, and tells how it is."""

    @property
    def fault(self) -> str:
        """A ``driver.*`` code of what keeps it from printing (unplugged, cover open, paper out), or empty."""
        ...

    @property
    def paper(self) -> Paper:
        """The paper as last reported."""
        ...

    async def print(self, title: str, lines: Sequence[str]) -> None:
        """Print one receipt and cut; returns once the printer has taken it all and reports no fault.

        Raises GuitaiError ``driver.printer_paper_out``, ``driver.printer_cover_open``, ``driver.printer_error`` (the
        cutter or the head needs a hand), or what `fault` names. Paper may have come out in part.
        """
        ...
