"""Core while the branch serves nobody: a human is a tap away where one can come, the technician's key brings the technician's screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from guitai.episodes.ground import Ground
from guitai.messages.branch import SensorChanged
from guitai.messages.card import CardMoveFailed
from guitai.messages.device import DeviceState
from guitai.messages.touch import Pressed
from guitai.messages.view import View
from tests.unit.takeover.test_rim import Kiosk

JAM = CardMoveFailed("r", "device.card_jam")


@pytest.fixture
def ground() -> Iterator[Ground]:
    with Ground() as one:
        yield one


def screen(kiosk: Kiosk) -> View:
    shown = kiosk.daemon._server.shown
    assert shown is not None
    return shown


async def happens(kiosk: Kiosk, *events: object) -> View:
    for event in events:
        kiosk.daemon.happen(event)
    await asyncio.sleep(1)
    return screen(kiosk)


def live(ground: Ground, story: Callable[[Kiosk], Awaitable[None]]) -> None:
    async def run(folder: Path) -> None:
        kiosk = Kiosk(folder)
        await asyncio.sleep(1)
        await story(kiosk)
        kiosk.kill()

    assert ground.run(run) == []


def test_a_human_is_called_from_a_machine_that_serves_nobody(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        shown = await happens(kiosk, DeviceState("sync", False, "offline"), JAM)
        assert shown.screen == "out_of_service"
        assert not next(item for item in shown.bar if item.target == "human").enabled
        await happens(kiosk, Pressed("human"))
        assert kiosk.state.stage in ("idle", "closed")  # the line is down: nobody would come
        shown = await happens(kiosk, DeviceState("sync", True))
        assert next(item for item in shown.bar if item.target == "human").enabled
        shown = await happens(kiosk, Pressed("human"))
        assert (kiosk.state.stage, shown.screen) == ("waiting", "waiting")
        await asyncio.sleep(240)
        assert kiosk.state.stage in ("idle", "closed")
        assert screen(kiosk).screen == "out_of_service"

    live(ground, story)


def test_how_the_closed_screen_is_seen_lasts_until_somebody_goes(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        shown = await happens(kiosk, JAM, Pressed("large"), Pressed("contrast"))
        assert (shown.large, shown.high_contrast) == (True, True)
        shown = await happens(kiosk, Pressed("begin"), Pressed("start:withdraw"))
        assert shown.screen == "out_of_service"
        assert kiosk.state.stage in ("idle", "closed")

    live(ground, story)


def test_the_closed_screen_is_said_again_to_who_asks(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        said: list[tuple[str, str]] = []
        kiosk.daemon._closed._read = lambda text, language: said.append((text, language))
        await happens(kiosk, JAM, Pressed("language"), Pressed("repeat"))
        ((text, language),) = said
        assert text.startswith("This machine is out of service.")
        assert language == "en"

    live(ground, story)


def test_the_key_brings_the_technicians_screen_and_takes_it_away(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        shown = await happens(kiosk, SensorChanged("operator_switch", True))
        assert shown.screen == "technician"
        assert "human" in {item.target for item in shown.bar}
        shown = await happens(kiosk, Pressed("tech:touch"))
        assert len([part for part in shown.parts if part.__class__.__name__ == "ChoicePart"]) == 2
        shown = await happens(kiosk, SensorChanged("operator_switch", False))
        assert shown.screen == "attract"
        shown = await happens(kiosk, SensorChanged("cabinet", True))  # a door alone is nobody's key
        assert shown.screen == "out_of_service"

    live(ground, story)
