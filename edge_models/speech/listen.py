"""The listening loop: microphone ring → voice activity → endpoint → words → meaning → events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import structlog

from edge_models.speech.asr import Recogniser, Stream, Transcript
from edge_models.speech.audio import Samples, to_float
from edge_models.speech.completeness import is_open, whole
from edge_models.speech.ear import Ear, Heard
from edge_models.speech.endpoint import Signal, needed_s
from edge_models.speech.ngrams import mend
from edge_models.speech.prosody import Measured, Usual, measure
from edge_models.speech.repair import repair
from guitai.errors import GuitaiError
from guitai.messages.voice import (
    CustomerSaid,
    ListenMode,
    SpeechPartial,
    SpeechStarted,
    SpeechUnclear,
    Understanding,
)
from guitai.wire.rings import RingReader, samples

TICK_S = 0.03
REOPEN_S = 0.5
MIN_CONFIDENCE = 0.45
"""Below this the customer is asked again instead of guessed at."""

TRUSTED = 0.55
TRUSTED_SHORT = 0.7
"""Less certain words tell less about whether the customer has finished: what sounds whole may be a garbled beginning.
Short ones most of all, as they have little to tell them apart."""

_SHORT, _LONG = 4, 6
_LONG_LIKELY = 0.3
"""So many words that do not end in one which wants another are rarely worth the longest wait, garbled or not."""


log = structlog.get_logger()

Emit = Callable[[object], None]
Understand = Callable[[str], Understanding]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words and what they mean, ready before the pause has become the end."""

    transcript: Transcript
    understanding: Understanding | None
    """None when the words are not good enough to act upon."""

    voice: Measured | None = None


class Recognition:
    """One worker thread that turns sound into meaning, so that the loop never waits for a model."""

    def __init__(self, recogniser: Recogniser | None, understand: Understand) -> None:
        self.recogniser = recogniser
        self._understand = understand
        self.worker = ThreadPoolExecutor(1, "recognise")

    @property
    def name(self) -> str:
        """The recogniser's name."""
        return "none" if self.recogniser is None else self.recogniser.name

    async def words(self, utterance: Samples) -> Transcript:
        """Return the repaired words of sound. Raises GuitaiError ``speech.*``."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, self._words, utterance, "free")

    async def typed(self, text: str) -> CustomerSaid:
        """Return the event of typed words."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, self._typed, text)

    def hear(self, utterance: Samples, mode: ListenMode) -> Meaning:
        """Return the meaning of sound. Runs in the worker."""
        found = self._words(utterance, mode)
        certain = found.text != "" and found.confidence >= MIN_CONFIDENCE
        if not certain:
            return Meaning(found, None)
        return Meaning(found, self._understand(found.text), measure(to_float(utterance), found.text))

    def _words(self, utterance: Samples, mode: ListenMode) -> Transcript:
        if self.recogniser is None:
            raise GuitaiError("speech.recogniser_failed", engine=self.name, reason="it could not be loaded")
        return repaired(self.recogniser, utterance, mode)

    def _typed(self, text: str) -> CustomerSaid:
        return typed(text, self._understand)


def typed(text: str, understand: Understand, usual: Literal["zh", "en"] = "zh") -> CustomerSaid:
    """Return the event of typed words: letters tell the language; digits alone are in the customer's usual one."""
    clean = repair(text.strip())
    meaning = understand(clean)
    letters = [c for c in clean if c.isalpha()]
    language: Literal["zh", "en"] = usual
    if letters:
        language = "en" if all(c.isascii() for c in letters) else "zh"
    return CustomerSaid(clean, 1.0, meaning, language, typed=True, final_ns=time.monotonic_ns())


def repaired(recogniser: Recogniser, utterance: Samples, mode: ListenMode = "free") -> Transcript:
    """Return the words of sound with bank terms set right and PINs hidden. Raises GuitaiError ``speech.*``."""
    found = recogniser.transcribe(utterance, mode)
    mended = mend(found.text) if mode == "free" and found.language == "zh" else found.text
    return Transcript(repair(mended), found.confidence, found.language)


