"""The self-test against the real devices process: simulated machines answer, a tone is played and measured, a picture looked at."""

from __future__ import annotations

import asyncio
import os
import sys
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from firmware_bridge.simulator.keys import provision_keys
from guitai.cli.provision import provision_all
from guitai.config import Config, load
from guitai.provisioning import selftest
from guitai.provisioning.report import Row
from guitai.provisioning.terminal import words
from guitai.wire.ports import free_ports
from tests.fixtures.hq.stack import film

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture
async def kiosk(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Config]:
    film(short_dir / "film.avi")
    with wave.open(
        str(short_dir / "room.wav"), "wb"
    ) as file:  # a room in which the tone is heard from the third second on
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        at = np.arange(16_000 * 60) / 16_000
        loud = np.where(at < 3, 30, 6_000) * np.sin(2 * np.pi * 1000 * at)
        file.writeframes(loud.astype("<i2").tobytes())
    chosen = {
        "PATHS__RUN": short_dir, "PATHS__STATE": short_dir / "state", "PATHS__KEYS": short_dir / "keys",
        "DEVICES__PORT": free_ports(1)[0], "SOUND__LOUDSPEAKER": f"file:{short_dir / 'played.wav'}",
        "SOUND__MICROPHONE": f"file:{short_dir / 'room.wav'}", "SOUND__HANDSET": f"file:{short_dir / 'ear.wav'}", "SOUND__ECHO_CANCELLATION": "false",
        "CAMERA__SOURCE": short_dir / "film.avi", "MQTT__PORT": free_ports(1)[0],
    }  # fmt: skip
    for name, value in chosen.items():
        monkeypatch.setenv(f"GUITAI__{name}", str(value))
    config = load([], None, short_dir / "etc")
    provision_all(config)
    provision_keys(config.paths.keys)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "guitai", "run", "devices", env=os.environ, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        assert await selftest.until_up(config)
        yield config
    finally:
        process.terminate()
        await process.wait()


async def test_it_finds_what_works_and_what_does_not(kiosk: Config) -> None:
    told: list[Row] = []
    report = await selftest.run(kiosk, [], words("zh"), "zh", told.append)
    assert list(report.rows) == told
    rows = {row.part: row for row in report.rows}
    devices = {part for part in rows if part.isascii()}
    assert {"CardReader", "CashDispenser"} <= devices, devices
    assert all(rows[part].level != "stop" for part in devices), rows
    assert rows["喇叭"].level == "ok"
    assert rows["听筒或耳机"].level == "ok"
    assert rows["麦克风"].level in ("ok", "attention")
    assert rows["客户摄像头"].level == "ok"
    assert not report.passed  # no broker, no models here: the doctor says so
    with wave.open(str(kiosk.paths.run / "played.wav"), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples[: file.getframerate() * 8]))
    assert np.abs(samples).max() > 1000
    assert spectrum.max() > 0


async def test_a_machine_without_devices_is_told_so(kiosk: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUITAI__DEVICES__PORT", str(free_ports(1)[0]))
    monkeypatch.setenv("GUITAI__PATHS__RUN", "/nowhere")
    config = load([], None, kiosk.paths.run / "etc")
    report = await selftest.run(config, [], words("en"), "en", lambda _row: None)
    stops = {row.part for row in report.rows if row.level == "stop"}
    assert {"devices", "loudspeaker", "microphone", "customer camera"} <= stops
