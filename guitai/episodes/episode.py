"""Runs plans: a folder of fresh files for each, the logs of the guards as witnesses, a failing plan made short."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import structlog

from firmware_bridge.simulator.faults import PowerCutError
from firmware_bridge.simulator.keys import provision_keys, read_key
from guitai.config import Config
from guitai.episodes.core import LoopClock
from guitai.episodes.loop import VirtualLoop, run
from guitai.episodes.plan import Plan
from guitai.episodes.world import Result, World
from guitai.journal import Journal
from headquarters.bank.customers import Customer, load_customers
from headquarters.bank.host import Bank

MEMORY = Path("/dev/shm")  # noqa: S108 # files that live for milliseconds, in folders of our own
GUARDED = frozenset({"effect broke", "command failed", "bad completion", "journal refused"})
"""Log lines of the guards: a bug was caught at the last moment."""


class Episodes:
    """Runs one episode after another; use it as a context manager."""

    def __init__(self) -> None:
        where = MEMORY if os.access(MEMORY, os.W_OK) else None
        self._folder = Path(tempfile.mkdtemp(prefix="guitai-episodes-", dir=where))
        self._guarded: list[str] = []
        self._owners: list[Customer] = []

    def __enter__(self) -> Episodes:
        """Make what every episode begins with."""
        structlog.configure(
            processors=[self._hear], wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING)
        )
        fresh = self._folder / "fresh"
        provision_keys(fresh / "keys")
        (fresh / "keys" / "journal.key").write_text(os.urandom(32).hex())
        self._owners = list(load_customers(read_key(fresh / "keys", "card_token.key")).by_token.values())
        run(self._make(fresh), VirtualLoop())
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)
        structlog.reset_defaults()

    def run(self, plan: Plan, *, traced: bool = False) -> Result:
        """Run one plan."""
        folder = self._folder / "now"
        shutil.copytree(self._folder / "fresh", folder)
        guarded: list[str] = []
        self._guarded = guarded  # what an earlier episode's tasks are found to have raised is not this one's
        result = Result(plan)
        loop = VirtualLoop()
        loop.set_exception_handler(lambda _, context: _unhandled(guarded, context))
        try:
            run(self._live(result, folder, traced), loop)
        except Exception as error:  # noqa: BLE001 # whatever breaks the episode is a finding with a seed
            result.wrong.append(f"the episode broke: {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        result.wrong += guarded
        return result

    def shortest(self, plan: Plan) -> Plan:
        """Return a plan that goes wrong as well, with as little in it as can be found one by one."""
        for simpler in plan.shorter():
            if self.run(simpler).wrong:
                return self.shortest(simpler)
        return plan

    def _hear(self, _logger: Any, _method: str, event: Any) -> Any:
        if event.get("event") in GUARDED:
            self._guarded.append(
                f"{event['event']}: { {k: v for k, v in event.items() if k not in ('event', 'exc_info')} }"
            )
        raise structlog.DropEvent

    async def _live(self, result: Result, folder: Path, traced: bool) -> None:
        world = World(result, folder, self._owners, traced)
        try:
            await world.live()
        finally:
            world.close()

    async def _make(self, fresh: Path) -> None:
        Bank(fresh / "bank", fresh / "keys", LoopClock()).close()
        path = fresh / "state" / "journal.db"
        path.parent.mkdir(parents=True)
        path.with_name("journal.db-ballast").touch()  # no room is kept for disks that fill up
        key = bytes.fromhex((fresh / "keys" / "journal.key").read_text())
        Journal.open(path, key, Config().kiosk.id).close()


def _unhandled(guarded: list[str], context: dict[str, Any]) -> None:
    error = context.get("exception")
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, Exception) and not isinstance(error, PowerCutError):
        guarded.append(f"unhandled: {type(error).__name__}: {error}")
