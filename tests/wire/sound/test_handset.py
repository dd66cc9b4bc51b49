"""Two real sound devices: what is private comes out of the handset's, everything else out of the loudspeaker's."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.wire.sound.conftest import until_it_works

RUN = textwrap.dedent("""
    import asyncio, json, sys
    from pathlib import Path
    import numpy as np
    from firmware_bridge.sound.client import SoundClient
    from firmware_bridge.sound.main import Sound
    from guitai.config import Config
    from guitai.tables import RINGS, SOCKETS
    from guitai.wire.rings import RingReader, samples
    from guitai.wire.sockets import connect

    async def tone(_n):
        yield (np.sin(2 * np.pi * 440 * np.arange(24_000) / 24_000) * 8000).astype("<i2").tobytes()

    async def main(folder):
        sound = Sound(Config.model_validate({"paths": {"run": str(folder)}, "sound": {
            "microphone": "device:pulse:earmic", "loudspeaker": "device:pulse:spk", "handset": sys.argv[2],
            "echo_cancellation": False}}))
        stop = asyncio.Event()
        task = asyncio.create_task(sound.run(stop))
        await asyncio.wait_for(sound.started.wait(), 60)
        if sys.argv[2] != "device:ear":
            print(json.dumps(sound._mixer._fitted))
            stop.set()
            await task
            return
        ring, client = RingReader(folder / RINGS["microphone"]), SoundClient(folder / SOCKETS["sound"])
        core = await connect(folder / SOCKETS["sound"])
        loudest = []
        for n, output in enumerate(("loudspeaker", "handset", "loudspeaker")):
            await core.send("route", output=output)
            async with asyncio.timeout(60):
                while sound._mixer.output != output or not ring.read_new():  # the route is taken in, and sound flows
                    await asyncio.sleep(0.02)
                cut = await client.play(str(n), 24_000, tone(n), lambda _: None, private=output == "handset")
                await asyncio.sleep(0.5)  # what is on its way
            heard = np.concatenate([samples(slot) for slot in ring.read_new()])
            loudest.append([cut, int(abs(heard.astype(int)).max())])
        print(json.dumps(loudest))
        await client.close()
        core.close()
        stop.set()
        await task

    asyncio.run(main(Path(sys.argv[1])))
""")


EAR = 'pcm.ear { type pulse device "ear" hint { show on description "a handset" } }'
"""A card of its own, as far as ALSA and PortAudio can tell."""


@pytest.fixture
def sinks(pulse: dict[str, str], folder: Path) -> dict[str, str]:
    until_it_works(["pactl", "load-module", "module-null-sink", "sink_name=ear"], pulse)
    until_it_works(["pactl", "load-module", "module-remap-source", "source_name=earmic", "master=ear.monitor"], pulse)
    (folder / ".asoundrc").write_text(EAR)
    return pulse


def run(handset: str, folder: Path, environment: dict[str, str]) -> Any:
    command = [sys.executable, "-c", RUN, str(folder), handset]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.long
def test_the_handset_is_a_device_of_its_own(sinks: dict[str, str], folder: Path) -> None:
    (_, before), (cut, alone), (_, after) = run("device:ear", folder, sinks)
    assert not cut
    assert alone > 4000
    assert max(before, after) < 50


@pytest.mark.long
@pytest.mark.parametrize("shared", ["device:puls", "device:defaul"])
def test_a_sound_server_that_may_play_it_aloud_is_no_handset(shared: str, sinks: dict[str, str], folder: Path) -> None:
    assert run(shared, folder, sinks) is False
