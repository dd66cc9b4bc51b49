"""The standing checks beside the core: they look between customers, in a thread of low priority; only changes are events."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import structlog

from edge_models.store import Store
from firmware_bridge.port import DevicePort
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.health.checks import Check
from guitai.health.checks.certificates import certificates
from guitai.health.checks.devices import of_links
from guitai.health.checks.disk import disk
from guitai.health.checks.models import KIOSK, damaged
from guitai.health.checks.processes import processes, programs
from guitai.health.checks.senses import senses
from guitai.health.finding import Finding, codes, finding
from guitai.health.standing import GLASS, LOOKS, TOLD, Change, Standing
from guitai.messages.health import HealthFound
from guitai.shell.parts import Happen
from guitai.support.bundle import make

EVERY_S = 60.0
PUT_OFF_S = 600.0
"""So long at most a look is put off because a customer is served."""

LOOK_AGAIN_S = 1.0
LIMIT_S = 20.0
"""Of one check; what takes longer has not looked."""

LOOK_LIMIT_S = 180.0
NICE = 19
log = structlog.get_logger()

CHECKS: dict[str, Check] = {
    "certificates": certificates, "disk": disk, "programs": programs, "processes": processes, "senses": senses,
}  # fmt: skip
"""The cheap ones of `guitai.health.examine`. The line is sync's to tell, the devices' state core has itself; whether a file of
keys is open to others only root can see."""

TELLS = ("line.", "clock.")
"""What sync may tell of."""

FELT = ("touch.resting", "touch.dead")
"""What the window may tell of."""

PARTS = (("左上", "upper left"), ("右上", "upper right"), ("左边中间", "middle left"), ("右边中间", "middle right"),
         ("左下", "lower left"), ("右下", "lower right"))  # fmt: skip
"""Of the touch screen, as the window counts them."""


class HealthWatch:
    """Runs the checks for as long as core does."""

    def __init__(
        self,
        config: Config,
        happen: Happen,
        idle: Callable[[], bool],
        devices: DevicePort,
        checks: Mapping[str, Check] = CHECKS,
    ) -> None:
        self._config, self._happen, self._idle, self._devices, self._checks = config, happen, idle, devices, checks
        self._store = Store(config.paths.models)
        self._models = [name for name, entry in self._store.entries().items() if entry.group == KIOSK]
        self._looked_at = 0
        self._standing: Standing | None = None
        self._looking = False
        self._told: tuple[Finding, ...] = ()
        self._felt: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong now, as far as it lasts."""
        return () if self._standing is None else self._standing.findings

    @property
    def told(self) -> tuple[Finding, ...]:
        """What sync says of the line, and the window of the touch screen."""
        return (*self._told, *self._felt)

    def begin(self, standing: Iterable[tuple[str, str]]) -> None:
        """Start from the keys and codes that stood when core ended."""
        self._standing = Standing(standing)
        self._take({TOLD: self._told, GLASS: self._felt}, looks=1)

    def taken(self, change: Change, standing: Iterable[tuple[str, str]]) -> None:
        """A change was to be written down; `standing` is what stands now by the record: if it was not, it is told again."""
        if self._standing is not None and (change.key in dict(standing)) != isinstance(change, HealthFound):
            self._standing.untold(change)

    def hear(self, told: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """Take in what sync says is wrong with the line now: codes with their values. Raises GuitaiError ``wire.bad_data``."""
        found = []
        for code, about in told:
            if code not in codes() or not code.startswith(TELLS):
                raise GuitaiError("wire.bad_data", type="findings", reason=f"no code {code[:40]}")
            try:
                found.append(finding(code, **about))
            except (KeyError, TypeError) as error:
                raise GuitaiError("wire.bad_data", type="findings", reason=f"{code} lacks {error}") from error
        self._told = tuple(found)
        self._take({TOLD: self._told}, looks=1)

    def felt(self, faults: Iterable[tuple[str, int]]) -> None:
        """Take in what the window says is wrong with the touch screen now: codes and parts. Raises GuitaiError ``wire.bad_data``."""
        found = []
        for code, part in faults:
            if code not in FELT or not 0 <= part < len(PARTS):
                raise GuitaiError("wire.bad_data", type="glass", reason=f"no fault {code[:40]} {part}")
            where_zh, where_en = PARTS[part]
            found.append(finding(code, where_zh=where_zh, where_en=where_en))
        self._felt = tuple(found)
        self._take({GLASS: self._felt}, looks=1)

    async def bundle(self) -> bytes:
        """Return a sealed support bundle, made beside the loop. Raises GuitaiError ``support.no_key``, ``keys.*``."""
        return await asyncio.to_thread(make, self._config, self.findings)

    async def run(self) -> None:
        """Look every minute, for ever."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self._between_customers()
            await self.look()

    async def look(self) -> None:
        """Look once, and queue what changed. A look that hangs is left to itself, and nothing else begins until it ends."""
        if self._looking:
            log.warning("the last look at the machine has not ended")
            return
        loop = asyncio.get_running_loop()
        done: asyncio.Future[dict[str, Sequence[Finding]]] = loop.create_future()
        self._looking = True
        threading.Thread(target=self._look, args=(loop, done), name="health", daemon=True).start()
        try:
            looked = await asyncio.wait_for(done, LOOK_LIMIT_S)
        except TimeoutError:
            return
        lost = [finding("devices.silent", name=device) for device in self._devices.lost()]
        self._take({**looked, "devices": lost + of_links(self._devices.connected())})

    async def _between_customers(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PUT_OFF_S):
                while not self._idle():  # noqa: ASYNC110 - a minute's look may come a second late
                    await asyncio.sleep(LOOK_AGAIN_S)

    def _take(self, looked: Mapping[str, Sequence[Finding]], looks: int = LOOKS) -> None:
        if self._standing is not None:
            for change in self._standing.look(looked, looks=looks):
                self._happen(change)

    def _look(self, loop: asyncio.AbstractEventLoop, done: asyncio.Future[dict[str, Sequence[Finding]]]) -> None:
        """In the thread, with a loop of its own: whatever blocks here does not block core, nor its end."""
        _be_nice()
        looked: dict[str, Sequence[Finding]] = {}
        try:
            looked = asyncio.run(self._all())
        except Exception:
            log.exception("the machine could not be looked at")

        def hand_over() -> None:
            self._looking = False
            if not done.done():
                done.set_result(looked)

        with contextlib.suppress(RuntimeError):  # core has ended
            loop.call_soon_threadsafe(hand_over)

    async def _all(self) -> dict[str, Sequence[Finding]]:
        looked: dict[str, Sequence[Finding]] = {}
        for name, check in self._checks.items():
            with contextlib.suppress(TimeoutError, OSError, GuitaiError):
                looked[name] = await _within(check(self._config))
        looked["models"] = self._models_so_far()
        return looked

    def _models_so_far(self) -> list[Finding]:
        """Hash one more model; those already hashed are looked at by size and time of change only (`Store`)."""
        self._looked_at = min(self._looked_at + 1, len(self._models))
        return damaged(
            self._store, [name for name in self._models[: self._looked_at] if not self._store.is_ready(name)]
        )


async def _within(look: Awaitable[list[Finding]]) -> list[Finding]:
    async with asyncio.timeout(LIMIT_S):
        return await look


def _be_nice() -> None:
    """Let everything else go first; a sandbox may forbid it."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
