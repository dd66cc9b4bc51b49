"""The whole way: film, camera, ring, eyes, socket; and the process as the service manager starts it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_models.store import Store
from edge_models.vision.eyes import Eyes
from edge_models.vision.landmarks import ENGINES
from edge_models.vision.main import watch
from firmware_bridge.camera import Camera
from firmware_bridge.simulator.film import THEN, make_films
from guitai.config import Camera as CameraConfig
from guitai.config import Vision
from guitai.errors import GuitaiError
from guitai.tables import RINGS, SOCKETS
from guitai.wire.rings import picture_ring
from guitai.wire.sockets import connect

pytestmark = pytest.mark.models


@pytest.fixture(scope="session")
def films(models_dir, tmp_path_factory):
    return make_films(Store(models_dir).path("astronaut"), tmp_path_factory.getbasetemp() / "films")


@contextlib.asynccontextmanager
async def task_until_left(coroutine, stop):
    task = asyncio.create_task(coroutine)
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def connected(config):
    async with asyncio.timeout(20):
        while True:
            try:
                return await connect(config.paths.run / SOCKETS["vision"])
            except GuitaiError:
                await asyncio.sleep(0.02)


async def expect(frames, type_, within_s=20, **data):
    async with asyncio.timeout(within_s):
        async for frame in frames:
            assert frame.type != "error", frame.data
            if frame.type == type_ and data.items() <= frame.data.items():
                return frame
    raise AssertionError(type_)


async def test_a_filmed_customer_comes_smiles_has_company_and_leaves(config, films):
    config = config.model_copy(update={"camera": CameraConfig(source=str(films["empty"]))})
    camera, stop = Camera(config), asyncio.Event()

    def show(scene):
        camera.switch(str(films[scene]), str(films[THEN[scene]]) if scene in THEN else None)

    async with task_until_left(camera.run(stop), stop), task_until_left(watch(config, stop), stop):
        stream = await connected(config)
        frames = aiter(stream)
        await expect(frames, "face.camera", state="ok")
        show("approach")
        await expect(frames, "face.approached")
        await stream.send("guitai-consent", expression=True)
        assert (await expect(frames, "face.expression")).data["label"] == "happy"
        show("companion")
        await expect(frames, "face.company", close=True)
        show("stand")
        await expect(frames, "face.company", close=False)
        show("leave")
        await expect(frames, "face.left")
        stream.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_filmed_customer_blinks_speaks_and_smiles(models_dir, films, engine):
    capture, seen, jaw = cv2.VideoCapture(str(films["stand"])), [], []
    with contextlib.closing(Eyes(Store(models_dir), engine)) as eyes:
        while (picture := capture.read()[1]) is not None:
            (face,) = eyes.look(picture, 0, with_expression=False).faces
            seen.append(eyes.expression(picture, face))
            jaw.append(eyes.landmarks(picture, face).blendshapes["jawOpen"])
    assert 2 <= sum(expression is None for expression in seen) <= 8  # no expression in the middle of a blink
    assert all(max(expression, key=expression.get) == "happy" for expression in seen if expression)
    assert min(jaw) < 0.05
    assert max(jaw) > 0.15


async def test_frozen_covered_and_missing_cameras_are_told(config):
    ring = picture_ring(config.paths.run / RINGS["camera"], 640, 480)
    random, stop, picture = np.random.default_rng(1), asyncio.Event(), {"kind": "living"}

    async def sensor():
        loop, still = asyncio.get_running_loop(), None
        while not stop.is_set():
            view = np.repeat(random.integers(0, 255, (480, 640, 1), dtype=np.uint8), 3, axis=2)
            view[:240] //= 4
            still = view if still is None or picture["kind"] == "living" else still
            body = {"living": view, "still": still, "dark": view // 30}.get(picture["kind"])
            if body is not None:
                ring.write(body.tobytes(), int(loop.time() * 1e9))
            await asyncio.sleep(0.1)  # this task is the sensor: it has a rate

    async with task_until_left(sensor(), stop), task_until_left(watch(config, stop), stop):
        stream = await connected(config)
        frames = aiter(stream)
        await expect(frames, "face.camera", state="ok")
        for kind, state in (("still", "frozen"), ("dark", "covered"), ("living", "ok"), ("none", "missing")):
            picture["kind"] = kind
            await expect(frames, "face.camera", state=state)
        stream.close()


async def test_eyes_that_are_switched_off_serve_and_say_nothing(config):
    stop = asyncio.Event()
    config = config.model_copy(update={"vision": Vision(enabled=False)})
    async with task_until_left(watch(config, stop), stop):
        stream = await connected(config)
        await stream.send("anything")
        assert (await expect_error(stream)).data["code"] == "wire.unknown_type"
        stream.close()


async def expect_error(stream):
    async with asyncio.timeout(60):
        return await anext(aiter(stream))


def start(config, engine="mediapipe"):
    code = "from guitai.config import load; from edge_models.vision.main import run; run(load())"
    environment = {
        **os.environ,
        "GUITAI__PATHS__RUN": str(config.paths.run),
        "GUITAI__PATHS__MODELS": str(config.paths.models),
        "GUITAI__VISION__LANDMARKS": engine,
    }
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_ends_cleanly_with_a_client_connected(config, number):
    process = start(config)
    try:
        stream = await connected(config)
        process.send_signal(number)
        _, said = await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == 0
        assert b"Traceback" not in said
        stream.close()
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("engine", ENGINES)
async def test_mediapipe_is_loaded_with_consent_only_and_the_process_still_ends_cleanly(config, films, engine):
    def mediapipe_is_loaded():
        return "libmediapipe" in Path(f"/proc/{process.pid}/maps").read_text()

    camera = Camera(config.model_copy(update={"camera": CameraConfig(source=str(films["stand"]))}))
    stop, process = asyncio.Event(), start(config, engine)
    try:
        async with task_until_left(camera.run(stop), stop):
            stream = await connected(config)
            frames = aiter(stream)
            await expect(frames, "face.approached", within_s=30)
            assert not mediapipe_is_loaded()
            await stream.send("guitai-consent", expression=True)
            await expect(frames, "face.expression", within_s=60)
            assert mediapipe_is_loaded() == (engine == "mediapipe")
            process.send_signal(signal.SIGTERM)
            _, said = await asyncio.to_thread(process.communicate, timeout=60)
            assert process.returncode == 0
            assert b"Traceback" not in said
            assert b"network not taken away" not in said
            stream.close()
    finally:
        process.kill()
        process.wait()
