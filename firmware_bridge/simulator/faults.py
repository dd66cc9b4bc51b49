"""Faults a test or a technician may arm: each strikes once, at the next fitting step of its device."""

from __future__ import annotations

import re

from guitai.errors import GuitaiError

CONDITIONS = {
    "card_reader": ("jam", "retain_full", "tamper", "offline"),
    "pin_pad": ("tamper", "offline"),
    "dispenser": ("tamper", "offline", "exchange"),
    "printer": ("jam", "paper_low", "paper_out", "retract_full", "tamper", "offline"),
    "statement_printer": ("jam", "paper_low", "paper_out", "retract_full", "tamper", "offline"),
    "auxiliaries": ("offline",),
    "operator_panel": ("offline",),
    "lights": ("offline",),
    "id_reader": ("tamper", "offline"),
    "barcode_reader": ("offline",),
    "document_camera": ("offline",),
}
"""Lasting conditions: they hold from now until the faults are cleared."""

ONCE = {
    "card_reader": ("unreadable", "stripe_unreadable", "chip_mute"),
    "pin_pad": (),
    "dispenser": (
        "jam",
        "jam_dispense",
        "jam_present",
        "jam_present_partly",
        "jam_retract",
        "jam_insert",
        "jam_store",
        "jam_return",
        "jam_reset",
        "taken_during_retract",
        "clear_nonce",
    ),
    "printer": ("jam_print",),
    "statement_printer": ("jam_print",),
    "auxiliaries": (),
    "operator_panel": (),
    "lights": (),
    "id_reader": ("unreadable", "rejected"),
    "barcode_reader": ("unreadable",),
    "document_camera": ("no_picture",),
}
LINK = ("disconnect_early", "disconnect", "duplicate")
"""The connection drops before the command is begun, or after it is done but unanswered; the answer comes twice."""

_SECONDS = re.compile(r"\d{1,3}(\.\d{1,3})?")
TIMED = ("delay", "power_cut")
"""``delay:SECONDS`` holds back the next answer; ``power_cut:STEP`` kills the process right after that step."""

PARTLY = "jam_present_partly"
"""Alone half of the notes get out; ``jam_present_partly:FEN`` says how much does."""


class PowerCutError(Exception):
    """The power went at a step the test chose."""


class Faults:
    """What is armed for one device."""

    def __init__(self, device: str) -> None:
        self.device = device
        self._armed: list[str] = []

    def arm(self, kind: str) -> None:
        """Arm a fault. Raises GuitaiError ``device.unknown_fault``."""
        name, _, detail = kind.partition(":")
        known = (*ONCE[self.device], *LINK)
        partly = name == PARTLY and name in known and detail.isdecimal()
        if (
            (name == "delay" and _SECONDS.fullmatch(detail))
            or (name == "power_cut" and detail)
            or partly
            or kind in known
        ):
            self._armed.append(kind)
            return
        listed = ", ".join((*CONDITIONS[self.device], *known, *(f"{t}:…" for t in TIMED)))
        raise GuitaiError("device.unknown_fault", device=self.device, kind=kind, known=listed)

    def clear(self) -> None:
        """Disarm everything."""
        self._armed.clear()

    def strikes(self, *kinds: str) -> bool:
        """Return whether one of `kinds` is armed, and disarm it."""
        for kind in kinds:
            if kind in self._armed:
                self._armed.remove(kind)
                return True
        return False

    def partly(self) -> str | None:
        """Return how much a jam lets out (fen, empty for half), or None when none strikes; disarms it."""
        armed = next((kind for kind in self._armed if kind.partition(":")[0] == PARTLY), None)
        return armed.partition(":")[2] if armed is not None and self.strikes(armed) else None

    def delay_s(self) -> float:
        """Return for how long the next answer is held back."""
        armed = next((kind for kind in self._armed if kind.startswith("delay:")), None)
        if armed is None:
            return 0.0
        self._armed.remove(armed)
        return float(armed.partition(":")[2])

    def step(self, name: str) -> None:
        """A step is on the disk: raise PowerCutError if the power goes here."""
        if self.strikes(f"power_cut:{name}"):
            raise PowerCutError(name)
