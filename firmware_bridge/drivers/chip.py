"""What every contact to a chip card can do, real or simulated."""

from __future__ import annotations

from typing import Protocol


class Chip(Protocol):
    """The contacts of a chip card (ISO 7816). One caller at a time."""

    @property
    def fault(self) -> str:
        """A ``driver.*`` code of what keeps the reader from reaching any card (no pcscd, unplugged), or empty."""
        ...

    async def reset(self, *, warm: bool = False) -> bytes:
        """Power the chip (cold) or reset it under power (warm); return its answer to reset (ATR, 2 to 33 bytes).

        Raises GuitaiError ``driver.chip_absent``, ``driver.chip_mute``, or what `fault` names.
        """
        ...

    async def transmit(self, apdu: bytes) -> bytes:
        """Exchange one APDU; the answer ends in the two status bytes.

        Raises GuitaiError ``driver.chip_absent`` (pulled out), ``driver.chip_mute`` (not reset, or it stopped
        answering), or what `fault` names. The chip may have carried the command out all the same.
        """
        ...

    async def power_off(self) -> None:
        """Take the power off the chip; nothing happens if it is off already."""
        ...
