"""Ears and voice: listens through the speech process, speaks through it and the mixer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Literal

import structlog

from firmware_bridge.sound.client import SoundClient
from guitai.config import Config
from guitai.dialogue.data import fixed_texts
from guitai.errors import GuitaiError
from guitai.knowledge.answers import first_lines
from guitai.messages.codec import convert, event_from
from guitai.messages.device import DeviceState
from guitai.messages.voice import GUIDE, READING, CustomerSaid, ListenMode, Speak, Spoken
from guitai.shell.neighbour import Neighbour
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, connect

UNDERSTAND_TIMEOUT_S = 5.0
FALLBACK_RATE_HZ = 24_000
READ = frozenset({READING, GUIDE})
"""To the session no more than signs of life."""

Language = Literal["zh", "en"]
Mark = tuple[str, float, float]
"""A phoneme (empty: a pause), and from when to when, in seconds from the first sample."""

log = structlog.get_logger()


class Voice:
    """Carries out voice effects and reports voice events. Silence never stops a session: it goes on by touch."""

    def __init__(
        self,
        config: Config,
        happen: Callable[[object], None],
        sounded: Callable[[str, int], None],
        mouth: Callable[[int, list[Mark]], None] = lambda _at_ns, _marks: None,
    ) -> None:
        run = config.paths.run
        self._speech_path = run / SOCKETS["speech"]
        self._sound = SoundClient(run / SOCKETS["sound"])
        self._voices = {"zh": config.speech.voice_zh, "en": config.speech.voice_en}
        self._happen, self._sounded, self._mouth = happen, sounded, mouth
        self._marks: list[Mark] = []
        """Of what is being said, as far as the mouth has not been told of them."""

        self._first_ns = 0
        """When what is being said was first heard."""

        self.volume_percent = config.speech.volume_percent
        self._mode: ListenMode = "off"
        self._queue: asyncio.Queue[Speak] = asyncio.Queue()
        self._current: asyncio.Task[bool] | None = None
        self._saying: Speak | None = None
        self._alone = self._leaving = False
        """Whether only the customer hears, and whether that ends with what is being said."""

        self._turning: set[asyncio.Task[None]] = set()
        self._ears = Neighbour("speech", self._speech_path, self._heard, self._greet, self._deaf)
        self._sound_devices = Neighbour("sound", run / SOCKETS["sound"], self._told, self._watch, lambda: None)

    async def run(self) -> None:
        """Listen and speak until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._ears.run())
            tasks.create_task(self._sound_devices.run())
            tasks.create_task(self._speak_in_order())

    async def listen(self, mode: ListenMode) -> None:
        """Set how the speech process listens; kept for when it comes back."""
        self._mode = mode
        await self._ears.send("guitai-listen", mode=mode)

    async def forget(self) -> None:
        """Tell the speech process that the customer has gone: it forgets how they speak."""
        await self._ears.send("guitai-forget")

    def speak(self, effect: Speak) -> None:
        """Say it after what is being said; what is merely read out gives way."""
        if effect.speak_id not in READ:
            self._stop_reading()
        self._queue.put_nowait(effect)

    def alone(self, at_ear: bool) -> None:
        """Have everything heard by handset or headphones alone, or by the loudspeaker again."""
        self._leaving = False
        if at_ear != self._alone:
            self._alone = at_ear
            self._turn()

    def leave(self) -> None:
        """Have the loudspeaker speak again once everything has been said: a goodbye is still heard at the ear."""
        if self._current is None and self._queue.empty():
            self.alone(False)
        self._leaving = self._alone

    def read(self, text: str, language: Language, *, private: bool = False) -> None:
        """Say at once what a customer who uses the kiosk by ear wants to hear; what is `private` nowhere else."""
        if private and not self._alone:
            return  # it was hung up meanwhile
        if self._leaving:
            self.alone(False)
        self.hush()
        self.speak(Speak(READING, text, language, private=self._alone))

    def guide(self, texts: Sequence[str], language: Language) -> None:
        """Read a screen out to who hears it alone, piece by piece, after what is being said; what was read before gives way."""
        self._stop_reading()
        for text in texts if self._alone else ():
            self.speak(Speak(GUIDE, text, language, private=True))

    def hush(self) -> None:
        """Be quiet at once and forget what waits; what is asked for afterwards is said."""
        while not self._queue.empty():
            self._over(self._queue.get_nowait().speak_id, interrupted=True)
        if self._current is not None:
            self._current.cancel()  # which hushes the mixer, too
        elif self._leaving:
            self.leave()

    def _stop_reading(self) -> None:
        """Forget what is read out, not what the session says."""
        for effect in [self._queue.get_nowait() for _ in range(self._queue.qsize())]:
            if effect.speak_id not in READ:
                self._queue.put_nowait(effect)
        if self._current is not None and self._saying is not None and self._saying.speak_id in READ:
            self._current.cancel()

    def _turn(self) -> None:
        task = asyncio.create_task(self._route())
        self._turning.add(task)
        task.add_done_callback(self._turning.discard)

    async def _route(self) -> None:
        with contextlib.suppress(GuitaiError, ConnectionError):  # told again when the devices process is back
            await self._sound.route("handset" if self._alone else "loudspeaker")

    async def _watch(self, stream: FrameStream) -> None:
        await stream.send("watch")
        self._turn()  # the devices process may be another one than was told, or was told by another core

    async def understand(self, text: str) -> CustomerSaid:
        """Return what typed words mean. Raises GuitaiError when the speech process is away."""
        stream = await connect(self._speech_path)
        try:
            await stream.send("guitai-understand", text=text)
            async with asyncio.timeout(UNDERSTAND_TIMEOUT_S):
                async for frame in stream:
                    if frame.type == "voice.said":
                        return convert(frame.data, CustomerSaid)
        finally:
            stream.close()
        raise GuitaiError("wire.not_connected", address=self._speech_path)

    async def _greet(self, stream: FrameStream) -> None:
        await stream.send("guitai-listen", mode=self._mode)
        for language in ("zh", "en"):
            await stream.send("guitai-prepare", texts=list(fixed_texts(language)), language=language)
        # Of answers the first clause is enough: the next is made while it is heard. All of them take half an hour, once.
        await stream.send("guitai-prepare", texts=list(first_lines("zh")), language="zh", first_only=True)
        self._happen(DeviceState("speech", True))

    def _deaf(self) -> None:
        self._happen(DeviceState("speech", False, "disconnected"))

    def _heard(self, frame: Frame) -> None:
        if not frame.type.startswith("voice."):
            return
        if frame.type == "voice.started":
            self._stop_reading()  # who speaks has heard enough
        try:
            self._happen(_event(frame))
        except GuitaiError as error:
            log.warning("speech sent what we do not know", code=error.code)

    def _told(self, frame: Frame) -> None:
        """Take how microphone, loudspeaker and camera do; that their process is away the device port says."""
        if frame.type == "device.state":
            self._happen(convert(frame.data, DeviceState))

    async def _speak_in_order(self) -> None:
        while True:
            effect = await self._queue.get()
            self._first_ns, self._marks = 0, []
            self._saying, self._current = effect, asyncio.create_task(self._say(effect))
            interrupted = True
            try:
                interrupted = await self._current
            except asyncio.CancelledError:
                own = asyncio.current_task()
                if own is None or own.cancelling():  # core ends, and what was being said with it
                    raise
            except (GuitaiError, ConnectionError) as error:
                log.warning("could not speak", error=str(error))
            self._saying = self._current = None
            self._mouth(0, [])
            self._over(effect.speak_id, interrupted, self._first_ns)
            if self._leaving:
                self.leave()

    def _over(self, speak_id: str, interrupted: bool, first_ns: int = 0) -> None:
        self._happen(Spoken(speak_id, interrupted, first_ns))

    async def _say(self, effect: Speak) -> bool:
        stream = await connect(self._speech_path)
        try:
            await stream.send(
                "synthesize",
                text=effect.text,
                voice={"name": self._voices[effect.language]},
                context={"speed": effect.speed_percent / 100, "volume": self.volume_percent / 100, "marks": True},
            )
            frames = aiter(stream)
            rate = await _rate(frames)
            return await self._sound.play(
                effect.speak_id,
                rate,
                self._chunks(frames),
                lambda at_ns: self._heard_first(effect.speak_id, at_ns),
                private=effect.private,
            )
        finally:
            stream.close()

    def _heard_first(self, speak_id: str, at_ns: int) -> None:
        self._first_ns = at_ns
        self._sounded(speak_id, at_ns)
        self._tell_mouth()

    def _tell_mouth(self) -> None:
        """Let the teller's mouth follow, once it is known when the first sample was heard."""
        if self._first_ns and self._marks:
            told, self._marks = self._marks, []
            self._mouth(self._first_ns, told)

    async def _chunks(self, frames: AsyncIterator[Frame]) -> AsyncIterator[bytes]:
        async for frame in frames:
            if frame.type == "audio-chunk":
                yield frame.payload
            elif frame.type == "guitai-marks":
                self._marks += [(m["phoneme"], m["start_s"], m["end_s"]) for m in frame.data["marks"]]
                self._tell_mouth()
            elif frame.type in ("audio-stop", "error"):
                return


def _event(frame: Frame) -> object:
    return event_from({"type": frame.type, **frame.data})


async def _rate(frames: AsyncIterator[Frame]) -> int:
    async for frame in frames:
        if frame.type == "audio-start":
            return int(frame.data.get("rate", FALLBACK_RATE_HZ))
        if frame.type == "error":
            break
    raise GuitaiError("wire.not_connected", address=Path("speech"))
