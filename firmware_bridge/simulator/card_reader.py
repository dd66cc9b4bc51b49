"""A simulated motor card reader: a slot, a transport with chip contacts, an exit, a retain bin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from firmware_bridge.simulator.chip import ATR, BankChip
from firmware_bridge.simulator.device import SlotDevice
from guitai.errors import GuitaiError

Slot = Literal["empty", "inside", "exit"]
RETAIN_CAPACITY = 20
STEPS = ("insert.done", "eject.done", "retain.done")
"""Writes to the disk right after which the power may go."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Where the card is. The data are those of a test card; no real card ever gets here."""

    slot: Slot = "empty"
    track2: str = ""
    """``PAN=YYMM…`` as on the stripe; empty when unreadable or when there is no card."""

    chip: str = ""
    """The same for the chip; empty when the card has none."""

    retained: int = 0
    """Cards in the retain bin, by its sensor."""

    collected: int = 0
    """Ever taken out of the bin by technicians."""

    taken: int = 0
    condition: str = ""


def taken(reader: Reader) -> Reader:
    """Return the reader after a hand has taken the card from its exit; the sensors count it with or without power."""
    return replace(_without_card(reader), taken=reader.taken + 1)


def _without_card(reader: Reader) -> Reader:
    return replace(reader, slot="empty", track2="", chip="")


class CardReader(SlotDevice[Reader]):
    """Takes a card in while somebody waits for one, reads it, moves it."""

    def __init__(self, folder: Path, pace_s: float = 0.0) -> None:
        super().__init__("card_reader", folder, Reader(), pace_s)
        self.chip = ReaderChip(self)

    @property
    def accepting(self) -> bool:
        """Whether the slot is open."""
        return self._waiting > 0 and self.state.slot == "empty" and not self.state.condition

    def insert(self, track2: str, chip: str = "") -> None:
        """Put a card in (a hand does; the slot must be open)."""
        if self.faults.strikes("unreadable"):
            track2 = chip = ""
        elif self.faults.strikes("stripe_unreadable"):
            track2 = ""
        elif self.faults.strikes("chip_mute"):
            chip = ""
        self.become(replace(self.state, slot="inside", track2=track2, chip=chip), "insert.done")

    def take(self) -> None:
        """Take the card from the exit (a hand does)."""
        self.become(taken(self.state))

    async def eject(self) -> None:
        """Move the card to the exit."""
        await self._motion()
        self.become(replace(self.state, slot="exit"), "eject.done")

    async def retain(self) -> None:
        """Move the card into the retain bin."""
        await self._motion()
        self.become(replace(_without_card(self.state), retained=self.state.retained + 1), "retain.done")

    def empty_bin(self) -> int:
        """Take all cards out of the retain bin (a technician's hand does); return how many there were."""
        cards = self.state.retained
        self.become(replace(self.state, retained=0, collected=self.state.collected + cards))
        return cards

    async def draw_in(self) -> None:
        """Draw a card at the exit back inside."""
        await self._motion()
        self.become(replace(self.state, slot="inside"))

    async def contact(self) -> None:
        """Take the time an exchange with the chip takes."""
        await self._motion()


class ReaderChip:
    """The contacts inside the reader. Fulfils `drivers.chip.Chip`; power is lost when the card leaves."""

    def __init__(self, reader: CardReader) -> None:
        self._reader = reader
        self._powered: BankChip | None = None
        reader.watch(self._moved)

    @property
    def fault(self) -> str:
        """The contacts themselves never break."""
        return ""

    @property
    def powered(self) -> bool:
        """Whether the chip has been reset and answers."""
        return self._powered is not None

    async def reset(self, *, warm: bool = False) -> bytes:
        """Power the chip or reset it. Raises as `Chip.reset` does."""
        if warm and self._powered is None:
            raise GuitaiError("driver.chip_mute", reason="it has no power")
        self._powered = None
        await self._reader.contact()
        data = self._data()
        if not data:
            raise GuitaiError("driver.chip_mute", reason="no answer to reset")
        number, _, rest = data.partition("=")
        self._powered = BankChip(number, rest[:4])
        return ATR

    async def transmit(self, apdu: bytes) -> bytes:
        """Exchange one APDU. Raises as `Chip.transmit` does."""
        await self._reader.contact()
        self._data()
        if self._powered is None:
            raise GuitaiError("driver.chip_mute", reason="it has no power")
        return self._powered.transmit(apdu)

    async def power_off(self) -> None:
        """Take the power off."""
        self._powered = None

    def _data(self) -> str:
        if self._reader.state.slot != "inside":
            raise GuitaiError("driver.chip_absent")
        return self._reader.state.chip

    def _moved(self, _old: Reader, new: Reader) -> None:
        if new.slot != "inside":
            self._powered = None
