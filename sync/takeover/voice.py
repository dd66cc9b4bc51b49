"""The customer's sound for browsers: the microphone ring as Opus, encoded once for all who listen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream

from guitai.errors import GuitaiError
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ, RingReader, Samples, samples

BIT_RATE = 32_000
LOOK_S = 0.01
NO_RING_S = 0.5
MOST_WAITING = 10
"""Packets of 20 ms that wait for a sender; older ones are dropped."""

TIME_BASE = Fraction(1, AUDIO_RATE_HZ)
Packet: TypeAlias = "av.Packet[AudioStream]"


class Encoder:
    """Blocks of 20 ms in, Opus packets out (RFC 6716, mono, wide band, forward error correction)."""

    def __init__(self) -> None:
        codec = av.CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        codec.sample_rate, codec.bit_rate, codec.layout, codec.format = AUDIO_RATE_HZ, BIT_RATE, "mono", "s16"
        codec.options = {"application": "voip", "frame_duration": "20", "fec": "1", "packet_loss": "5"}
        codec.time_base = TIME_BASE
        self._codec = codec

    def packets(self, block: Samples, number: int) -> list[Packet]:
        """Return the packets that block `number` completes; their time is the block's."""
        frame = av.AudioFrame.from_ndarray(block[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = AUDIO_RATE_HZ, TIME_BASE, number * AUDIO_BLOCK
        packets = self._codec.encode(frame)
        for packet in packets:
            packet.pts, packet.time_base = number * AUDIO_BLOCK, TIME_BASE
        return packets


class Microphone:
    """Reads the ring while anybody listens. `muted` says whether silence goes out instead."""

    def __init__(self, path: Path, muted: Callable[[], bool]) -> None:
        self._path, self._muted = path, muted
        self._tracks: set[CustomerVoice] = set()
        self._wanted = asyncio.Event()

    def track(self) -> CustomerVoice:
        """Return a new track of the microphone."""
        track = CustomerVoice(self._drop)
        self._tracks.add(track)
        self._wanted.set()
        return track

    async def run(self) -> None:
        """Encode what is heard, for ever."""
        while True:
            await self._wanted.wait()
            with contextlib.suppress(GuitaiError):
                await self._listen(RingReader(self._path))
            await asyncio.sleep(NO_RING_S)

    async def _listen(self, ring: RingReader) -> None:
        encoder, number, looks = Encoder(), 0, 0
        while self._tracks:
            for slot in ring.read_new():
                block = np.zeros(AUDIO_BLOCK, np.int16) if self._muted() else samples(slot)
                for packet in encoder.packets(block, number):
                    for track in self._tracks:
                        track.put(packet)
                number += 1
            looks += 1
            if looks % 100 == 0 and ring.renewed():
                break
            await asyncio.sleep(LOOK_S)
        ring.close()

    def _drop(self, track: CustomerVoice) -> None:
        self._tracks.discard(track)
        if not self._tracks:
            self._wanted.clear()


class CustomerVoice(MediaStreamTrack):
    """Opus packets as they come; they are sent as they are."""

    kind = "audio"

    def __init__(self, on_stop: Callable[[CustomerVoice], None]) -> None:
        super().__init__()
        self._packets: asyncio.Queue[Packet | None] = asyncio.Queue(MOST_WAITING)
        self._on_stop = on_stop
        self._count = 0

    def put(self, packet: Packet) -> None:
        """Have a packet sent; the oldest makes room."""
        if self._packets.full():
            self._packets.get_nowait()
        self._packets.put_nowait(packet)

    async def recv(self) -> Packet:
        """Return the next packet. Raises MediaStreamError once stopped."""
        packet = await self._packets.get() if self.readyState == "live" else None
        if packet is None:
            raise MediaStreamError
        return packet

    def stop(self) -> None:
        """End the track."""
        super().stop()
        self._on_stop(self)
        self.put_end()

    def put_end(self) -> None:
        """Wake whoever waits."""
        if self._packets.full():
            self._packets.get_nowait()
        self._packets.put_nowait(None)
