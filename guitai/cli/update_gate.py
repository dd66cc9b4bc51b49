"""What stands before a switch and after it: nobody is served, and the new version does no worse than the old one did."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import time
from datetime import datetime
from pathlib import Path

from guitai.cli.devices.core import core_is_away, technician
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.updates.window import is_open
from guitai.wire.whole import write_whole

BASELINE = "baseline.json"
SELF_TEST_S, DRAIN_S = 120.0, 600.0
EVERY_S = 5.0
DOCTOR_S = 60
DOCTOR = ("/opt/guitai/bin/guitai", "doctor", "--json")


class Gate:
    """Holds the branch from `quiet` until the restart.

    Somebody who stands at the machine may open the window at any hour (`now`), and leave the line out of it (`offline`).
    """

    def __init__(
        self, config: Config, *, now: bool = False, offline: bool = False, doctor: tuple[str, ...] = DOCTOR
    ) -> None:
        self._config, self._now, self._offline, self._doctor = config, now, offline, doctor
        self._runner = asyncio.Runner()
        self._held = contextlib.AsyncExitStack()

    def close(self) -> None:
        """Let go of the branch."""
        self._runner.run(self._let_go())
        self._runner.close()

    async def _let_go(self) -> None:
        await self._held.aclose()
        await asyncio.sleep(0)  # connections end at the loop's next turn

    def quiet(self) -> bool:
        """Tell whether nobody is served and nobody will be until the restart; note what was not well before."""
        clock = datetime.now().astimezone()
        if not self._now and not is_open(self._config.updates.window, clock.hour, clock.minute):
            return False
        if not self._runner.run(self._hold()):
            return False
        write_whole(self._config.updates.folder / BASELINE, json.dumps(self._stops() or []).encode())
        return True

    def examine(self) -> str:
        """Return why the version that runs is not well, empty if it is.

        It is if no fault stops customers that was not there before, and everything core had for headquarters is there.
        """
        before = self._baseline()
        if reason := _within(SELF_TEST_S, lambda: self._new_faults(before)):
            return reason
        return "" if self._offline else _within(DRAIN_S, lambda: self._runner.run(self._waiting()))

    def _new_faults(self, before: set[str]) -> str:
        found = self._stops()
        if found is None:
            return "doctor does not run"
        return " ".join(sorted(set(found) - before))[:150]

    def _stops(self) -> list[str] | None:
        """Return the codes of what stops customers, by the doctor of the version in use; None where it does not even run."""
        try:
            done = subprocess.run(self._doctor, capture_output=True, timeout=DOCTOR_S, check=False)
            return [one["code"] for one in json.loads(done.stdout)["findings"] if one["level"] == "stop"]
        except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
            return None

    def _baseline(self) -> set[str]:
        path: Path = self._config.updates.folder / BASELINE
        try:
            return set(json.loads(path.read_bytes()))
        except (OSError, ValueError):
            return set()

    async def _hold(self) -> bool:
        try:
            core = await self._held.enter_async_context(technician(self._config))
            await core.ask("technician-hold")
        except GuitaiError as error:
            await self._held.aclose()
            return core_is_away(error)  # no core: no customer
        if not self._offline and await self._waiting():  # a line that is down would take a good version back
            await self._held.aclose()
            return False
        return True

    async def _waiting(self) -> str:
        try:
            async with technician(self._config) as core:
                waiting = int((await core.ask("technician-outbox"))["waiting"])
        except (GuitaiError, KeyError) as error:
            return str(error)[:150]
        return f"{waiting} rows wait for headquarters" if waiting else ""


def _within(seconds: float, look: object) -> str:
    """Ask until the answer is empty or the time is over; return the last."""
    assert callable(look)
    end = time.monotonic() + seconds
    while (told := str(look())) and time.monotonic() < end:
        time.sleep(EVERY_S)
    return told
