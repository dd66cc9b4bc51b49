"""The simulated operator panel: a key for the vendor's maintenance mode, a small screen, the vendor's own program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from firmware_bridge.simulator.device import Device

Mode = Literal["inactive", "enterPending", "active", "exitPending"]
COLUMNS, ROWS = 40, 8
"""Size of the screen in characters."""


@dataclass(frozen=True, slots=True)
class PanelState:
    """What the panel shows and which mode it is in; a mode that was asked for is still asked for after a power cut."""

    mode: Mode = "inactive"
    application: str = ""
    """Name of the vendor's program that runs, or empty."""

    interface: Literal["consumer", "operator"] = "consumer"
    """Which screen the vendor's program uses."""

    rows: tuple[str, ...] = ("",) * ROWS
    condition: str = ""


class Panel(Device[PanelState]):
    """A technician's keys, and what the services change."""

    def __init__(self, folder: Path) -> None:
        super().__init__("operator_panel", folder, PanelState())

    def ask(self, enter: bool) -> None:
        """Ask for the maintenance mode or for its end (a technician's key does, or a program); no effect if it is so."""
        if enter and self.state.mode in {"inactive", "exitPending"}:
            self._mode("enterPending")
        elif not enter and self.state.mode in {"active", "enterPending"}:
            self._mode("exitPending")

    def settle(self) -> None:
        """Everybody has agreed: enter or leave."""
        if self.state.mode == "enterPending":
            self._mode("active")
        elif self.state.mode == "exitPending":
            self.become(replace(self.state, application="", interface="consumer"))
            self._mode("inactive")

    def run(self, application: str) -> None:
        """Start the vendor's program, or end it with an empty name (a technician may)."""
        self.become(replace(self.state, application=application, interface="operator" if application else "consumer"))

    def use(self, interface: Literal["consumer", "operator"]) -> None:
        """Let the vendor's program use the other screen."""
        self.become(replace(self.state, interface=interface))

    def clear(self) -> None:
        """Empty the screen."""
        self.become(replace(self.state, rows=("",) * ROWS))

    def write(self, column: int, row: int, text: str) -> None:
        """Write from a place on; each line of `text` begins below the first, what goes beyond the edge is lost."""
        rows = list(self.state.rows)
        for at, line in enumerate(text.split("\n"), start=row):
            if at < ROWS:
                before = rows[at].ljust(column)[:column]
                rows[at] = (before + line + rows[at][column + len(line) :])[:COLUMNS].rstrip()
        self.become(replace(self.state, rows=tuple(rows)))

    def _mode(self, mode: Mode) -> None:
        self.become(replace(self.state, mode=mode), f"mode.{mode}")
