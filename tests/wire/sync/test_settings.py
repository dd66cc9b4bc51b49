"""500 edits of settings by two editors while the broker comes and goes; and documents that are stale."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from guitai.clock import SystemClock
from guitai.config import SETTABLE
from guitai.wire.commands import load_private
from guitai.wire.mqtt import Message, MqttLink, Publication
from headquarters.engine import Where, open_engine, where
from headquarters.remote.jobs import Jobs
from headquarters.remote.line import SUBSCRIPTIONS, RemoteLine
from headquarters.remote.settings import Settings
from tests.fixtures.hq.core import fake_core
from tests.fixtures.hq.world import World, database_of, eventually, short_folder

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

KIOSK = "kiosk-001"
TOPIC = f"bank/v1/heping/{KIOSK}/cfg/desired"
VALUES: dict[str, list[Any]] = {
    "kiosk.branch_name": ["建设路支行", "中山路支行", "", "两\n行"],
    "kiosk.hours": ["06:30-22:00", "", "25:00-26:00"],
    "kiosk.hotline": ["95599", "400-820-0000", "9" * 50],
    "mqtt.bytes_per_s": [0, 64_000, 1, True],
    "phrasing.enabled": [True, False, 3],
    "session.idle_s": [30, 60, 1],
    "session.teller_s": [120, 300, 9_999],
    "session.warning_s": [15, 30, "soon"],
    "speech.volume_percent": [80, 150, 1_000],
    "window.high_contrast": [True, False, "dark"],
    "window.large_print": [True, False, 1],
    "mqtt.host": ["evil.example"],
    "paths.keys": ["/tmp"],
}
EDITS = 500


class Editor:
    """A second or third machine of headquarters: a line and a connection to the database of its own, and keys it edits."""

    def __init__(self, remote: RemoteLine, keys: list[str]) -> None:
        self.remote, self._keys = remote, keys
        self.wanted: dict[str, Any] = {}

    def edit(self, chance: random.Random) -> None:
        key = chance.choice(self._keys)
        if chance.random() < 0.3:
            self.remote.settings.delete(KIOSK, key)
            self.wanted.pop(key, None)
        else:
            self.wanted[key] = chance.choice(VALUES[key])
            self.remote.settings.set(KIOSK, key, self.wanted[key])
        self.remote.send(KIOSK)


@contextlib.asynccontextmanager
async def editor(world: World, name: str, keys: list[str]) -> AsyncIterator[Editor]:
    with contextlib.closing(open_engine(where(world.config))) as engine:
        line = MqttLink(world.endpoint("hq", name), SUBSCRIPTIONS)
        jobs, key = Jobs(engine, SystemClock()), load_private(world.config.paths.keys / "command.key")
        remote = RemoteLine(line, Settings(engine), jobs, key)
        running = asyncio.create_task(remote.run())
        try:
            yield Editor(remote, keys)
        finally:
            running.cancel()
            await asyncio.wait({running})


async def test_whatever_is_edited_while_the_kiosk_is_away_it_has_what_was_wanted_last(place: Where) -> None:
    chance, keys = random.Random(20261126), sorted(VALUES)
    assert set(keys) >= SETTABLE
    async with AsyncExitStack() as stack:
        world = World(stack.enter_context(short_folder()), database_of(place))
        core = await stack.enter_async_context(fake_core(world.folder / "core.sock"))
        for part in (world.broker, world.headquarters(), world.sync()):
            await stack.enter_async_context(part)
        editors = [await stack.enter_async_context(editor(world, f"hq-{n}", keys[n::2])) for n in range(2)]
        watcher = await stack.enter_async_context(MqttLink(world.endpoint("hq", "watcher"), [TOPIC]))
        await core.until(lambda: any(core.links))
        for part in range(EDITS // 50):
            if away := part in (0, 4, 7):
                await (world.broker.kill if chance.random() < 0.5 else world.broker.stop)()
            core.serving = chance.random() < 0.5
            for _ in range(25):
                for one in editors:
                    one.edit(chance)
                await asyncio.sleep(0)
            if away:
                before = len(core.links)
                await world.broker.start()
                if chance.random() < 0.5:
                    await core.until(lambda before=before: any(core.links[before:]), 60)
        core.serving = False
        settings = editors[0].remote.settings
        assert await eventually(lambda: not settings.differ(KIOSK), 60)  # waits between attempts have grown
        wanted, desired, reported = (
            editors[0].wanted | editors[1].wanted,
            settings.desired(KIOSK),
            settings.reported(KIOSK),
        )
        assert desired.version == reported.version == EDITS  # no edit was lost in another's
        assert desired.values == wanted
        assert reported.values == {key: value for key, value in wanted.items() if key not in reported.refused}
        assert {"mqtt.host", "paths.keys"} & wanted.keys() <= reported.refused.keys()
        assert core.settings == {"version": EDITS, "values": reported.values}

        documents = []
        while (told := watcher.ready()) is not None:
            documents += [told.payload] if isinstance(told, Message) else []
        assert len(documents) > 1
        for stale in documents[:-1]:  # old documents in the new one's place
            watcher.publish(Publication(TOPIC, stale, retain=True))
        settings.set(KIOSK, "kiosk.hotline", "95588")
        editors[0].remote.send(KIOSK)
        await core.until(lambda: core.settings["version"] != EDITS)
        assert core.settings == {"version": EDITS + 1, "values": reported.values | {"kiosk.hotline": "95588"}}
