"""The four simulated machines of one branch, with their keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from firmware_bridge.simulator.card_reader import CardReader
from firmware_bridge.simulator.device import Device
from firmware_bridge.simulator.dispenser import Dispenser
from firmware_bridge.simulator.keys import read_key
from firmware_bridge.simulator.pin_pad import PinPad
from firmware_bridge.simulator.printer import Printer
from guitai.config import Config


class Branch:
    """Raises GuitaiError ``device.key_missing``, ``device.key_damaged`` or ``device.state_damaged``."""

    def __init__(self, config: Config, pace_s: float = 0.0) -> None:
        self.end_to_end_key = read_key(config.paths.keys, "e2e.key")
        folder = state_folder(config)
        self.card_reader = CardReader(folder, pace_s)
        self.pin_pad = PinPad(folder, read_key(config.paths.keys, "pin.key"), pace_s)
        self.dispenser = Dispenser(folder, pace_s)
        self.printer = Printer(folder, pace_s)

    @property
    def devices(self) -> dict[str, Device[Any]]:
        """Return the machines by name."""
        return {d.name: d for d in (self.card_reader, self.pin_pad, self.dispenser, self.printer)}


def state_folder(config: Config) -> Path:
    """Return where the machines keep their states."""
    return config.paths.state / "devices"
