"""A simulated motor card reader: a slot, a transport, an exit, a retain bin."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from firmware_bridge.simulator.device import Device

Slot = Literal["empty", "inside", "exit"]
RETAIN_CAPACITY = 20


@dataclass(frozen=True, slots=True)
class Reader:
    """Where the card is. The data are those of a test card; no real card ever gets here."""

    slot: Slot = "empty"
    track2: str = ""
    """``PAN=YYMM…`` as on the stripe; empty when unreadable or when there is no card."""

    retained: int = 0
    taken: int = 0
    condition: str = ""


class CardReader(Device[Reader]):
    """Takes a card in while somebody waits for one, reads it, moves it."""

    def __init__(self, folder: Path, pace_s: float = 0.0) -> None:
        super().__init__("card_reader", folder, Reader(), pace_s)
        self._accepting = 0

    @property
    def accepting(self) -> bool:
        """Whether the slot is open."""
        return self._accepting > 0 and self.state.slot == "empty" and not self.state.condition

    @contextlib.contextmanager
    def open_slot(self) -> Iterator[None]:
        """Let a card in while the block runs."""
        self._accepting += 1
        self._wake()
        try:
            yield
        finally:
            self._accepting -= 1

    def insert(self, track2: str) -> None:
        """Put a card in (a hand does; the slot must be open)."""
        readable = "" if self.faults.strikes("unreadable") else track2
        self.become(replace(self.state, slot="inside", track2=readable), "insert.done")

    def take(self) -> None:
        """Take the card from the exit (a hand does)."""
        self.become(replace(self.state, slot="empty", track2="", taken=self.state.taken + 1))

    async def eject(self) -> None:
        """Move the card to the exit."""
        await self._motion()
        self.become(replace(self.state, slot="exit"), "eject.done")

    async def retain(self) -> None:
        """Move the card into the retain bin."""
        await self._motion()
        self.become(replace(self.state, slot="empty", track2="", retained=self.state.retained + 1), "retain.done")

    async def draw_in(self) -> None:
        """Draw a card at the exit back inside."""
        await self._motion()
        self.become(replace(self.state, slot="inside"))
