"""Remembers, across restarts, which dispense was sent last: only its own present status may be believed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.store import StateFile


@dataclass(frozen=True, slots=True)
class SentDispense:
    """A dispense about to be sent."""

    debit_id: str
    dispense_id: str
    """HMAC of the host's token; the machine names the dispense by it."""


class DispenseMemory:
    """One small file, written before the command is sent."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = StateFile(folder / "last_dispense.json", SentDispense)

    def remember(self, debit_id: str, dispense_id: str) -> None:
        """Write down what is about to be sent."""
        self._file.save(SentDispense(debit_id, dispense_id))

    def is_ours(self, debit_id: str, dispense_id: str | None) -> bool:
        """Whether the machine's last dispense, as it names it, is the one of this debit.

        A machine that names none (no end-to-end answers) is believed as far as the debit goes.
        """
        sent = self._file.load()
        if sent is None or sent.debit_id != debit_id:
            return False
        return dispense_id is None or dispense_id == sent.dispense_id
