"""A running sound room on its real socket and ring."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from firmware_bridge.sound.main import Sound
from guitai.config import Config

Running = Callable[..., AbstractAsyncContextManager[Sound]]


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="g"))  # unix socket paths must be short
    yield path
    shutil.rmtree(path)


@pytest.fixture
def running(folder: Path) -> Running:
    @asynccontextmanager
    async def run(**settings: object) -> AsyncIterator[Sound]:
        sound = Sound(Config.model_validate({"paths": {"run": str(folder)}, "sound": settings}))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(sound.run(stop))
            await asyncio.wait_for(sound.started.wait(), 5)
            try:
                yield sound
            finally:
                stop.set()

    return run


def write_wav(path: Path, samples: np.ndarray, rate: int = 16_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path
