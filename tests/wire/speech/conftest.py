"""A speech server on a real socket, with engines small enough to know what they will answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from edge_models.speech.asr import Transcript
from edge_models.speech.audio import Samples
from edge_models.speech.listen import Recognition
from edge_models.speech.server import Server, Subscribers
from edge_models.speech.tts import Language, Mark, Sound
from edge_models.speech.tts.cache import ClauseCache
from edge_models.speech.tts.speaker import Speaker
from guitai.errors import GuitaiError
from guitai.messages.voice import Entity, IntentGuess, ListenMode, Understanding
from guitai.wire.sockets import serve

RATE_HZ = 24_000
PATIENCE_S = 60.0


def understand(text: str) -> Understanding:
    """Knows one intent."""
    name = "query_balance" if "余额" in text else "out_of_scope"
    return Understanding((IntentGuess(name, 0.9),), (Entity("card_tail", "三八零二", "3802"),))


class Counter:
    """Recognises how long the sound was."""

    name = "counter"

    def transcribe(self, utterance: Samples, mode: ListenMode) -> Transcript:
        return Transcript(f"查一下鱼鹅{len(utterance)}", 0.9)


class Tone:
    """Speaks a tone of a tenth of a second per clause; can be told to wait, or to break."""

    name = "tone"
    rate_hz = RATE_HZ

    def __init__(self) -> None:
        self.said: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.stopped = threading.Event()
        self.broken = False

    def languages(self) -> tuple[Language, ...]:
        return ("zh", "en")

    def voice(self, language: Language) -> str:
        return f"tone_{language}"

    def interrupt(self) -> None:
        self.stopped.set()
        self.gate.set()

    def say(self, clause: str, language: Language, speed: float) -> Iterator[Sound]:
        self.said.append(clause)
        assert self.gate.wait(PATIENCE_S)
        if self.stopped.is_set():
            self.stopped.clear()
            raise GuitaiError("speech.interrupted")
        if self.broken:
            raise GuitaiError("speech.voice_failed", engine="tone", reason="told to")
        wave = 8000 * np.sin(np.arange(RATE_HZ // 10) / 10)
        yield Sound(wave.astype(np.int16), (Mark("o", 0.0, 0.1),))


@pytest.fixture
def tone() -> Tone:
    return Tone()


@pytest.fixture
def spare() -> Tone:
    return Tone()


@pytest.fixture
async def socket(short_dir: Path, tmp_path: Path, tone: Tone, spare: Tone) -> AsyncIterator[Path]:
    """The path of a serving socket; no listener, as without a recogniser."""
    async with serving(short_dir / "speech.sock", tmp_path / "cache", tone, spare) as path:
        yield path


@asynccontextmanager
async def serving(path: Path, cache: Path, tone: Tone, spare: Tone | None) -> AsyncIterator[Path]:
    speaker = Speaker(tone, spare, ClauseCache(cache, tone.name, tone.rate_hz))
    server = Server(Recognition(Counter(), understand), None, speaker, Subscribers())
    async with serve(path, server.handle):
        yield path
    await asyncio.sleep(0)
