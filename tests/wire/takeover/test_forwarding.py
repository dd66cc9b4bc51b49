"""An offer as headquarters sends it: a signed command over a real broker, answered by the video process in the reply."""

from __future__ import annotations

import asyncio

import pytest

from guitai.clock import SystemClock
from guitai.tables import TOPICS
from guitai.wire.commands import load_private
from guitai.wire.mqtt import Message, MqttLink
from headquarters.commander import Commander
from sync.takeover.stand_in import StandIn
from tests.fixtures.hq.world import World, short_folder
from tests.wire.takeover.conftest import eventually, kiosk_at, video_process

pytestmark = pytest.mark.broker

KIOSK = "kiosk-001"
FIELDS = {"escalation_id": "e1", "viewer_id": "t1", "role": "operator"}


async def listen(line: MqttLink, commander: Commander) -> None:
    """What headquarters' own line does with states and replies."""
    while True:
        message = await line.next()
        if isinstance(message, Message):
            *_, branch, kiosk, last = message.topic.split("/")
            if last == "state":
                commander.heard_state(branch, kiosk, message)
            else:
                commander.heard_reply(kiosk, message)


async def test_an_offer_is_answered_in_the_commands_reply() -> None:
    with short_folder() as folder:
        world = World(folder)
        world.config.paths.run.mkdir(parents=True, exist_ok=True)
        topics = [TOPICS[name].format(branch="+", kiosk="+") for name in ("state", "reply")]
        async with (
            world.broker, world.sync(), MqttLink(world.endpoint("hq", "hq-test"), topics) as line,
        ):  # fmt: skip
            commander = Commander(line, load_private(world.config.paths.keys / "command.key"), SystemClock())
            listening = asyncio.create_task(listen(line, commander))
            await eventually(lambda: commander.online(KIOSK))
            browser = StandIn()
            offer = {**FIELDS, "sdp": await browser.offer()}
            assert (await commander.command(KIOSK, "video.offer", offer)).reason == "video_absent"
            async with video_process(world.config.paths.run), kiosk_at(world.config.paths.run) as kiosk:
                assert (await commander.command(KIOSK, "video.offer", offer)).reason == "stranger"
                assert (await commander.command(KIOSK, "video.offer", {**offer, "role": "boss"})).reason == "bad_data"
                await kiosk.grant(("t1", "operator"))
                reply = await commander.command(KIOSK, "video.offer", offer)
                assert reply.status == "accepted"
                await browser.accept(reply.data["sdp"])
                await eventually(lambda: browser.pictures > 3)
                await browser.close()
            listening.cancel()
