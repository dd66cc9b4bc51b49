"""Runs one process of the table, as it is or with a rule taken away: `process.py ENTRY [MUTANT]`. For the kill tests only."""

from __future__ import annotations

import importlib
import sys
import time

from guitai.config import load


def endless() -> None:
    """No end of a lease: neither kiosk nor headquarters minds that nobody beats."""
    from guitai.shell import lease_watch
    from headquarters.console import desk

    async def lapse(_: object) -> None:
        return

    lease_watch.LeaseWatch._edge = lambda *_: None  # type: ignore[method-assign]
    desk.Desk.lapse = lapse  # type: ignore[method-assign,assignment]


def forgetful() -> None:
    """A kiosk that begins anew gives the teller all their time again."""
    from guitai.shell import last_beat

    def read(*_: object) -> int:
        return time.monotonic_ns()

    last_beat.LastBeat.read = read  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    for mutant in sys.argv[2:]:
        globals()[mutant]()
    module, _, function = sys.argv[1].partition(":")
    getattr(importlib.import_module(module), function)(load())
