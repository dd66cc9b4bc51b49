"""Real sound devices: a PulseAudio daemon of the test's own, whose loudspeaker is wired to its microphone."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

DEVICE_RUN = textwrap.dedent("""
    import asyncio, json, sys, time
    from pathlib import Path
    import numpy as np
    from firmware_bridge.sound.client import SoundClient
    from firmware_bridge.sound.main import Sound
    from guitai.config import Config
    from guitai.tables import RINGS, SOCKETS
    from guitai.wire.rings import RingReader, samples

    async def tone():
        yield (np.sin(2 * np.pi * 440 * np.arange(48_000) / 24_000) * 8000).astype("<i2").tobytes()

    async def main(folder, cancel):
        sound = Sound(Config.model_validate({"paths": {"run": str(folder)}, "sound": {
            "microphone": "device", "loudspeaker": "device", "echo_cancellation": cancel}}))
        stop = asyncio.Event()
        task = asyncio.create_task(sound.run(stop))
        await asyncio.wait_for(sound.started.wait(), 60)
        reader = RingReader(folder / RINGS["microphone"])
        async with asyncio.timeout(60):
            while reader.count() < 75:  # a sound server's times settle within the first second or so
                await asyncio.sleep(0.02)
        reader.read_new()
        client = SoundClient(folder / SOCKETS["sound"])
        began = []
        cut = await asyncio.wait_for(client.play("1", 24_000, tone(), began.append), 60)
        done_ns = time.monotonic_ns()
        slots = reader.read_new()
        heard = np.concatenate([samples(s) for s in slots]).astype(float)
        spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
        peak = float(np.fft.rfftfreq(len(heard), 1 / 16_000)[spectrum.argmax()])
        windows = heard[len(heard) % 1600 :].reshape(-1, 1600).std(axis=1)  # 100 ms each
        play2 = asyncio.create_task(client.play("2", 24_000, tone(), lambda _: None))
        await asyncio.sleep(0.5)
        await client.hush()
        assert await asyncio.wait_for(play2, 60)
        print(json.dumps({"cut": cut, "peak_hz": peak, "loudest": windows.max(), "blocks": len(slots),
                          "quiet": float(np.percentile(windows[10:], 25)), "seconds": (done_ns - began[0]) / 1e9}))
        await client.close()
        stop.set()
        await task

    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] == "cancel"))
""")

REFUSED_RUN = textwrap.dedent("""
    import json
    import sounddevice
    from firmware_bridge.sound import devices
    from guitai.errors import GuitaiError

    def said(attempt):
        try:
            return attempt()
        except GuitaiError as error:
            return error.code

    def no_beginning():
        raise sounddevice.PortAudioError("no memory")

    speaker = devices.DeviceSpeaker("", lambda _: None)
    microphone = devices.DeviceMicrophone("", lambda *_: None)
    begin = sounddevice._initialize
    sounddevice._terminate()
    found = [said(attempt) for attempt in (
        speaker.start, microphone.start, lambda: devices.DeviceSpeaker("", lambda _: None),
        lambda: devices.DeviceMicrophone("", lambda *_: None))]
    sounddevice._initialize = no_beginning
    found.append(said(devices.look_again))
    sounddevice._initialize = begin
    devices.look_again()
    devices.DeviceSpeaker("", lambda _: None).start()
    print(json.dumps(found))
""")

ATTEMPTS = 4


# A starved PulseAudio drops and hurries sound (its null sink most of all): figures are of what came through.


def test_what_the_loudspeaker_plays_the_microphone_hears(pulse: dict[str, str], folder: Path) -> None:
    figures = run(folder, pulse, "plain")
    assert figures["cut"] is False
    assert figures["peak_hz"] == pytest.approx(440, abs=5)
    assert figures["loudest"] == pytest.approx(8000 / 2**0.5, rel=0.1)
    assert 1 < figures["seconds"] < 4


def test_the_kiosks_own_voice_is_taken_out_of_the_microphone(pulse: dict[str, str], folder: Path) -> None:
    """20 dB within two seconds of a cold start. Where sound was lost on the way there is nothing to learn from: again."""
    for _ in range(ATTEMPTS):
        figures = run(folder, pulse, "cancel")
        if figures["quiet"] < 8000 / 2**0.5 / 10:
            return
    pytest.fail(f"the echo is still there: {figures}")


def test_what_portaudio_refuses_is_a_missing_device_and_is_there_again_later(pulse: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", REFUSED_RUN], env=pulse, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == ["sound.no_device"] * 5


def run(folder: Path, environment: dict[str, str], mode: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", DEVICE_RUN, str(folder), mode], env=environment, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])  # log lines may stand before
    print(mode, figures)
    return figures
