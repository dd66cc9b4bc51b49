"""The reader's process comes with the first page, goes when none has come for a while, and is replaced when it dies."""

from __future__ import annotations

import asyncio
import os
import signal

import numpy as np
import pytest

from edge_models.documents.pages import jpeg
from edge_models.documents.worker import Worker
from guitai.errors import GuitaiError

EMPTY = jpeg(np.full((300, 400, 3), 96, np.uint8))
pytestmark = pytest.mark.timeout(300)


async def test_it_comes_and_goes_by_itself(models_dir):
    worker = Worker(models_dir, idle_s=0.05)
    assert worker.pid is None
    assert await worker.read(EMPTY) == ()
    child = worker._child
    assert child is not None
    await asyncio.wait_for(child.wait(), 30)
    assert worker.pid is None
    assert await worker.read(EMPTY) == ()
    await worker.end()
    assert worker.pid is None


async def test_a_page_that_kills_it_costs_that_page_only(models_dir):
    worker = Worker(models_dir)
    try:
        await worker.warm_up()
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        reading = asyncio.create_task(worker.read(EMPTY))
        await asyncio.sleep(0)
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(GuitaiError, match="no_reader"):
            await reading
        assert await worker.read(EMPTY) == ()
    finally:
        await worker.end()


async def test_missing_models_are_told(tmp_path):
    worker = Worker(tmp_path)
    try:
        with pytest.raises(GuitaiError, match=r"no_reader.*models\.missing"):
            await worker.read(EMPTY)
    finally:
        await worker.end()


async def test_a_process_that_cannot_be_started_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", str(tmp_path / "gone"))
    with pytest.raises(GuitaiError, match="no_reader"):
        await Worker(tmp_path).read(EMPTY)
