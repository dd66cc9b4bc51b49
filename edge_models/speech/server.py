"""The Wyoming server on the speech socket: recognition, synthesis, intents, and Guitai's listening events.

Beyond Wyoming's own: ``guitai-listen {mode}`` sets how the kiosk listens and subscribes the connection to voice events
(frames whose type is the event's name); ``guitai-forget`` says that the customer has gone; ``guitai-understand {text}``
answers ``voice.said`` for typed words; ``guitai-prepare {texts, language, first_only}`` keeps fixed texts (their first
clauses alone) as sound, one request after another, and answers ``guitai-prepared {clauses, new}``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import structlog

from edge_models.speech.audio import RATE_HZ, louder, resample, to_float, to_int16
from edge_models.speech.info import info
from edge_models.speech.listen import Listener, Recognition
from edge_models.speech.tts import Language, Sound
from edge_models.speech.tts.clauses import Sentences
from edge_models.speech.tts.marks import shifted
from edge_models.speech.tts.speaker import Speaker
from guitai.errors import GuitaiError
from guitai.messages.codec import convert, to_data
from guitai.messages.voice import ListenMode
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

MAX_AUDIO_S = 60.0
CHUNK_SAMPLES = 4_096
BACKLOG = 256
"""Events a subscriber may be behind before it is let go."""

SPEEDS = (0.5, 2.0)
VOLUMES = (0.1, 4.0)
_RATES = range(8_000, 48_001)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Listen:
    """``guitai-listen``."""

    mode: ListenMode


@dataclass(frozen=True, slots=True)
class Text:
    """``guitai-understand`` and ``recognize``."""

    text: str
    context: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Prepare:
    """``guitai-prepare``."""

    texts: list[str]
    language: Language = "zh"
    speed: float = 1.0
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class Synthesize:
    """Wyoming's ``synthesize``; ``context`` may have ``speed`` and ``volume`` (1 is as usual) and ask for ``marks``."""

    text: str
    voice: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SynthesizeStart:
    """Wyoming's ``synthesize-start``: the text follows in ``synthesize-chunk``, ``synthesize-stop`` ends it."""

    voice: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """Wyoming's ``audio-start``."""

    rate: int = RATE_HZ
    width: int = 2
    channels: int = 1


class Subscribers:
    """Connections that hear the listening events; when the last one leaves, the microphone is shut."""

    def __init__(self) -> None:
        self._queues: dict[FrameStream, asyncio.Queue[dict[str, Any]]] = {}

    def emit(self, event: object) -> None:
        """Pass an event on; a subscriber that does not read is let go."""
        data = to_data(event)
        for stream, queue in list(self._queues.items()):
            try:
                queue.put_nowait(data)
            except asyncio.QueueFull:
                log.warning("a subscriber does not read its events")
                stream.close()

    def add(self, stream: FrameStream) -> asyncio.Queue[dict[str, Any]] | None:
        """Subscribe; None if it is subscribed already."""
        if stream in self._queues:
            return None
        return self._queues.setdefault(stream, asyncio.Queue(BACKLOG))

    def remove(self, stream: FrameStream) -> bool:
        """Unsubscribe; return whether it was the last one."""
        return self._queues.pop(stream, None) is not None and not self._queues


class Server:
    """What all connections share."""

    def __init__(
        self, recognition: Recognition, listener: Listener | None, speaker: Speaker | None, subscribers: Subscribers
    ) -> None:
        self.recognition, self.listener, self.speaker, self.subscribers = recognition, listener, speaker, subscribers

    async def handle(self, stream: FrameStream) -> None:
        """Serve one connection until it closes."""
        await Connection(self, stream).run()


