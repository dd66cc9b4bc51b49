"""A simulated ID-card reader: a card is laid on the glass and read through the air."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from firmware_bridge.drivers.id_card import IdCard
from firmware_bridge.simulator.device import Device
from guitai.errors import GuitaiError

_FAULTS = {"offline": "driver.port_lost", "tamper": "driver.id_reader_broken"}


@dataclass(frozen=True, slots=True)
class Glass:
    """What lies on the reader. The data are those of a made-up card; no real card ever gets here."""

    card: IdCard | None = None
    taken: int = 0
    condition: str = ""


class IdGlass(Device[Glass]):
    """The machine; `SimulatedIdReader` reads from it."""

    def __init__(self, folder: Path, pace_s: float = 0.0) -> None:
        super().__init__("id_reader", folder, Glass(), pace_s)

    def lay(self, card: IdCard) -> None:
        """Lay a card on the glass (a hand does)."""
        self.become(replace(self.state, card=card), "lay.done")

    def take(self) -> None:
        """Take the card off the glass (a hand does)."""
        self.become(replace(self.state, card=None, taken=self.state.taken + 1))

    async def radio(self) -> None:
        """Take the time that reading takes."""
        await self._motion()


class SimulatedIdReader:
    """Reads what lies on a glass. Fulfils `drivers.id_card.IdReader`."""

    def __init__(self, glass: IdGlass) -> None:
        self._glass = glass

    @property
    def fault(self) -> str:
        """A ``driver.*`` code, or empty."""
        return _FAULTS.get(self._glass.state.condition, "")

    async def read(self, timeout_s: float) -> IdCard:
        """Wait for a card and read it. Raises as `IdReader.read` does."""
        glass = self._glass
        try:
            async with asyncio.timeout(timeout_s):
                await glass.until(lambda state: state.card is not None or bool(state.condition))
        except TimeoutError:
            raise GuitaiError("driver.id_card_none", seconds=timeout_s) from None
        self._refuse_if_broken()
        await glass.radio()
        if glass.faults.strikes("rejected"):
            raise GuitaiError("driver.id_card_rejected", status="32")
        card = glass.state.card
        if card is None or glass.faults.strikes("unreadable"):
            raise GuitaiError("driver.id_card_unreadable", reason="it was moved")
        return card

    def _refuse_if_broken(self) -> None:
        if self.fault == "driver.port_lost":
            raise GuitaiError(self.fault, port=self._glass.name, reason="it is switched off")
        if self.fault:
            raise GuitaiError(self.fault, status="66")
