"""A running sound room on its real socket and ring; a PulseAudio daemon of the test's own."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from firmware_bridge.sound.main import Sound
from guitai.config import Config

ROOT = Path(__file__).parents[3]
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
            await asyncio.wait_for(sound.started.wait(), 60)
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


@pytest.fixture
def pulse(folder: Path) -> Iterator[dict[str, str]]:
    if not (shutil.which("pulseaudio") and shutil.which("pactl")):
        pytest.skip("pulseaudio is not installed")
    runtime = folder / "x"
    runtime.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime), "PULSE_RUNTIME_PATH": str(runtime / "pulse"),
        "XDG_CONFIG_HOME": str(folder / "c"), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    modules = ["module-native-protocol-unix", "module-null-sink sink_name=spk",
               "module-remap-source source_name=mic master=spk.monitor"]  # fmt: skip
    daemon = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
         *(part for module in modules for part in ("-L", module))],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for command in (["set-default-source", "mic"], ["set-default-sink", "spk"]):
            until_it_works(["pactl", *command], environment)
        yield environment
    finally:
        daemon.terminate()
        daemon.wait(5)


def until_it_works(command: list[str], environment: dict[str, str]) -> None:
    for _ in range(100):
        done = subprocess.run(["timeout", "0.2", *command], env=environment, capture_output=True)
        if done.returncode == 0:
            return
    pytest.fail(f"{command} did not work: {done.stderr.decode()}")