class Connection:
    """One client."""

    def __init__(self, server: Server, stream: FrameStream) -> None:
        self._server, self._stream = server, stream
        self._tasks: set[asyncio.Task[None]] = set()
        self._format = AudioFormat()
        self._audio = bytearray()
        self._sentences = Sentences()
        self._texts: asyncio.Queue[str | None] | None = None
        """What is said while its text still comes."""

        self._handlers: dict[str, Callable[[Frame], Awaitable[None]]] = {
            "describe": self._describe,
            "ping": self._ping,
            "transcribe": self._transcribe,
            "audio-start": self._audio_start,
            "audio-chunk": self._audio_chunk,
            "audio-stop": self._audio_stop,
            "synthesize": self._synthesize,
            "synthesize-start": self._synthesize_start,
            "synthesize-chunk": self._synthesize_chunk,
            "synthesize-stop": self._synthesize_stop,
            "recognize": self._recognize,
            "guitai-listen": self._listen,
            "guitai-forget": self._forget,
            "guitai-understand": self._understand,
            "guitai-prepare": self._prepare,
        }

    async def run(self) -> None:
        """Answer every frame; a bad one gets an error event and the connection lives on."""
        try:
            async for frame in self._stream:
                try:
                    handler = self._handlers.get(frame.type)
                    if handler is None:
                        raise GuitaiError("wire.unknown_type", type=frame.type[:80])
                    await handler(frame)
                except GuitaiError as error:
                    await self._stream.send_error(error)
        finally:
            if self._server.subscribers.remove(self._stream) and self._server.listener is not None:
                self._server.listener.set_mode("off")
            for task in self._tasks:
                task.cancel()

    def _start(self, work: Awaitable[None]) -> None:
        """Do long work beside the reading, which notices when the client leaves."""

        async def guarded() -> None:
            try:
                await work
            except GuitaiError as error:
                with contextlib.suppress(ConnectionError):
                    await self._stream.send_error(error)
            except ConnectionError:
                pass

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _describe(self, _: Frame) -> None:
        speaker = self._server.speaker
        await self._stream.send("info", **info(self._server.recognition.name, speaker.engine if speaker else None))

    async def _ping(self, frame: Frame) -> None:
        await self._stream.send("pong", **frame.data)

    async def _transcribe(self, _: Frame) -> None:
        self._audio.clear()

    async def _audio_start(self, frame: Frame) -> None:
        self._audio.clear()
        self._format = _format(frame)

    async def _audio_chunk(self, frame: Frame) -> None:
        if "rate" in frame.data:
            self._format = _format(frame)
        self._audio += frame.payload
        if len(self._audio) > MAX_AUDIO_S * self._format.rate * 2:
            self._audio.clear()
            raise GuitaiError("speech.too_long", limit_s=MAX_AUDIO_S)

    async def _audio_stop(self, _: Frame) -> None:
        if len(self._audio) < 2:
            raise GuitaiError("speech.no_audio")
        samples = np.frombuffer(bytes(self._audio[: len(self._audio) // 2 * 2]), dtype="<i2")
        self._audio.clear()
        wave = to_int16(resample(to_float(samples), self._format.rate, RATE_HZ))

        async def answer() -> None:
            found = await self._server.recognition.words(wave)
            await self._stream.send(
                "transcript", text=found.text, language=found.language, context={"confidence": found.confidence}
            )

        self._start(answer())

    async def _synthesize(self, frame: Frame) -> None:
        if self._texts is not None:
            return  # the same text once more, for servers that do not stream
        request = convert(frame.data, Synthesize)
        texts: asyncio.Queue[str | None] = asyncio.Queue()
        texts.put_nowait(request.text)
        texts.put_nowait(None)
        self._start(self._say(self._sounds(texts, request.voice, request.context), request.context))

    async def _synthesize_start(self, frame: Frame) -> None:
        request = convert(frame.data, SynthesizeStart)
        texts: asyncio.Queue[str | None] = asyncio.Queue(BACKLOG)
        sounds = self._sounds(texts, request.voice, request.context)
        self._sentences, self._texts = Sentences(), texts

        async def answer() -> None:
            await self._say(sounds, request.context)
            await self._stream.send("synthesize-stopped")

        self._start(answer())

    async def _synthesize_chunk(self, frame: Frame) -> None:
        self._say_also(self._sentences.add(convert(frame.data, Text).text), "synthesize-chunk")

    async def _synthesize_stop(self, _: Frame) -> None:
        self._say_also(self._sentences.rest(), "synthesize-stop")
        self._say_also(None, "synthesize-stop")
        self._texts = None

    def _say_also(self, text: str | None, frame_type: str) -> None:
        if self._texts is None:
            raise GuitaiError("wire.bad_data", type=frame_type, reason="there was no synthesize-start")
        try:
            if text != "":
                self._texts.put_nowait(text)
        except asyncio.QueueFull:
            self._texts = None
            raise GuitaiError("wire.bad_data", type=frame_type, reason="more text than can be said") from None

    def _sounds(
        self, texts: asyncio.Queue[str | None], voice: dict[str, Any], context: dict[str, Any]
    ) -> AsyncGenerator[Sound, None]:
        """Return the sound of texts as they come, louder or softer as asked."""
        speaker = self._speaker()
        speed, volume = _within(context, "speed", SPEEDS), _within(context, "volume", VOLUMES)

        async def sounds() -> AsyncGenerator[Sound, None]:
            while (text := await texts.get()) is not None:
                async with contextlib.aclosing(speaker.say(text, _language(voice), speed)) as clauses:
                    async for sound in clauses:
                        yield sound if volume == 1 else replace(sound, samples=louder(sound.samples, volume))

        return sounds()

    async def _say(self, sounds: AsyncGenerator[Sound, None], context: dict[str, Any]) -> None:
        rate_hz, at_s = self._speaker().rate_hz, 0.0
        audio = {"rate": rate_hz, "width": 2, "channels": 1}
        await self._stream.send("audio-start", **audio)
        async with contextlib.aclosing(sounds):
            async for sound in sounds:
                if context.get("marks") is True and sound.marks:
                    times = [asdict(mark) for mark in shifted(sound.marks, at_s)]
                    await self._stream.send("guitai-marks", marks=times)
                at_s += len(sound.samples) / rate_hz
                for at in range(0, len(sound.samples), CHUNK_SAMPLES):
                    chunk = sound.samples[at : at + CHUNK_SAMPLES].astype("<i2").tobytes()
                    await self._stream.send("audio-chunk", chunk, **audio)
        await self._stream.send("audio-stop")

    def _speaker(self) -> Speaker:
        if self._server.speaker is None:
            raise GuitaiError("speech.voice_failed", engine="none", reason="no voice could be loaded")
        return self._server.speaker

    async def _recognize(self, frame: Frame) -> None:
        request = convert(frame.data, Text)

        async def answer() -> None:
            found = await self._server.recognition.typed(request.text)
            top = found.understanding.intents[0]
            context = {} if request.context is None else {"context": request.context}
            if top.name == "out_of_scope":
                await self._stream.send("not-recognized", text=found.text, **context)
                return
            entities = [{"name": e.type, "value": e.norm or e.value} for e in found.understanding.entities]
            await self._stream.send("intent", name=top.name, entities=entities, text=found.text, **context)

        self._start(answer())

    async def _listen(self, frame: Frame) -> None:
        mode = convert(frame.data, Listen).mode
        if self._server.listener is None:
            raise GuitaiError("speech.recogniser_failed", engine=self._server.recognition.name, reason="not loaded")
        queue = self._server.subscribers.add(self._stream)
        self._server.listener.set_mode(mode)
        if queue is not None:
            self._start(self._pass_on(queue))

    async def _forget(self, _: Frame) -> None:
        if self._server.listener is not None:
            self._server.listener.usual.forget()

    async def _pass_on(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        while True:
            data = await queue.get()
            await self._stream.send(data.pop("type"), **data)

    async def _understand(self, frame: Frame) -> None:
        request = convert(frame.data, Text)

        async def answer() -> None:
            data = to_data(await self._server.recognition.typed(request.text))
            await self._stream.send(data.pop("type"), **data)

        self._start(answer())

    async def _prepare(self, frame: Frame) -> None:
        request = convert(frame.data, Prepare)
        speaker = self._speaker()

        async def answer() -> None:
            clauses, new = await speaker.prepare(
                request.texts, request.language, request.speed, first_only=request.first_only
            )
            await self._stream.send("guitai-prepared", clauses=clauses, new=new)

        self._start(answer())


def _format(frame: Frame) -> AudioFormat:
    given = convert(frame.data, AudioFormat)
    if given.width != 2 or given.channels != 1 or given.rate not in _RATES:
        reason = f"rate {given.rate}, width {given.width}, channels {given.channels}"
        raise GuitaiError("speech.bad_audio", reason=reason)
    return given


def _within(context: dict[str, Any], key: str, limits: tuple[float, float]) -> float:
    value = context.get(key, 1.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not limits[0] <= value <= limits[1]:
        reason = f"context.{key} is not between {limits[0]} and {limits[1]}"
        raise GuitaiError("wire.bad_data", type="synthesize", reason=reason)
    return float(value)


def _language(voice: dict[str, Any]) -> Language:
    """Return the language asked for, by its code or by a Kokoro voice's first letter (a, b: English)."""
    code, name = str(voice.get("language") or ""), str(voice.get("name") or "")
    return "en" if code.startswith("en") or name[:3] in ("af_", "am_", "bf_", "bm_") or name == "en" else "zh"
