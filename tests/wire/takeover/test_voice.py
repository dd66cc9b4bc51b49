"""The teller's voice at the real mixer: heard from the loudspeaker, before a prompt; in the teller's silence prompts are."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from firmware_bridge.sound.client import SoundClient
from firmware_bridge.sound.main import Sound
from firmware_bridge.sound.wav import read_wav
from guitai.config import Config
from guitai.tables import SOCKETS
from sync.takeover.stand_in import StandIn
from tests.wire.takeover.conftest import eventually, kiosk_at, video_process

PROMPT_HZ, TELLER_HZ, RATE_HZ = 880, 440, 16_000


async def prompt() -> AsyncIterator[bytes]:
    wave = 6000 * np.sin(2 * np.pi * PROMPT_HZ * np.arange(RATE_HZ // 2) / RATE_HZ)
    yield wave.astype("<i2").tobytes()


def heard(wave: np.ndarray) -> str:
    """Return what is the loudest in each 50 ms: t the teller, p a prompt; silence is left out."""
    blocks = wave[: len(wave) // 800 * 800].reshape(-1, 800).astype(float)
    peaks = np.argmax(np.abs(np.fft.rfft(blocks, axis=1)), axis=1) * RATE_HZ / 800
    names = {TELLER_HZ: "t", PROMPT_HZ: "p"}
    loud = [hz for hz, block in zip(peaks, blocks, strict=True) if np.abs(block).max() > 1000]
    return "".join(names.get(hz, "") for hz in loud)


async def speak(browser: StandIn, seconds: float) -> None:
    """Let the teller's tone sound for a while."""
    browser.tone.sounding = True
    until = browser.tone._count + seconds * 48_000
    await eventually(lambda: browser.tone._count > until)


async def test_the_teller_is_heard_and_prompts_are_in_the_silence(run_folder: Path) -> None:
    played = run_folder / "played.wav"
    settings = {"microphone": "hands", "loudspeaker": f"file:{played}"}
    sound, stop = Sound(Config.model_validate({"paths": {"run": str(run_folder)}, "sound": settings})), asyncio.Event()
    client = SoundClient(run_folder / SOCKETS["sound"])
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sound.run(stop))
        await asyncio.wait_for(sound.started.wait(), 60)
        async with video_process(run_folder), kiosk_at(run_folder, devices=False) as kiosk:
            await kiosk.grant(("t1", "operator"))
            first = await kiosk.connected()
            await speak(first, 0.5)
            playing = tasks.create_task(client.play("one", RATE_HZ, prompt(), lambda _: None))
            await speak(first, 0.5)
            first.tone.sounding = False
            assert await asyncio.wait_for(playing, 60) is False
            await speak(first, 0.5)
            second = await kiosk.connected()  # the first is hung up in the middle of a word
            await speak(second, 0.5)
            second.tone.sounding = False
            assert await asyncio.wait_for(client.play("two", RATE_HZ, prompt(), lambda _: None), 60) is False
            for browser in (first, second):
                await browser.close()
        await client.close()
        stop.set()
    told = heard(read_wav(played))
    # A machine that stands still for half a second lets a prompt in between; it is heard whole all the same.
    assert re.fullmatch("t{5,}[tp]*p{5,}[tp]*t{5,}p{8,}", told), told
    assert told.count("p") >= 18
