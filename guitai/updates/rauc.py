"""Slots of RAUC: partitions A and B, its own signature check, the boot loader's own count of starts. Over its command line.

``activate-installed=false`` in ``system.conf``: a bundle is installed at any hour, and the boot order is changed between customers.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guitai.errors import GuitaiError
from guitai.updates.acts import Order, Slot
from guitai.updates.folders import floor_of, order_of
from guitai.wire.releases import Release

INSTALL_S, ASK_S = 1800, 30


def reboot() -> None:
    """Restart the machine."""
    _run(("systemctl", "reboot"), ASK_S, "updates.slots")


class Rauc:
    """A machine with RAUC. `command` is how RAUC is called."""

    payload = "rauc"
    reboots = True

    def __init__(
        self,
        command: tuple[str, ...] = ("rauc",),
        restart: Callable[[], None] = reboot,
        release: Path = Path("/opt/guitai/release"),
    ) -> None:
        self._command, self._restart, self._release = command, restart, release

    def booted(self) -> Slot:
        """Return the bootname of the slot that runs."""
        return self._slot(self._status()["booted"])

    def adopt(self, slot: Slot) -> tuple[str, Order]:
        """Return the order of the image that runs, by the file ``release`` in it; RAUC has no name for it."""
        del slot
        return "", order_of(self._release)

    def floor(self, kind: str) -> Order:
        """Return the oldest pack of a kind that the image that runs takes."""
        return floor_of(self._release, kind)

    def install(self, slot: Slot, payload: Path, release: Release) -> None:
        """Have RAUC verify the bundle and write it into the slot that does not run. Raises GuitaiError ``updates.install``."""
        del release
        if self.booted() == slot:
            raise GuitaiError("updates.install", reason=f"slot {slot} runs")
        self._call(INSTALL_S, "updates.install", "install", str(payload))

    def switch(self, slot: Slot, tries: int) -> None:
        """Make the slot the next one; how many starts it has is the boot loader's setting."""
        del tries
        self._call(ASK_S, "updates.slots", "status", "mark-active", self._name(slot))
        self._restart()

    def mark_good(self, slot: Slot) -> None:
        """Tell the boot loader that the slot is good and comes first."""
        name = self._name(slot)
        self._call(ASK_S, "updates.slots", "status", "mark-good", name)
        self._call(ASK_S, "updates.slots", "status", "mark-active", name)

    def go_back(self, slot: Slot, bad: Slot) -> None:
        """Mark the bad slot bad, the other first, and restart."""
        self._call(ASK_S, "updates.slots", "status", "mark-bad", self._name(bad))
        self._call(ASK_S, "updates.slots", "status", "mark-active", self._name(slot))
        self._restart()

    def compatible(self) -> str:
        """Return RAUC's compatible string of this machine."""
        return str(self._status()["compatible"])

    def _name(self, slot: Slot) -> str:
        """Return RAUC's name of the slot with this bootname."""
        for one in self._status()["slots"]:
            for name, about in one.items():
                if about.get("bootname") == slot:
                    return str(name)
        raise GuitaiError("updates.slots", reason=f"RAUC has no slot {slot}")

    @staticmethod
    def _slot(bootname: str) -> Slot:
        match bootname:
            case "A" | "B":
                return bootname
        raise GuitaiError("updates.slots", reason=f"RAUC booted from {bootname or 'no slot'}")

    def _status(self) -> dict[str, Any]:
        told = self._call(ASK_S, "updates.slots", "status", "--detailed", "--output-format=json")
        found: dict[str, Any] = json.loads(told)
        return found

    def _call(self, timeout_s: int, code: str, *words: str) -> str:
        return _run((*self._command, *words), timeout_s, code)


def _run(words: tuple[str, ...], timeout_s: int, code: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=timeout_s, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GuitaiError(code, reason=f"{words[0]}: {error}"[:200]) from error
    if done.returncode:
        raise GuitaiError(code, reason=(done.stderr.strip() or done.stdout.strip())[-200:])
    return done.stdout
