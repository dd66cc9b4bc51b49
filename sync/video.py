"""Hands an offer of video to the video process and brings its answer back. One connection an offer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guitai.errors import GuitaiError
from guitai.wire.framing import Frame
from guitai.wire.sockets import connect

ANSWER_S = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or why there is none."""

    sdp: str = ""
    reason: str = ""


async def hand_over(path: Path, offer: dict[str, Any]) -> Answer:
    """Return the video process's answer to an offer (`guitai.wire.video.VideoOffer`'s fields)."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return await _asked(path, offer)
    except TimeoutError:
        return Answer(reason="video_silent")
    except (GuitaiError, ConnectionError):
        return Answer(reason="video_absent")


async def _asked(path: Path, offer: dict[str, Any]) -> Answer:
    stream = await connect(path)
    try:
        await stream.send("hello", role="sync")
        await stream.send("video-offer", **offer)
        async for frame in stream:
            return _answer(frame)
    finally:
        stream.close()
    return Answer(reason="video_absent")


def _answer(frame: Frame) -> Answer:
    if frame.type == "video-answer":
        return Answer(sdp=str(frame.data.get("sdp", "")))
    return Answer(reason=str(frame.data.get("reason") or frame.data.get("code") or "bad_sdp"))
