"""One connection after the other: what is published before a clean end arrives, a dropped one is built anew, its will told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from guitai.wire.mqtt import Connected, Disconnected, Message, MqttLink, Publication
from tests.fixtures.hq.world import World, short_folder

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]
HERE = "bank/v1/heping/kiosk-001"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    with short_folder() as folder:
        world = World(folder)
        async with world.broker:
            yield world


def link(world: World, name: str, client_id: str, *topics: str, will: Publication | None = None) -> MqttLink:
    return MqttLink(world.endpoint(name, client_id), topics, will=will)


async def message(line: MqttLink) -> Message:
    while not isinstance(found := await line.next(), Message):
        pass
    return found


async def test_a_clean_end_leaves_nothing_behind_however_much_was_published(world: World) -> None:
    async with link(world, "hq", "watcher", f"{HERE}/evt/+") as watcher:
        assert await watcher.next() == Connected()
        async with link(world, "kiosk", "kiosk-001", f"{HERE}/cmd/+") as kiosk:
            assert await kiosk.next() == Connected()
            quota = kiosk.room
            for n in range(3 * quota):
                assert kiosk.publish(Publication(f"{HERE}/evt/money", str(n).encode()))
                assert kiosk.room == max(0, quota - n - 1)
        assert [int((await message(watcher)).payload) for _ in range(3 * quota)] == list(range(3 * quota))


async def test_a_dropped_connection_tells_its_will_and_comes_back(world: World) -> None:
    will = Publication(f"{HERE}/state", b"gone", retain=True)
    async with (
        link(world, "hq", "watcher", f"{HERE}/#") as watcher,
        link(world, "kiosk", "kiosk-001", f"{HERE}/cmd/+", will=will) as kiosk,
    ):
        assert await watcher.next() == await kiosk.next() == Connected()
        kiosk.drop("nobody answers")
        assert not kiosk.publish(Publication(f"{HERE}/evt/money", b"too late"))
        assert (await message(watcher)).payload == b"gone"
        assert await kiosk.next() == Disconnected("nobody answers")
        assert await kiosk.next() == Connected()
        assert kiosk.publish(Publication(f"{HERE}/evt/money", b"again"))
        assert (await message(watcher)).payload == b"again"


async def test_a_broker_that_comes_later_is_found(world: World) -> None:
    await world.broker.stop()
    async with link(world, "kiosk", "kiosk-001", f"{HERE}/cmd/+") as kiosk:
        assert isinstance(await kiosk.next(), Disconnected)
        await world.broker.start()
        while await kiosk.next() != Connected():
            pass