class Listener:
    """Listens while a mode other than ``off`` is set, and emits voice events."""

    def __init__(self, ring: Path, ear: Ear, recognition: Recognition, emit: Emit) -> None:
        self._ring_path, self._ear, self._recognition, self._emit = ring, ear, recognition, emit
        self._on = asyncio.Event()
        self._guess: asyncio.Future[Meaning] | None = None
        self._captions: _Captions | None = None
        self._finals: asyncio.Queue[tuple[asyncio.Future[Meaning], int]] = asyncio.Queue()
        self.usual = Usual()

    def set_mode(self, mode: ListenMode) -> None:
        """Listen this way from now on; ``off`` shuts the microphone and drops what was heard so far."""
        if mode == "off":
            self._on.clear()
            self._forget()
            while not self._finals.empty():
                self._finals.get_nowait()
        else:
            self._ear.mode = mode
            self._on.set()

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read())
            tasks.create_task(self._finish())

    async def _read(self) -> None:
        while True:
            await self._on.wait()
            try:
                ring = RingReader(self._ring_path)
            except GuitaiError:
                # The devices process is away or starting; it makes the ring.
                await asyncio.sleep(REOPEN_S)
                continue
            try:
                await self._follow(ring)
            finally:
                ring.close()
                self._forget()

    async def _follow(self, ring: RingReader) -> None:
        """Hear what is written from now on, until the ring is renewed or the microphone shut."""
        quiet_since = time.monotonic()
        while self._on.is_set():
            slots = ring.read_new()
            for slot in slots:
                for heard in self._ear.feed(samples(slot), slot.at_ns):
                    self._react(heard)
                if self._captions is not None:
                    self._captions.add(samples(slot))
            now = time.monotonic()
            if slots:
                quiet_since = now
            elif now - quiet_since > REOPEN_S:
                quiet_since = now
                if ring.renewed():
                    return
            await asyncio.sleep(TICK_S)

    def _react(self, heard: Heard) -> None:
        match heard.signal:
            case Signal.STARTED:
                self._emit(SpeechStarted())
                self._captions = _Captions.of(self._recognition, self._ear.mode, self._emit)
            case Signal.PAUSED:
                self._guess = self._think(heard.utterance)
            case Signal.RESUMED:
                self._drop_guess()
            case Signal.ENDED:
                guess = self._guess or self._think(heard.utterance)
                self._guess, self._captions = None, None
                self._finals.put_nowait((guess, heard.speech_end_ns))
            case Signal.TOO_LONG:
                self._drop_guess()
                self._captions = None
                self._emit(SpeechUnclear("too_long"))

    def _think(self, utterance: Samples) -> asyncio.Future[Meaning]:
        loop = asyncio.get_running_loop()
        mode = self._ear.mode
        guess = loop.run_in_executor(self._recognition.worker, self._recognition.hear, utterance, mode)
        guess.add_done_callback(self._judge)
        return guess

    def _judge(self, guess: asyncio.Future[Meaning]) -> None:
        """Set the pause that ends the utterance by the words, if they are still what was said last."""
        if guess.cancelled() or guess.exception() is not None or guess is not self._guess:
            return
        found = guess.result()
        self._ear.pause_s = needed_s(self._ear.mode, finished(found, self._ear.mode))
        if found.understanding is not None:
            self._emit(SpeechPartial(found.transcript.text))

    async def _finish(self) -> None:
        while True:
            guess, speech_end_ns = await self._finals.get()
            try:
                found = await guess
            except GuitaiError as error:
                log.warning("recognition failed", code=error.code)
                self._emit(SpeechUnclear("empty"))
                continue
            if self._on.is_set():
                self._emit(said(found, speech_end_ns, self.usual))

    def _drop_guess(self) -> None:
        if self._guess is not None:
            self._guess.cancel()
        self._guess = None

    def _forget(self) -> None:
        self._drop_guess()
        self._captions = None
        self._ear.reset()


def finished(found: Meaning, mode: ListenMode) -> float | None:
    """Return how probably the customer has finished; None where the words are too uncertain to tell."""
    if found.understanding is None:
        return None
    text, confidence = found.transcript.text, found.transcript.confidence
    words = "".join(c for c in text if c.isalnum())
    sure = TRUSTED_SHORT if len(words) <= _SHORT and mode == "free" else TRUSTED
    share = min(max((confidence - MIN_CONFIDENCE) / (sure - MIN_CONFIDENCE), 0.0), 1.0)
    likely = whole(text, mode, found.understanding) * (0.6 + 0.4 * share)
    if mode == "free" and len(words) >= _LONG and not is_open(words):
        return max(likely, _LONG_LIKELY)
    return likely


def said(found: Meaning, speech_end_ns: int, usual: Usual) -> CustomerSaid | SpeechUnclear:
    """Return the event of a finished utterance; the customer's usual voice learns from the first ones."""
    transcript = found.transcript
    if found.understanding is None:
        return SpeechUnclear("low_confidence" if transcript.text else "empty")
    return CustomerSaid(
        transcript.text,
        round(transcript.confidence, 4),
        found.understanding,
        transcript.language,
        speech_end_ns=speech_end_ns,
        final_ns=time.monotonic_ns(),
        prosody=None if found.voice is None else usual.compare(found.voice),
    )


class _Captions:
    """Words while they are spoken, where the recogniser streams; sound waits while the worker is busy."""

    def __init__(self, worker: ThreadPoolExecutor, stream: Stream, emit: Emit) -> None:
        self._worker, self._stream, self._emit = worker, stream, emit
        self._waiting: list[Samples] = []
        self._busy: asyncio.Future[str] | None = None
        self._shown = ""

    @classmethod
    def of(cls, recognition: Recognition, mode: ListenMode, emit: Emit) -> _Captions | None:
        begin = getattr(recognition.recogniser, "stream", None)
        return None if begin is None else cls(recognition.worker, begin(mode), emit)

    def add(self, more: Samples) -> None:
        """Take more sound."""
        self._waiting.append(more)
        if self._busy is None or self._busy.done():
            sound = np.concatenate(self._waiting)
            self._waiting.clear()
            self._busy = asyncio.get_running_loop().run_in_executor(self._worker, self._stream.feed, sound)
            self._busy.add_done_callback(self._show)

    def _show(self, words: asyncio.Future[str]) -> None:
        if words.cancelled() or words.exception() is not None:
            return
        text = repair(words.result())
        if text and text != self._shown:
            self._shown = text
            self._emit(SpeechPartial(text))
