"""Sound and camera in the self-test: a tone goes out and is listened for, a picture is looked at; nothing of either is kept."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import numpy as np

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.provisioning.report import Row
from guitai.tables import RINGS, SOCKETS
from guitai.wire.rings import RingReader
from guitai.wire.sockets import FrameStream, connect

TONE_HZ, RATE_HZ, TONE_S = 1000.0, 16_000, 2.0
CHUNK_SAMPLES = 1600
LISTEN_S = 5.0
AUDIBLE_DBFS = -60.0
RISE_DB = 6.0
"""So much louder the microphone has to be than before the tone; the echo canceller takes most of it away."""

DARK, FLAT = 8.0, 2.0
"""Mean brightness and spread (0 to 255) below which a picture shows nothing."""

Say = Callable[..., str]


async def sound(config: Config, say: Say) -> list[Row]:
    """Play a tone and return how loudspeaker, microphone and handset did."""
    configured = {"loudspeaker": config.sound.loudspeaker, "microphone": config.sound.microphone}
    absent = [
        Row(say(part), "absent", say("not_configured")) for part, source in configured.items() if source == "none"
    ]
    if len(absent) == len(configured):
        return absent
    try:
        stream = await connect(config.paths.run / SOCKETS["sound"])
    except GuitaiError:
        parts = [part for part, source in configured.items() if source != "none"]
        return absent + [Row(say(part), "stop", say("devices_silent"), say("devices_silent_next")) for part in parts]
    try:
        before, during, bad = await _listened(stream)
    finally:
        stream.close()
    rows = []
    if configured["loudspeaker"] != "none":
        heard = during[1] > AUDIBLE_DBFS and "loudspeaker" not in bad
        rows.append(_row("loudspeaker", heard, say, level=round(during[1])))
    if configured["microphone"] != "none":
        rows.append(_microphone(before[0], during[0], bad, say))
    if config.sound.handset != "none":
        rows.append(_handset("handset" not in bad, say))
    return absent + rows


def camera(config: Config, say: Say) -> Row:
    """Look at the newest picture."""
    if config.camera.source == "none":
        return Row(say("camera"), "absent", say("not_configured"))
    try:
        ring = RingReader(config.paths.run / RINGS["camera"])
    except GuitaiError:
        return Row(say("camera"), "stop", say("camera_bad"), say("camera_bad_next"))
    with contextlib.closing(ring):
        slot = ring.borrow()
        if slot is None:
            return Row(say("camera"), "stop", say("camera_bad"), say("camera_bad_next"))
        pixels = np.frombuffer(bytes(slot.body), np.uint8)
        width, height = ring.shape
    bright, spread = float(pixels.mean()), float(pixels.std())
    if bright < DARK or spread < FLAT:
        return Row(say("camera"), "attention", say("camera_dark"), say("camera_dark_next"))
    return Row(say("camera"), "ok", say("camera_ok", width=width, height=height, bright=round(100 * bright / 255)))


def _microphone(before: float | None, during: float | None, bad: set[str], say: Say) -> Row:
    if before is None or during is None or "microphone" in bad:
        return _row("microphone", False, say)
    rise = during - before
    if rise >= RISE_DB:
        return Row(say("microphone"), "ok", say("microphone_heard", rise=round(rise)))
    return Row(say("microphone"), "attention", say("microphone_quiet", rise=round(rise)), say("microphone_quiet_next"))


def _handset(works: bool, say: Say) -> Row:
    """Customers are served without it, by the loudspeaker."""
    if works:
        return Row(say("handset"), "ok", say("handset_ok"))
    return Row(say("handset"), "attention", say("handset_bad"), say("handset_bad_next"))


def _row(part: str, works: bool, say: Say, **values: object) -> Row:
    if works:
        return Row(say(part), "ok", say(f"{part}_ok", **values))
    return Row(say(part), "stop", say(f"{part}_bad"), say(f"{part}_bad_next"))


Levels = tuple[float | None, float]
"""Microphone and loudspeaker, dBFS."""


async def _listened(stream: FrameStream) -> tuple[Levels, Levels, set[str]]:
    """Return how loud it was before and during the tone, and which devices do not work."""
    await stream.send("watch", levels=True)
    before: Levels | None = None
    during: Levels = (None, -120.0)
    bad: set[str] = set()
    playing: asyncio.Task[None] | None = None
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(LISTEN_S):
            async for frame in stream:
                if frame.type == "device.state" and not frame.data.get("usable", True):
                    bad.add(str(frame.data["device"]))
                elif frame.type == "sound-levels":
                    now: Levels = (frame.data["microphone_dbfs"], float(frame.data["loudspeaker_dbfs"]))
                    if before is None:
                        before, playing = now, asyncio.create_task(_tone(stream))
                    else:
                        louder = [one for one in (during[0], now[0]) if one is not None]
                        during = (max(louder) if louder else None, max(during[1], now[1]))
                elif frame.type == "played":
                    break
    if playing is not None:
        await asyncio.gather(playing, return_exceptions=True)
    return before or (None, -120.0), during, bad


async def _tone(stream: FrameStream) -> None:
    at = np.arange(int(TONE_S * RATE_HZ)) / RATE_HZ
    samples = (9_000 * np.sin(2 * np.pi * TONE_HZ * at)).astype("<i2")
    await stream.send("play-start", play_id="self-test", rate=RATE_HZ, channels=1)
    for start in range(0, len(samples), CHUNK_SAMPLES):
        await stream.send("audio-chunk", samples[start : start + CHUNK_SAMPLES].tobytes(), play_id="self-test")
    await stream.send("play-end", play_id="self-test")
