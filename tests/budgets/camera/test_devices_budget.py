"""The devices process with everything on, 720p at 30 a second, keeps to the memory of its row of the table and ends at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from firmware_bridge.camera.bench import make_film
from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Config
from guitai.tables import PROCESSES, RINGS
from guitai.wire.rings import RingReader
from tests.fixtures.ports import free_port

BUDGET = next(process for process in PROCESSES if process.name == "devices")
CODE = "from guitai.config import load; from firmware_bridge.main import run; run(load())"
PICTURES = 200
pytestmark = pytest.mark.alone


@pytest.fixture
def process(config: Config, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    config.paths.keys.mkdir()
    provision_keys(config.paths.keys)
    settings = {
        "PATHS__RUN": config.paths.run, "PATHS__STATE": config.paths.state, "PATHS__KEYS": config.paths.keys,
        "PATHS__MODELS": config.paths.models, "DEVICES__PORT": free_port(), "SOUND__MICROPHONE": "hands",
        "CAMERA__SOURCE": make_film(tmp_path / "film.avi", "MJPG"),
        "CAMERA__WIDTH": 1280, "CAMERA__HEIGHT": 720, "CAMERA__FPS": 30,
    }  # fmt: skip
    environment = {f"GUITAI__{name}": str(value) for name, value in settings.items()}
    process = subprocess.Popen([sys.executable, "-c", CODE], env={**os.environ, **environment})
    yield process
    process.kill()
    process.wait()


def test_memory_stays_within_the_table_and_sigterm_ends_it(config: Config, process: subprocess.Popen[bytes]) -> None:
    ring = config.paths.run / RINGS["camera"]
    until(ring.exists)
    reader = RingReader(ring)
    until(lambda: reader.count() >= PICTURES)
    rss_mb = psutil.Process(process.pid).memory_info().rss / 1e6
    print(f"devices: {rss_mb:.0f} MB")
    assert rss_mb < BUDGET.memory_mb
    process.terminate()
    assert process.wait(10) == 0
    reader.close()


def until(condition: Callable[[], bool]) -> None:
    """Ask again and again for a minute: a ring is memory, there is nothing to wait on."""
    end_s = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.02)
