"""Drivers kept running beside the test, waiting for what they show, and a pcscd of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from firmware_bridge.drivers.driver import Driver
from tests.fixtures.wires.pcsc import Box, BoxError


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


@pytest.fixture(scope="session", autouse=True)
def pcsc_dir() -> Iterator[Path]:
    """One folder for all boxes: libpcsclite looks up PCSCLITE_CSOCK_NAME once in a process's life."""
    folder = Path(tempfile.mkdtemp(prefix="g"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCSCLITE_CSOCK_NAME", str(Box(folder).socket))
        yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def box(pcsc_dir: Path) -> AsyncIterator[Box]:
    box = Box(pcsc_dir)
    try:
        try:
            await box.open()
        except BoxError as error:  # an unprivileged user on a machine that forbids user namespaces
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"pcscd cannot be given a world of its own: {error}")
        yield box
    finally:
        await box.close()
