"""How this kiosk does, for its state topic: what waits for headquarters and for how long, and how full the disk is."""

from __future__ import annotations

import shutil
from pathlib import Path

from guitai.wire.commands import Health

BEAT_NS = 20_000_000_000
"""Headquarters takes a kiosk for silent after three of these (headquarters/fleet.py)."""

S = 1_000_000_000


class Beat:
    """Knows when to tell, and what."""

    def __init__(self, state: Path, now_ns: int) -> None:
        self._state, self._told_ns, self._moved_ns = state, now_ns, now_ns

    def due(self, now_ns: int) -> bool:
        """Tell whether it is time."""
        return now_ns - self._told_ns >= BEAT_NS

    def moved(self, now_ns: int) -> None:
        """Rows were acknowledged, or none waits."""
        self._moved_ns = now_ns

    def health(self, waiting: int, now_ns: int) -> Health:
        """Return what to tell now, with `waiting` rows unacknowledged."""
        self._told_ns = now_ns
        if waiting == 0:
            self.moved(now_ns)
        return Health(
            waiting_rows=waiting, stuck_s=(now_ns - self._moved_ns) // S, disk_percent=_used_percent(self._state)
        )


def _used_percent(folder: Path) -> int:
    """Return how full the disk of a folder is, as `df` counts it: of what an ordinary user may use."""
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return round(100 * usage.used / max(1, usage.used + usage.free))
