"""The eyes keep to their row of the process table while they read an expression as often as they ever do."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import psutil
import pytest

from edge_models.store import Store
from edge_models.vision.landmarks import ENGINES
from firmware_bridge.camera import Camera
from firmware_bridge.simulator.film import make_films
from guitai.config import Camera as CameraConfig
from guitai.errors import GuitaiError
from guitai.tables import PROCESSES, SOCKETS
from guitai.wire.sockets import connect

BUDGET = next(process for process in PROCESSES if process.name == "vision")
MEASURED_S = 4.0
pytestmark = pytest.mark.alone


@pytest.fixture(scope="session")
def films(models_dir, tmp_path_factory):
    return make_films(Store(models_dir).path("astronaut"), tmp_path_factory.getbasetemp() / "films")


@pytest.fixture(params=ENGINES)
def process(request, config):
    code = "from guitai.config import load; from edge_models.vision.main import run; run(load())"
    paths = {"GUITAI__PATHS__RUN": str(config.paths.run), "GUITAI__PATHS__MODELS": str(config.paths.models)}
    engine = {"GUITAI__VISION__LANDMARKS": request.param}
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, **paths, **engine})
    yield psutil.Process(process.pid)
    process.kill()
    process.wait()


async def until_expression(config):
    async with asyncio.timeout(30):
        while True:
            try:
                stream = await connect(config.paths.run / SOCKETS["vision"])
                break
            except GuitaiError:
                await asyncio.sleep(0.05)
        await stream.send("guitai-consent", expression=True)
        async for frame in stream:
            if frame.type == "face.expression":
                return stream
    raise AssertionError("the eyes went away")


async def test_memory_and_processor_stay_within_the_table(config, films, process):
    camera, stop = (
        Camera(config.model_copy(update={"camera": CameraConfig(source=str(films["stand"]))})),
        asyncio.Event(),
    )
    capturing = asyncio.create_task(camera.run(stop))
    stream = await until_expression(config)
    before = process.cpu_times()
    await asyncio.sleep(MEASURED_S)  # the processor's share is one over time
    after = process.cpu_times()
    used_s = after.user + after.system - before.user - before.system
    assert process.memory_info().rss / 1e6 <= BUDGET.memory_mb
    assert 0 < 100 * used_s / MEASURED_S <= BUDGET.cpu_percent
    stream.close()
    stop.set()
    await capturing
