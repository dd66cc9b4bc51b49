"""From the handset's sensor to two loudspeakers: real core, real device service, real mixer, and a voice of tones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firmware_bridge.sound.main import Sound
from firmware_bridge.sound.wav import read_wav
from guitai.cli.provision import provision_all
from guitai.config import Config
from guitai.daemon import Daemon
from guitai.shell.eyes import Eyes
from guitai.shell.parts import Parts
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, connect, serve
from tests.wire.devices_cli.conftest import Bench

LIMIT_S = 60.0
SECRET, PUBLIC, GOODBYE = 9000, 900, 4000
LONG_S = 30
"""The secret is hung up on long before its end."""


class BlindEyes(Eyes):
    async def run(self) -> None:
        pass


async def voice(stream: FrameStream) -> None:
    """Say what is secret loudly and long, everything else softly and shortly."""
    async for frame in stream:
        if frame.type != "synthesize":
            continue
        secret = "余额" in frame.data["text"]
        volume = frame.data["context"]["volume"]
        level = SECRET if secret else GOODBYE if "慢走" in frame.data["text"] else PUBLIC * volume
        tone = np.sin(np.arange(24_000) * 0.2) * level
        await stream.send("audio-start", rate=24_000, width=2, channels=1)
        for _ in range(LONG_S if secret else 1):
            samples = tone if secret else tone[:2400]
            await stream.send("audio-chunk", samples.astype("<i2").tobytes(), rate=24_000, width=2, channels=1)
        await stream.send("audio-stop")


class Neighbour:
    """A client of core's, and what it hears."""

    def __init__(self, stream: FrameStream) -> None:
        self.stream, self._frames = stream, aiter(stream)

    @classmethod
    async def of(cls, config: Config, role: str) -> Neighbour:
        stream = await connect(config.paths.run / SOCKETS["core"])
        await stream.send("hello", role=role)
        return cls(stream)

    async def until(self, fits: Any) -> Frame:
        async with asyncio.timeout(LIMIT_S):
            async for frame in self._frames:
                if fits(frame):
                    return frame
        raise AssertionError("closed")


@pytest.fixture
async def branch(config: Config) -> AsyncIterator[tuple[Bench, dict[str, Path]]]:
    wavs = {end: config.paths.run / f"{end}.wav" for end in ("loudspeaker", "handset")}
    sound = config.sound.model_copy(update={end: f"file:{wav}" for end, wav in wavs.items()})
    async with Bench.over(config.model_copy(update={"sound": sound})) as bench:
        provision_all(bench.config)
        daemon, outputs, stop = Daemon(bench.config, Parts(eyes=BlindEyes)), Sound(bench.config), asyncio.Event()
        run = bench.config.paths.run
        async with serve(run / SOCKETS["core"], daemon._server.handle), serve(run / SOCKETS["speech"], voice):
            playing = asyncio.create_task(outputs.run(stop))
            await asyncio.wait_for(outputs.started.wait(), LIMIT_S)
            tasks = [asyncio.create_task(job) for job in daemon.jobs()]
            async with asyncio.timeout(LIMIT_S):
                await daemon._devices.ready()
            yield bench, wavs
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            stop.set()
            await playing
            daemon._journal.close()


def of_reading(frame: Frame, what: str, speak_id: str = "reading") -> bool:
    event = frame.data.get("event", {})
    if what == "sounded":
        return frame.type == "sounded" and frame.data["speak_id"] == speak_id
    return frame.type == "step" and event["type"] == "voice.spoken" and event["speak_id"] == speak_id


async def test_lifting_the_handset_begins_and_hanging_up_ends_what_only_the_customer_hears(branch):
    bench, wavs = branch
    window, onlooker = await Neighbour.of(bench.config, "ui"), await Neighbour.of(bench.config, "observer")
    await window.until(lambda frame: frame.type == "view" and "by_ear" not in frame.data)
    await bench.hands.lift_handset()
    shown = await window.until(lambda frame: frame.type == "view" and "by_ear" in frame.data)
    assert shown.data["by_ear"]["screen"] == shown.data["view"]["screen"] == "conversation"

    await window.stream.send("guide", texts=["余额 88,000 元", "按钮，取款"])
    await onlooker.until(lambda frame: of_reading(frame, "sounded", "guide"))
    await bench.hands.hang_up()
    broken = await onlooker.until(lambda frame: of_reading(frame, "spoken", "guide"))
    assert broken.data["event"]["interrupted"]
    await window.until(lambda frame: frame.type == "view" and "by_ear" not in frame.data)

    await window.stream.send("guide", texts=["余额 88,000 元"])  # too late
    await window.stream.send("read", text="余额 88,000 元", alone=True)
    await window.stream.send("louder", steps=2)
    await window.stream.send("read", text="按钮，取款")
    await onlooker.until(lambda frame: of_reading(frame, "sounded"))
    await onlooker.until(lambda frame: of_reading(frame, "spoken"))
    for one in (window, onlooker):
        one.stream.close()
    await bench.stop()
    aloud, alone = (abs(read_wav(wavs[end]).astype(int)).max() for end in ("loudspeaker", "handset"))
    assert 1.2 * PUBLIC < aloud < 2 * PUBLIC
    assert alone > SECRET / 2


async def test_the_goodbye_is_heard_at_the_ear_and_what_is_said_afterwards_aloud(branch):
    bench, wavs = branch
    window, onlooker = await Neighbour.of(bench.config, "ui"), await Neighbour.of(bench.config, "observer")
    await bench.hands.lift_handset()
    await window.until(lambda frame: frame.type == "view" and "by_ear" in frame.data)
    await window.stream.send("touch.pressed", target="end")
    step = await onlooker.until(lambda frame: frame.type == "step" and frame.data["stage"] == "closed")
    (goodbye,) = [effect for effect in step.data["effects"] if effect["type"] == "voice.speak"]
    assert goodbye["private"]
    await onlooker.until(lambda frame: frame.type == "sounded" and frame.data["speak_id"] == goodbye["speak_id"])
    for _ in range(2):  # the handset still hangs loose; once the second is heard, the first is in the recording
        await window.stream.send("read", text="按钮，开始")
        await onlooker.until(lambda frame: of_reading(frame, "sounded"))
    for one in (window, onlooker):
        one.stream.close()
    await bench.stop()
    aloud, alone = (abs(read_wav(wavs[end]).astype(int)).max() for end in ("loudspeaker", "handset"))
    assert 0.8 * PUBLIC < aloud < 2 * PUBLIC
    assert alone > GOODBYE / 2
