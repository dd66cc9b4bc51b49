"""Through a relay alone: a real coturn on loopback carries sound and picture, and the kiosk's addresses are not told."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from guitai.wire.ports import free_ports
from tests.wire.takeover.conftest import eventually, kiosk_at, video_process

pytestmark = pytest.mark.skipif(shutil.which("turnserver") is None, reason="coturn is not installed")

NARROW_BPS = 300_000
"""Both ways together."""

USER, PASSWORD = "kiosk-001", "through the relay"


@asynccontextmanager
async def relay(folder: Path, *options: str) -> AsyncIterator[str]:
    (port,) = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        "turnserver", "-n", "--no-tls", "--no-dtls", "--no-cli", "--no-multicast-peers", "--allow-loopback-peers",
        "--lt-cred-mech", "--realm=bank.test", f"--user={USER}:{PASSWORD}", f"--listening-port={port}",
        "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--pidfile={folder / 'turn.pid'}", "--log-file=stdout",
        "--simple-log", f"--userdb={folder / 'turn.db'}", *options,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"turn:127.0.0.1:{port}?transport=udp"
    finally:
        process.terminate()
        await process.wait()


def through(address: str) -> dict[str, str]:
    settings = {"TURN": address, "TURN_USER": USER, "TURN_PASSWORD": PASSWORD, "RELAY_ONLY": "true"}
    return {f"GUITAI__VIDEO__{key}": value for key, value in settings.items()}


async def test_a_call_goes_through_the_relay_alone(run_folder: Path) -> None:
    async with (
        relay(run_folder) as address, video_process(run_folder, **through(address)), kiosk_at(run_folder) as kiosk,
    ):  # fmt: skip
        await kiosk.grant(("t1", "operator"))
        browser = await kiosk.connected()
        candidates = [line for line in kiosk.answers[-1].splitlines() if line.startswith("a=candidate:")]
        assert candidates
        assert all("typ relay" in line and "raddr 0.0.0.0" in line for line in candidates)
        await eventually(lambda: browser.pictures > 10)
        await eventually(lambda: kiosk.states("connected")[-1]["picture"])
        await browser.close()


@pytest.mark.long
async def test_on_a_narrow_line_the_picture_gives_way_and_the_sound_is_whole(run_folder: Path) -> None:
    narrow = f"--max-bps={NARROW_BPS // 8}"
    async with (
        relay(run_folder, narrow) as address,
        video_process(run_folder, **through(address)),
        kiosk_at(run_folder) as kiosk,
    ):
        await kiosk.grant(("t1", "operator"))
        browser = await kiosk.connected()

        def whole() -> bool:
            """Whether the last three seconds lack no more than one block in fifty."""
            newest = [at for at, _ in browser.heard if at > time.monotonic() - 3]
            return len(newest) >= 3 * 49

        await eventually(lambda: (320, 240) in browser.sizes, 30)
        await eventually(whole, 30)
        await browser.close()
