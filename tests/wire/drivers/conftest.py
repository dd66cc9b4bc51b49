"""Drivers kept running beside the test, and waiting for what they show."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from firmware_bridge.drivers.driver import Driver

Until = Callable[[Driver, Callable[[], bool]], "asyncio.Future[None]"]


@contextlib.asynccontextmanager
async def running(driver: Driver) -> AsyncIterator[None]:
    """Keep the driver open while the block runs."""
    task = asyncio.create_task(driver.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def shows(driver: Driver, wanted: Callable[[], bool]) -> None:
    """Wait until the driver shows what is wanted; pytest's time limit ends a wait in vain."""
    changed = asyncio.Event()
    driver.when_changed(changed.set)
    while not wanted():
        changed.clear()
        await changed.wait()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for a card without pausing."""
    monkeypatch.setattr("firmware_bridge.drivers.id_serial.POLL_S", 0.01)
