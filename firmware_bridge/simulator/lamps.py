"""The simulated guidance lights beside slots and exits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from firmware_bridge.simulator.device import Device

NAMES = (
    "cardReader",
    "pinPad",
    "notesDispenser",
    "billAcceptor",
    "receiptPrinter",
    "documentPrinter",
    "scanner",
    "contactless",
    "fasciaLight",
)
"""The lights there are, as XFS4IoT names them; ``contactless`` is beside the ID-card reader."""

COLOURS = ("red", "green", "yellow", "blue", "white")


@dataclass(frozen=True, slots=True)
class Lamp:
    """One light."""

    flash_rate: str = "off"
    colour: str = "green"
    direction: str = "exit"


@dataclass(frozen=True, slots=True)
class LampsState:
    """The lights that are not dark."""

    lit: dict[str, Lamp] = field(default_factory=dict)
    condition: str = ""


class Lamps(Device[LampsState]):
    """Dark after a power cut, as lamps are."""

    def __init__(self, folder: Path) -> None:
        super().__init__("lights", folder, LampsState())
        if self.state.lit:
            self.become(LampsState(condition=self.state.condition))

    def set(self, lamps: Mapping[str, Lamp]) -> None:
        """Set some lights."""
        lit = {name: lamp for name, lamp in {**self.state.lit, **lamps}.items() if lamp.flash_rate != "off"}
        self.become(LampsState(lit, self.state.condition))
