"""The ground a kiosk in memory stands on: fresh files for each run, virtual time, the logs of the guards as witnesses."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import structlog

from firmware_bridge.simulator.faults import PowerCutError
from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Config
from guitai.episodes.loop import VirtualLoop, run
from guitai.journal import Journal

MEMORY = Path("/dev/shm")  # noqa: S108 # files that live for milliseconds, in folders of our own
GUARDED = frozenset({"effect broke", "command failed", "bad completion", "journal refused"})
"""Log lines of the guards: a bug was caught at the last moment."""


class Ground:
    """Runs one thing after another, each in a folder with keys and an empty journal; use it as a context manager."""

    def __init__(self) -> None:
        where = MEMORY if os.access(MEMORY, os.W_OK) else None
        self._folder = Path(tempfile.mkdtemp(prefix="guitai-episodes-", dir=where))
        self._guarded: list[str] = []
        self.logged: list[dict[str, Any]] = []
        """What the last run logged at level warning and above."""

    @property
    def fresh(self) -> Path:
        """The folder every run gets a copy of."""
        return self._folder / "fresh"

    def __enter__(self) -> Ground:
        """Make keys and journal."""
        structlog.configure(
            processors=[self._hear], wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING)
        )
        provision_keys(self.fresh / "keys")
        key = os.urandom(32)
        (self.fresh / "keys" / "journal.key").write_text(key.hex())
        path = self.fresh / "state" / "journal.db"
        path.parent.mkdir(parents=True)
        path.with_name("journal.db-ballast").touch()  # no room is kept for disks that fill up
        Journal.open(path, key, Config().kiosk.id).close()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)
        structlog.reset_defaults()

    def run(self, live: Callable[[Path], Coroutine[Any, Any, None]]) -> list[str]:
        """Live in a folder of its own; return what broke or was caught by a guard."""
        folder = self._folder / "now"
        shutil.copytree(self.fresh, folder)
        guarded: list[str] = []
        self._guarded = guarded  # what an earlier run's tasks are found to have raised is not this one's
        self.logged = []
        loop = VirtualLoop()
        loop.set_exception_handler(lambda _, context: _unhandled(guarded, context))
        broke: list[str] = []
        try:
            run(live(folder), loop)
        except Exception as error:  # noqa: BLE001 # whatever breaks the run is a finding
            broke.append(f"the episode broke: {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return broke + guarded

    def _hear(self, _logger: Any, _method: str, event: Any) -> Any:
        self.logged.append(dict(event))
        if event.get("event") in GUARDED:
            self._guarded.append(
                f"{event['event']}: { {k: v for k, v in event.items() if k not in ('event', 'exc_info')} }"
            )
        raise structlog.DropEvent


def _unhandled(guarded: list[str], context: dict[str, Any]) -> None:
    error = context.get("exception")
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, Exception) and not isinstance(error, PowerCutError):
        guarded.append(f"unhandled: {type(error).__name__}: {error}")
