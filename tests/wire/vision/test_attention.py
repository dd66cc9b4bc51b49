"""Attention and a hand at the ear, through the real process, without any consent."""

from __future__ import annotations

import asyncio

import pytest

from edge_models.store import Store
from tests.fixtures.vision.actor import Actor, with_hand
from tests.fixtures.vision.kiosk import Kiosk

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def album(models_dir):
    actor = Actor(Store(models_dir).path("astronaut"))
    rest = actor.picture(noise=False)
    return {
        "rest": rest,
        "aside": actor.picture(noise=False, turn=-55),
        "phone": with_hand(rest, 240, 230, 130),
    }


@pytest.fixture
async def kiosk(config, album, tmp_path):
    config.paths.state.mkdir(exist_ok=True)
    async with Kiosk(config, album, tmp_path).running() as kiosk:
        yield kiosk


async def until(kiosk, type_, **data):
    async with asyncio.timeout(30):
        while (await kiosk.expect(type_)).data != data:
            pass


async def test_looking_aside_and_telephoning_are_told_and_end(kiosk):
    await until(kiosk, "face.attention", looking=True)
    kiosk.view = "aside"
    await until(kiosk, "face.attention", looking=False)
    kiosk.view = "phone"
    await until(kiosk, "face.phone", held=True)
    kiosk.view = "rest"
    await until(kiosk, "face.phone", held=False)
