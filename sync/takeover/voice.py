"""The customer's sound for browsers: the microphone ring as Opus; for a listener with the operator's voice over it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
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
from guitai.wire.video import Role

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


class Beside:
    """The operator's voice for those who listen in: decoded frames in, blocks as the microphone's out."""

    def __init__(self) -> None:
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=AUDIO_RATE_HZ)
        self._line = np.zeros(0, np.int16)

    def put(self, frame: av.AudioFrame) -> None:
        """Take a frame; of what nobody fetched in time the oldest goes."""
        parts = [part.to_ndarray().reshape(-1).astype(np.int16) for part in self._resampler.resample(frame)]
        self._line = np.concatenate([self._line, *parts])[-MOST_WAITING * AUDIO_BLOCK :]

    def mixed(self, block: Samples) -> Samples:
        """Return a block of the microphone with the next of the operator's over it."""
        ours, self._line = self._line[:AUDIO_BLOCK], self._line[AUDIO_BLOCK:]
        both = block.astype(np.int32)
        both[: len(ours)] += ours
        return np.clip(both, -32_768, 32_767).astype(np.int16)


class Microphone:
    """Reads the ring while anybody listens. `muted` says whether silence goes out instead."""

    def __init__(self, path: Path, muted: Callable[[], bool]) -> None:
        self._path, self._muted = path, muted
        self._tracks: dict[Role, set[CustomerVoice]] = {"operator": set(), "listener": set()}
        self._wanted = asyncio.Event()
        self._number = 0
        """Of the next block; it goes on when the ring begins anew, or a browser would wait for times it has heard."""

        self.beside = Beside()

    def track(self, role: Role) -> CustomerVoice:
        """Return a new track: the customer for the operator, both for a listener."""
        track = CustomerVoice(self._drop)
        self._tracks[role].add(track)
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
        encoders: dict[Role, Encoder] = {"operator": Encoder(), "listener": Encoder()}
        looks = 0
        while any(self._tracks.values()):
            for slot in ring.read_new():
                silent = np.zeros(AUDIO_BLOCK, np.int16) if self._muted() else None
                blocks = {"operator": samples(slot), "listener": self.beside.mixed(samples(slot))}
                for role, tracks in self._tracks.items():
                    if tracks:
                        block = blocks[role] if silent is None else silent
                        _send(tracks, encoders[role].packets(block, self._number))
                self._number += 1
            looks += 1
            if looks % 100 == 0 and ring.renewed():
                break
            await asyncio.sleep(LOOK_S)
        ring.close()

    def _drop(self, track: CustomerVoice) -> None:
        for tracks in self._tracks.values():
            tracks.discard(track)
        if not any(self._tracks.values()):
            self._wanted.clear()


class CustomerVoice(MediaStreamTrack):
    """Opus packets as they come; they are sent as they are."""

    kind = "audio"

    def __init__(self, on_stop: Callable[[CustomerVoice], None]) -> None:
        super().__init__()
        self._packets: asyncio.Queue[Packet | None] = asyncio.Queue(MOST_WAITING)
        self._on_stop = on_stop

    def put(self, packet: Packet | None) -> None:
        """Have a packet sent, None ends the track; the oldest makes room."""
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
        """End the track and wake whoever waits."""
        super().stop()
        self._on_stop(self)
        self.put(None)


def _send(tracks: Iterable[CustomerVoice], packets: list[Packet]) -> None:
    for packet in packets:
        for track in tracks:
            track.put(packet)
