"""A browser's part, played by aiortc: what the bench and the tests connect with. It says what it saw and heard, and when."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av
import numpy as np
import orjson
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from guitai.wire.video import CHANNELS, Role
from sync.takeover.speaker import Samples, mono

RATE_HZ = 48_000
BLOCK = 960
FPS = 15
COLOURS = {"red": (40, 40, 220), "green": (40, 200, 40), "blue": (220, 60, 40), "white": (230, 230, 230)}
"""A code that lossy coding and scaling leave readable, as BGR."""


class ColourFilm(MediaStreamTrack):
    """One colour after the other, a bright bar moving over it."""

    kind = "video"

    def __init__(self, size: tuple[int, int] = (640, 480)) -> None:
        super().__init__()
        self._size, self._count = size, 0
        self._began_s = time.monotonic()

    async def recv(self) -> av.VideoFrame:
        """Return the next picture at its time."""
        if self.readyState != "live":
            raise MediaStreamError
        await asyncio.sleep(max(self._began_s + self._count / FPS - time.monotonic(), 0))
        frame = av.VideoFrame.from_ndarray(coloured(self._count, self._size), format="bgr24")
        frame.pts, frame.time_base = self._count * 90_000 // FPS, Fraction(1, 90_000)
        self._count += 1
        return frame


class Lens(MediaStreamTrack):
    """A camera that gives no picture."""

    kind = "video"

    async def recv(self) -> av.VideoFrame:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise MediaStreamError


class Tone(MediaStreamTrack):
    """A sine of 440 Hz while `sounding`, else silence."""

    kind = "audio"

    def __init__(self, hz: float = 440.0) -> None:
        super().__init__()
        self._hz, self._count = hz, 0
        self._began_s = time.monotonic()
        self._silent = True
        self.sounding = True
        self.sounded_s = 0.0
        """When the first sample of the newest burst was at the microphone."""

    async def recv(self) -> av.AudioFrame:
        """Return the next 20 ms at their time."""
        if self.readyState != "live":
            raise MediaStreamError
        await asyncio.sleep(max(self._began_s + self._count / RATE_HZ - time.monotonic(), 0))
        if self.sounding and self._silent:
            self.sounded_s = time.monotonic() - BLOCK / RATE_HZ
        self._silent = not self.sounding
        at = np.arange(self._count, self._count + BLOCK)
        wave = 9000 * np.sin(2 * np.pi * self._hz * at / RATE_HZ) * self.sounding
        frame = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, self._count, Fraction(1, RATE_HZ)
        self._count += BLOCK
        return frame


class StandIn:
    """One viewer. `offer`, carry the answer back with `accept`, look at what came, `close`."""

    def __init__(self, role: Role = "operator", *, media: bool = True, films: bool = True) -> None:
        self._pc = RTCPeerConnection(RTCConfiguration([]))
        self._channels = {
            name: self._pc.createDataChannel(name, negotiated=True, id=number) for name, number in CHANNELS.items()
        }
        self.messages: dict[str, list[Any]] = {name: [] for name in CHANNELS}
        for name, channel in self._channels.items():
            channel.on("message", self._taker(name))
        self.tone = Tone()
        if media and role == "operator":
            self._pc.addTrack(self.tone)
            self._pc.addTrack(ColourFilm() if films else Lens())
        elif media:
            self._pc.addTransceiver("audio", "recvonly")
            self._pc.addTransceiver("video", "recvonly")
        self.first_picture_s: float | None = None
        self.colours: list[str] = []
        self.sizes: list[tuple[int, int]] = []
        self.pictures = 0
        self.heard: list[tuple[float, Samples]] = []
        """Blocks with the time they came at (time.monotonic)."""

        self._drains: set[asyncio.Task[None]] = set()
        self._pc.on("track", self._came)

    @property
    def state(self) -> str:
        """The connection's state."""
        return self._pc.connectionState

    def channel(self, name: str) -> RTCDataChannel:
        """Return a channel, to send on."""
        return self._channels[name]

    async def offer(self) -> str:
        """Return the offer with its candidates."""
        await self._pc.setLocalDescription(await self._pc.createOffer())
        return str(self._pc.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        """Take the kiosk's answer."""
        await self._pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def close(self) -> None:
        """Hang up."""
        await self._pc.close()

    def _taker(self, name: str) -> Callable[[str | bytes], None]:
        def take(message: str | bytes) -> None:
            self.messages[name].append(message if isinstance(message, bytes) else orjson.loads(message))

        return take

    def _came(self, track: MediaStreamTrack) -> None:
        task = asyncio.get_running_loop().create_task(self._drain(track))
        self._drains.add(task)
        task.add_done_callback(self._drains.discard)

    async def _drain(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if isinstance(frame, av.VideoFrame):
                    self._looked(frame)
                elif isinstance(frame, av.AudioFrame):
                    self.heard.append((time.monotonic(), mono(frame)))
                    del self.heard[:-500]

    def _looked(self, frame: av.VideoFrame) -> None:
        if self.first_picture_s is None:
            self.first_picture_s = time.monotonic()
        self.pictures += 1
        colour = colour_of(frame.reformat(width=64, height=48, format="bgr24").to_ndarray())
        if self.colours[-1:] != [colour]:
            self.colours.append(colour)
        if self.sizes[-1:] != [(frame.width, frame.height)]:
            self.sizes.append((frame.width, frame.height))


def coloured(count: int, size: tuple[int, int] = (640, 480)) -> Any:
    """Return picture `count` of the film, height x width x 3 BGR: the colour changes every half second."""
    wide, high = size
    picture = np.empty((high, wide, 3), np.uint8)
    picture[:] = tuple(COLOURS.values())[count * 2 // FPS % len(COLOURS)]
    left = count * 8 % (wide - 16)
    picture[high // 8 : high // 4, left : left + 16] = 255
    return picture


def colour_of(picture: Any) -> str:
    """Return which colour of the code a picture shows, or black."""
    lower = picture[len(picture) // 2 :].reshape(-1, 3).astype(float).mean(axis=0)
    known = {**COLOURS, "black": (16, 16, 16)}
    return min(known, key=lambda name: float(np.abs(lower - np.array(known[name])).sum()))


def pitch_hz(heard: list[tuple[float, Samples]]) -> float:
    """Return the strongest frequency of what was heard at 48 kHz, 0 in silence."""
    wave = np.concatenate([block for _, block in heard]) if heard else np.zeros(0, np.int16)
    if len(wave) < RATE_HZ // 10 or np.abs(wave).max() < 300:
        return 0.0
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(np.argmax(spectrum) * RATE_HZ / len(wave))
