"""A film goes into the ring as a device would: at its own speed, round and round, from one film to the next."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import structlog

from firmware_bridge.camera import Camera
from firmware_bridge.camera.source import Source
from guitai.config import Camera as CameraConfig
from guitai.errors import GuitaiError
from guitai.tables import RINGS
from guitai.wire.rings import RingReader, picture

SMALL = {"width": 160, "height": 120}


def configured(config, source, fps=30):
    return config.model_copy(update={"camera": CameraConfig(source=source, fps=fps, **SMALL)})


@contextlib.asynccontextmanager
async def running(camera):
    stop = asyncio.Event()
    task = asyncio.create_task(camera.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def until(condition, limit_s=10):
    """Ask again and again until the condition gives something."""
    async with asyncio.timeout(limit_s):
        while not (value := condition()):  # noqa: ASYNC110 - a ring is memory: there is nothing to wait on
            await asyncio.sleep(0.005)
        return value


def greys(reader):
    return [int(picture(slot, reader.shape).mean().round()) for slot in reader.read_new()]


async def opened(config):
    path = config.paths.run / RINGS["camera"]
    await until(path.exists)
    return RingReader(path)


async def test_a_film_fills_the_ring_and_starts_over(config, make_film):
    async with running(Camera(configured(config, make_film(90)))):
        reader = await opened(config)
        await until(lambda: reader.count() >= 12)  # the film has 10 pictures
        assert reader.shape == (160, 120)
        assert set(greys(reader)) == {90}


async def test_pictures_of_another_size_are_fitted(config, make_film):
    async with running(Camera(configured(config, make_film(90, size=(320, 200))))):
        reader = await opened(config)
        await until(reader.count)
        assert reader.slot_bytes == 160 * 120 * 3


async def test_another_film_comes_at_once_into_the_same_ring(config, make_film):
    camera = Camera(configured(config, make_film(60)))
    async with running(camera):
        reader = await opened(config)
        camera.switch(make_film(200))
        await until(lambda: 200 in greys(reader))
        assert not reader.renewed()


async def test_a_film_leads_over_to_the_next(config, make_film):
    camera = Camera(configured(config, "none"))
    async with running(camera):
        camera.switch(make_film(60, count=4), then=make_film(200))
        reader = await opened(config)
        await until(lambda: 200 in greys(reader))
        assert 60 not in await until(lambda: greys(reader))


async def test_no_source_no_ring(config):
    async with running(Camera(configured(config, "none"))):
        pass
    assert not (config.paths.run / RINGS["camera"]).exists()


@pytest.mark.parametrize("source", ["97", "99999999999", "/nowhere/film.avi", "not/../a:source", ""])
async def test_a_missing_source_is_reported_and_another_one_taken_at_once(config, make_film, source):
    camera = Camera(configured(config, source))
    with structlog.testing.capture_logs() as logs:
        async with running(camera):
            failed = await until(lambda: [line for line in logs if line["event"] == "camera failed"])
            assert failed[0]["code"] == "camera.cannot_open"
            camera.switch(make_film(70))
            reader = await opened(config)
            assert 70 in await until(lambda: greys(reader))


async def test_a_run_folder_that_is_missing_is_reported_and_waited_for(config, make_film):
    run = config.paths.run / "later"
    config = config.model_copy(update={"paths": config.paths.model_copy(update={"run": run})})
    with structlog.testing.capture_logs() as logs:
        async with running(Camera(configured(config, make_film(70)))):
            failed = await until(lambda: [line for line in logs if line["event"] == "camera failed"])
            assert failed[0]["code"] == "camera.no_ring"
            run.mkdir()
            reader = await opened(config)
            assert 70 in await until(lambda: greys(reader))


async def test_a_source_that_appears_later_is_found(config, make_film, tmp_path):
    late = tmp_path / "late.avi"
    with structlog.testing.capture_logs() as logs:
        async with running(Camera(configured(config, str(late)))):
            await until(lambda: logs)
            Path(make_film(80)).rename(late)
            reader = await opened(config)
            assert 80 in await until(lambda: greys(reader))


async def test_a_film_that_is_no_film_is_refused(config, tmp_path):
    (tmp_path / "bad.avi").write_bytes(b"RIFF" + bytes(200))
    with pytest.raises(GuitaiError, match=r"camera\.cannot_open"):
        Source(str(tmp_path / "bad.avi"), CameraConfig(**SMALL), time.sleep)


def test_a_film_keeps_its_own_speed_and_the_ring_gets_no_more_than_wanted(make_film):
    """Waiting is only noted here, so no time passes, and one picture a second is one picture."""
    waited = []
    source = Source(make_film(90, count=30), CameraConfig(fps=1, **SMALL), waited.append)
    picture = np.zeros((120, 160, 3), np.uint8)
    assert source.next()
    assert source.fill(picture)
    assert picture.mean() == pytest.approx(90, abs=2)
    assert not source.next()
    source.close()
    assert len(waited) == 31
    assert waited[-1] == pytest.approx(30 / 50, abs=0.2)


@pytest.mark.parametrize("size", [(160, 120), (80, 60)])
async def test_a_source_without_colours_is_reported_and_another_one_taken(
    config, make_film, tmp_path, monkeypatch, size
):
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full(size[::-1], 90, np.uint8))
    real, grey = cv2.VideoCapture, str(tmp_path / "%d.png")
    monkeypatch.setattr(cv2, "VideoCapture", lambda name: real(name, cv2.CAP_IMAGES if name == grey else cv2.CAP_ANY))
    await is_survived(config, grey, make_film(70))


async def test_an_error_of_a_back_end_is_reported_and_another_source_taken(config, make_film, monkeypatch):
    real, bad = cv2.VideoCapture, make_film(90, count=2)

    def strict(name):
        capture = real(name)
        capture.setExceptionMode(name == bad)  # it raises at the end of the film
        return capture

    monkeypatch.setattr(cv2, "VideoCapture", strict)
    await is_survived(config, bad, make_film(70))


async def is_survived(config, bad, good):
    camera = Camera(configured(config, bad))
    with structlog.testing.capture_logs() as logs:
        async with running(camera):
            failed = await until(lambda: [line for line in logs if line["event"] == "camera failed"])
            assert failed[0]["code"] == "camera.stopped"
            camera.switch(good)
            reader = await opened(config)
            assert 70 in await until(lambda: greys(reader))


async def test_gain_and_loss_of_pictures_are_told_once_each(config, make_film, tmp_path):
    told = []
    camera = Camera(configured(config, str(tmp_path / "none.avi")), told.append)
    async with running(camera):
        await until(lambda: told)
        camera.switch(make_film(80))
        await until(lambda: len(told) == 2)
        camera.switch(str(tmp_path / "none.avi"))
        await until(lambda: len(told) == 3)
    assert [(state.device, state.usable, state.code) for state in told] == [
        ("camera", False, "camera.cannot_open"), ("camera", True, ""), ("camera", False, "camera.cannot_open"),
    ]  # fmt: skip


async def test_opening_again_and_again_leaves_nothing_open(config, make_film, tmp_path):
    """A bad plug: one film ends in an error, is opened again, and again."""
    camera, film = Camera(configured(config, "none")), make_film(90, count=2)
    async with running(camera):
        camera.switch(film)
        reader = await opened(config)
        await until(lambda: reader.count() > 2)
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(30):
            seen = reader.count()
            camera.switch(film)
            await until(lambda seen=seen: reader.count() > seen)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2
        reader.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "camera"]
