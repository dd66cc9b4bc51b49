"""A loudspeaker and a microphone are pulled out and put back: told, found again by name, and nothing left open."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest

from tests.wire.sound.conftest import until_it_works

SINK = ["module-null-sink", "sink_name=spk"]
SOURCE = ["module-remap-source", "source_name=mic", "master=spk.monitor"]
OWNER = textwrap.dedent("""
    import asyncio, json, os, signal, sys, threading
    from pathlib import Path
    from firmware_bridge.sound.main import Sound
    from guitai.config import Config
    from guitai.tables import RINGS, SOCKETS
    from guitai.wire.rings import RingReader
    from guitai.wire.sockets import connect

    async def main(folder):
        names = {"microphone": "device:pulse:mic", "loudspeaker": "device:pulse:spk"}
        sound = Sound(Config.model_validate({"paths": {"run": str(folder)}, "sound": names}))
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        task = asyncio.create_task(sound.run(stop))
        await asyncio.wait_for(sound.started.wait(), 20)
        ring = RingReader(folder / RINGS["microphone"])
        stream = await connect(folder / SOCKETS["sound"])
        await stream.send("watch")

        async def tell():
            async for frame in stream:
                print(json.dumps({**frame.data, "blocks": ring.count(), "threads": threading.active_count(),
                                  "files": len(os.listdir("/proc/self/fd"))}), flush=True)

        telling = asyncio.create_task(tell())
        await task
        stream.close()
        telling.cancel()

    asyncio.run(main(Path(sys.argv[1])))
""")


class Owner:
    """The process that owns the devices, and what it tells."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(folder)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def told(self, device: str, *, usable: bool) -> dict[str, int]:
        """Wait until the device is said to be like this; states on the way are passed over."""
        while True:
            try:
                found = json.loads(self._lines.get(timeout=40))
            except Empty:
                self.process.kill()
                pytest.fail(f"{device} {usable} was not told: {self.process.communicate()[1][-2000:]}")
            if found["device"] == device and found["usable"] is usable:
                return found

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                self._lines.put(line)


@pytest.fixture
def owner(pulse: dict[str, str], folder: Path) -> Iterator[Owner]:
    owner = Owner(folder, pulse)
    yield owner
    owner.process.kill()
    owner.process.wait()


@pytest.mark.timeout(300)
def test_devices_that_come_back_are_opened_again(pulse: dict[str, str], owner: Owner) -> None:
    def change(*commands: list[str]) -> None:
        for command in commands:
            until_it_works(["pactl", *command], pulse)

    before = owner.told("microphone", usable=True)
    for _ in range(2):
        change(["unload-module", SOURCE[0]], ["unload-module", SINK[0]])
        owner.told("microphone", usable=False)
        change(["load-module", *SINK], ["load-module", *SOURCE])
        after = owner.told("microphone", usable=True)
    assert after["blocks"] > before["blocks"]
    assert after["threads"] <= before["threads"]
    assert after["files"] <= before["files"] + 4
    owner.process.terminate()
    assert owner.process.wait(10) == 0
