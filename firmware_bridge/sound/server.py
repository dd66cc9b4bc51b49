"""The sound socket: connections start plays, push samples, hush; and are told what really went out, and when."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from itertools import count
from typing import Literal

from firmware_bridge.sound.mixer import Mixer, Note, Output, Priority
from guitai.errors import GuitaiError
from guitai.messages.codec import convert
from guitai.messages.device import DeviceState
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

MIN_RATE_HZ = 8_000
MAX_RATE_HZ = 48_000


@dataclass(frozen=True, slots=True)
class PlayStart:
    """``play-start``: a play takes its place at the end of its priority's line."""

    play_id: str
    rate: int
    channels: Literal[1] = 1
    priority: Priority = "prompt"
    private: bool = False
    """Whether only the handset may play it; hushed at once where the loudspeaker would."""


@dataclass(frozen=True, slots=True)
class PlayNamed:
    """``audio-chunk`` (payload: int16 little-endian samples) and ``play-end``."""

    play_id: str


@dataclass(frozen=True, slots=True)
class HushPlays:
    """``hush``: drop one play of this connection, or all of them."""

    play_id: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """``route``: everything said goes to the loudspeaker, or to the handset alone (if there is one that plays)."""

    output: Output


@dataclass(frozen=True, slots=True)
class Watch:
    """``watch``: be told how microphone, loudspeaker, handset and camera do, now and at each change."""

    levels: bool = False
    """Also how loud it is, every second."""


class SoundServer:
    """Owns the connections; `handle` serves one, the others (event loop only) pass on what happened.

    Replies are ``play-began`` {play_id, at_ns} and ``played`` {play_id, interrupted, at_ns}; to those who watch
    ``device.state`` {device, usable, code} and ``sound-levels`` {microphone_dbfs, loudspeaker_dbfs}. A connection that
    goes away takes its plays with it, and its route: then the loudspeaker speaks.
    """

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self._numbers = count()
        self._outgoing: dict[int, asyncio.Queue[Frame]] = {}
        self._watchers: dict[int, Watch] = {}
        self._states: dict[str, DeviceState] = {}
        self._router: int | None = None
        """The connection that turned everything last: what it said ends with it."""

    async def handle(self, stream: FrameStream) -> None:
        """Serve one connection until it closes."""
        number = next(self._numbers)
        queue = self._outgoing[number] = asyncio.Queue()
        sender = asyncio.create_task(_send_all(stream, queue))
        try:
            async for frame in stream:
                try:
                    self._do(number, frame)
                except GuitaiError as error:
                    refused = {"text": error.english(), "code": error.code, "play_id": frame.data.get("play_id")}
                    await stream.send("error", **refused)
        finally:
            sender.cancel()
            del self._outgoing[number]
            self._watchers.pop(number, None)
            self._mixer.hush(lambda key: key[0] == number)
            if self._router == number:
                self._mixer.route("loudspeaker")

    def tell(self, note: Note, at_ns: int) -> None:
        """Queue the reply that `note` means for its connection."""
        number, play_id = note.key
        queue = self._outgoing.get(number)
        if queue is None:
            return
        if note.what == "began":
            queue.put_nowait(Frame("play-began", {"play_id": play_id, "at_ns": at_ns}))
        else:
            data = {"play_id": play_id, "interrupted": note.interrupted, "at_ns": at_ns}
            queue.put_nowait(Frame("played", data))

    def report(self, state: DeviceState) -> None:
        """Tell those who watch, if it is news."""
        before, self._states[state.device] = self._states.get(state.device), state
        if state != before:
            for number in self._watchers:
                self._outgoing[number].put_nowait(_state(state))

    def levels(self, microphone_dbfs: float | None, loudspeaker_dbfs: float) -> None:
        """Tell those who want it how loud the last second was; None is no microphone."""
        data = {"microphone_dbfs": microphone_dbfs, "loudspeaker_dbfs": loudspeaker_dbfs}
        for number, watch in self._watchers.items():
            if watch.levels:
                self._outgoing[number].put_nowait(Frame("sound-levels", data))

    def _do(self, number: int, frame: Frame) -> None:
        match frame.type:
            case "play-start":
                start = convert(frame.data, PlayStart)
                if not MIN_RATE_HZ <= start.rate <= MAX_RATE_HZ:
                    raise GuitaiError("sound.bad_play", play_id=start.play_id, reason=f"rate {start.rate} Hz")
                self._mixer.start((number, start.play_id), start.rate, start.priority, private=start.private)
            case "audio-chunk":
                self._mixer.chunk((number, convert(frame.data, PlayNamed).play_id), frame.payload)
            case "play-end":
                self._mixer.end((number, convert(frame.data, PlayNamed).play_id))
            case "hush":
                play_id = convert(frame.data, HushPlays).play_id
                self._mixer.hush(lambda key: key[0] == number and play_id in {None, key[1]})
            case "route":
                self._mixer.route(convert(frame.data, Route).output)
                self._router = number
            case "watch":
                self._watchers[number] = convert(frame.data, Watch)
                for state in self._states.values():
                    self._outgoing[number].put_nowait(_state(state))
            case _:
                raise GuitaiError("wire.unknown_type", type=frame.type)


def _state(state: DeviceState) -> Frame:
    return Frame("device.state", {"device": state.device, "usable": state.usable, "code": state.code})


async def _send_all(stream: FrameStream, queue: asyncio.Queue[Frame]) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            frame = await queue.get()
            await stream.send(frame.type, **frame.data)
