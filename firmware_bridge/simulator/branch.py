"""The simulated machines of one branch, with their keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from firmware_bridge.simulator.barcode_reader import BarcodeReader
from firmware_bridge.simulator.cabinet import Cabinet
from firmware_bridge.simulator.card_reader import CardReader
from firmware_bridge.simulator.device import Device
from firmware_bridge.simulator.document_camera import DocumentCamera
from firmware_bridge.simulator.id_reader import IdGlass
from firmware_bridge.simulator.keys import read_key
from firmware_bridge.simulator.lamps import Lamps
from firmware_bridge.simulator.panel import Panel
from firmware_bridge.simulator.pin_pad import PinPad
from firmware_bridge.simulator.printer import SHEETS, Printer
from firmware_bridge.simulator.recycler import Recycler
from guitai.config import Config


class Branch:
    """Raises GuitaiError ``device.key_missing``, ``device.key_damaged`` or ``device.state_damaged``."""

    def __init__(self, config: Config, pace_s: float = 0.0) -> None:
        self.end_to_end_key = read_key(config.paths.keys, "e2e.key")
        folder = state_folder(config)
        self.card_reader = CardReader(folder, pace_s)
        pin_key, aes_key = (read_key(config.paths.keys, name) for name in ("pin.key", "pin_aes.key"))
        self.pin_pad = PinPad(folder, pin_key, aes_key, pace_s)
        self.dispenser = Recycler(folder, pace_s)
        self.printer = Printer(folder, pace_s)
        self.statement_printer = Printer(folder, pace_s, "statement_printer", SHEETS)
        self.id_reader = IdGlass(folder, pace_s)
        self.barcode_reader = BarcodeReader(folder, pace_s)
        self.document_camera = DocumentCamera(folder, pace_s)
        self.cabinet = Cabinet(folder)
        self.panel = Panel(folder)
        self.lamps = Lamps(folder)

    @property
    def devices(self) -> dict[str, Device[Any]]:
        """Return the machines by name."""
        return {machine.name: machine for machine in vars(self).values() if isinstance(machine, Device)}

    @property
    def printers(self) -> dict[str, Printer]:
        """Return the printers by name."""
        return {printer.name: printer for printer in (self.printer, self.statement_printer)}


def state_folder(config: Config) -> Path:
    """Return where the machines keep their states."""
    return config.paths.state / "devices"
