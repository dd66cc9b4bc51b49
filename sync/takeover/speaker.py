"""The teller's voice on its way to the mixer: cut into spurts, so that prompts are heard while the teller is silent.

The mixer plays whatever is most urgent, and a teller's line that never ends would keep every prompt waiting for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import structlog

from guitai.errors import GuitaiError
from guitai.wire.sockets import FrameStream, connect

RATE_HZ = 48_000
VOICE_DBFS = -52.0
HANG_S = 0.5
"""A spurt goes on over pauses between words."""

LOOK_BACK = 3
"""Blocks of 20 ms before the first loud one: the soft onset of a word, and what the mixer holds against jitter."""

MOST_AHEAD_S = 0.3
"""What came in a burst after a break of the line and would make everything later late is dropped."""

RETRY_S = 1.0

Samples = npt.NDArray[np.int16]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Said:
    """What to tell the mixer: a spurt begins (`begins`), these samples, and it ends (`ends`)."""

    begins: bool = False
    body: bytes = b""
    ends: bool = False


class Spurts:
    """Finds where the teller speaks. Feed it blocks with the time, in seconds of any clock; no I/O."""

    def __init__(self) -> None:
        self._before: deque[Samples] = deque(maxlen=LOOK_BACK)
        self._speaking = False
        self._loud_s = 0.0
        self._began_s = 0.0
        self._sent = 0

    @property
    def speaking(self) -> bool:
        """Whether a spurt is open."""
        return self._speaking

    def feed(self, block: Samples, now_s: float) -> Said:
        """Take the next block of int16 mono samples at 48 kHz."""
        loud = _dbfs(block) > VOICE_DBFS
        if loud:
            self._loud_s = now_s
        if self._speaking:
            return self._go_on(block, now_s)
        self._before.append(block)
        if not loud:
            return Said()
        self._speaking, self._began_s = True, now_s
        whole = np.concatenate(list(self._before))
        self._before.clear()
        self._sent = len(whole)
        return Said(begins=True, body=whole.tobytes())

    def _go_on(self, block: Samples, now_s: float) -> Said:
        if now_s - self._loud_s > HANG_S:
            self._speaking = False
            return Said(ends=True)
        if self._sent / RATE_HZ - (now_s - self._began_s) > MOST_AHEAD_S:
            return Said()
        self._sent += len(block)
        return Said(body=block.tobytes())


class Speaker:
    """One connection to the mixer, made when the teller first speaks and again after a break; without a mixer, silence."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spurts = Spurts()
        self._stream: FrameStream | None = None
        self._answers: asyncio.Task[None] | None = None
        self._retry_at_s = 0.0
        self._plays = 0

    async def say(self, frame: av.AudioFrame) -> None:
        """Play a decoded frame (48 kHz, interleaved or mono) if there is a voice in it."""
        now_s = asyncio.get_running_loop().time()
        said = self._spurts.feed(mono(frame), now_s)
        if said != Said():
            await self._try(said, now_s)

    async def rest(self) -> None:
        """End what is being said: the teller is gone, and an open play would keep the next one waiting for ever."""
        if self._spurts.speaking:
            self._spurts = Spurts()
            await self._try(Said(ends=True), asyncio.get_running_loop().time())

    async def _try(self, said: Said, now_s: float) -> None:
        try:
            await self._tell(said, now_s)
        except (ConnectionError, GuitaiError) as error:
            log.warning("the teller is not heard", reason=str(error))
            self.close()
            self._retry_at_s, self._spurts = now_s + RETRY_S, Spurts()

    async def _tell(self, said: Said, now_s: float) -> None:
        if self._stream is None:
            if not said.begins or now_s < self._retry_at_s:
                return
            self._stream = await connect(self._path)
            self._answers = asyncio.create_task(_read(self._stream))
        if said.begins:
            self._plays += 1
            await self._stream.send("play-start", play_id=self._id, rate=RATE_HZ, channels=1, priority="teller")
        if said.body:
            await self._stream.send("audio-chunk", said.body, play_id=self._id)
        if said.ends:
            await self._stream.send("play-end", play_id=self._id)

    @property
    def _id(self) -> str:
        return f"teller-{self._plays}"

    def close(self) -> None:
        """Let go of the mixer; what it still plays of this is dropped."""
        if self._stream is not None and self._answers is not None:
            self._stream.close()
            self._answers.cancel()
        self._stream = self._answers = None


def mono(frame: av.AudioFrame) -> Samples:
    """Return a decoded frame's samples as one channel."""
    data = frame.to_ndarray()
    channels = len(frame.layout.channels)
    both = data.reshape(-1, channels).astype(np.int32)
    out: Samples = (both.sum(axis=1) // channels).astype(np.int16)
    return out


async def _read(stream: FrameStream) -> None:
    """Drain the mixer's answers, so that it never waits for us."""
    with contextlib.suppress(GuitaiError, ConnectionError):
        async for frame in stream:
            if frame.type == "error":
                log.warning("the mixer refused", text=frame.data.get("text"))


def _dbfs(block: Samples) -> float:
    power = float(np.mean(np.square(block.astype(np.float32)))) if len(block) else 0.0
    return 10 * float(np.log10(max(power, 1e-9) / 32_768**2))
