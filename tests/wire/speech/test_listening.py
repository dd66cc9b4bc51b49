"""The whole process on its socket with real models: a customer speaks into the ring, events come out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from edge_models.speech.audio import RATE_HZ, Samples
from edge_models.speech.customer import Customer
from edge_models.speech.service import serve_speech
from guitai.config import Config
from guitai.messages.codec import event_from
from guitai.messages.voice import CustomerSaid, IntentGuess, Understanding
from guitai.tables import RINGS, SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.rings import AUDIO_BLOCK, RingWriter, audio_ring
from guitai.wire.sockets import FrameStream, connect

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]
PATIENCE_S = 60.0
BLOCK_NS = AUDIO_BLOCK * 1_000_000_000 // RATE_HZ


def understand(_: str) -> Understanding:
    return Understanding((IntentGuess("fee_query", 0.9),))


@pytest.fixture(scope="module")
def spoken(models_dir, tmp_path_factory) -> Samples:
    return Customer(models_dir, tmp_path_factory.mktemp("c")).say("转账手续费是多少", "zm_yunxi").samples


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[FrameStream]:
    stop, ready = asyncio.Event(), asyncio.Event()
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(serve_speech(config, understand, stop, ready.set))
        await ready.wait()
        stream = await connect(config.paths.run / SOCKETS["speech"])
        yield stream
        stream.close()
        stop.set()


async def speak(ring: RingWriter, sound: Samples) -> None:
    """Write at the pace of a microphone: a second of quiet, the utterance, two seconds of quiet."""
    whole = np.concatenate([np.zeros(RATE_HZ, np.int16), sound, np.zeros(2 * RATE_HZ, np.int16)])
    begun_ns = time.monotonic_ns()
    for number in range(len(whole) // AUDIO_BLOCK):
        at_ns = begun_ns + (number + 1) * BLOCK_NS
        await asyncio.sleep(max(at_ns - time.monotonic_ns(), 0) / 1e9)
        ring.write(whole[number * AUDIO_BLOCK : (number + 1) * AUDIO_BLOCK].astype("<i2").tobytes(), at_ns)


async def until(stream: FrameStream, wanted: str) -> list[Frame]:
    out = []
    async for frame in stream:
        out.append(frame)
        if frame.type == wanted:
            return out
    raise AssertionError(out)


async def test_a_customer_is_heard_also_after_the_microphone_came_back(config: Config, spoken: Samples):
    ring = audio_ring(config.paths.run / RINGS["microphone"])
    async with running(config) as stream:
        for _ in range(2):
            await stream.send("guitai-listen", mode="free")
            await speak(ring, spoken)
            frames = await until(stream, "voice.said")
            assert frames[0].type == "voice.started"
            said = event_from({"type": frames[-1].type, **frames[-1].data})
            assert isinstance(said, CustomerSaid)
            assert "手续费" in said.text
            assert not said.typed
            assert 0 < said.speech_end_ns < said.final_ns <= time.monotonic_ns()
            assert said.prosody is not None
            assert said.prosody.known == 0
            await stream.send("guitai-forget")
            ring.close()
            ring = audio_ring(config.paths.run / RINGS["microphone"])
    ring.close()


async def test_off_shuts_the_microphone_and_drops_what_was_said(config: Config, spoken: Samples):
    ring = audio_ring(config.paths.run / RINGS["microphone"])
    async with running(config) as stream:
        await stream.send("guitai-listen", mode="off")
        await speak(ring, spoken)
        await stream.send("guitai-listen", mode="free")
        await stream.send("guitai-understand", text="完")
        frames = await until(stream, "voice.said")
        assert frames[-1].data["text"] == "完"
        assert not any(frame.type == "voice.started" for frame in frames)
    ring.close()
