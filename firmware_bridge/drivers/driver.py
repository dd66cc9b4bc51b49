"""A device on a wire that comes and goes: it is opened again for as long as the kiosk runs."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable

import structlog

from guitai.errors import GuitaiError

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 5.0
log = structlog.get_logger()


class Driver(ABC):
    """Opens its device, holds it until it is lost, and opens it again. Subclasses write `_hold`."""

    def __init__(self, name: str, retry_s: float = FIRST_RETRY_S) -> None:
        self.name = name
        self._retry_s = retry_s
        self._error: GuitaiError | None = GuitaiError("driver.not_open", device=name)
        self._watchers: list[Callable[[], None]] = []

    @property
    def fault(self) -> str:
        """A ``driver.*`` code of what keeps the device from working, or empty."""
        return self._error.code if self._error else ""

    @property
    def error(self) -> GuitaiError | None:
        """The fault as an error with its parameters, to be told to people."""
        return self._error

    def when_changed(self, watcher: Callable[[], None]) -> None:
        """Have `watcher` called after every change of `fault` and of what else the driver shows."""
        self._watchers.append(watcher)

    async def run(self) -> None:
        """Keep the device open until cancelled."""
        retry_s = self._retry_s
        while True:
            try:
                await self._hold()
            except GuitaiError as error:
                if self._error is None:
                    retry_s = self._retry_s
                self._became(error)
            await asyncio.sleep(retry_s)
            retry_s = min(2 * retry_s, LAST_RETRY_S)

    async def check(self) -> None:
        """Ask the open device something that moves nothing. Raises GuitaiError saying what is wrong with it."""
        self._demand()

    @abstractmethod
    async def _hold(self) -> None:
        """Open the device, say `_became(None)`, and stay until it is lost. Raises GuitaiError saying why."""

    def _became(self, error: GuitaiError | None) -> None:
        before = self.fault
        self._error = error
        if self.fault != before:
            log.info("device changed", device=self.name, fault=self.fault, reason=error.english() if error else "")
            self._tell()

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()

    def _demand(self) -> None:
        """Raise what keeps the device from working, if anything does."""
        if self._error is not None:
            raise GuitaiError(self._error.code, **self._error.params)
