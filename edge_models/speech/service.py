"""Loads and warms what hears and speaks, and serves the speech socket; what cannot be loaded is answered with an error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import numpy as np
import structlog

from edge_models.speech import engines
from edge_models.speech.asr import Recogniser
from edge_models.speech.audio import RATE_HZ
from edge_models.speech.client import is_uri
from edge_models.speech.ear import Ear
from edge_models.speech.ending import probability
from edge_models.speech.listen import Listener, Recognition
from edge_models.speech.memory import give_back
from edge_models.speech.ngrams import mend
from edge_models.speech.repair import repair
from edge_models.speech.server import Server, Subscribers
from edge_models.speech.tts.speaker import Speaker
from edge_models.speech.words import load_dictionary
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.voice import IntentGuess, Understanding
from guitai.tables import RINGS, SOCKETS
from guitai.wire.sockets import serve

T = TypeVar("T")

WARM_UP_TEXT = "您好。"
WARM_UP_SPEED = 1.4
"""Not a speed anybody asks for, so it is never made from what the cache keeps."""

log = structlog.get_logger()


async def serve_speech(
    config: Config, understand: Callable[[str], Understanding], stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    """Serve until `stop` is set, call `ready` once connections are answered. Raises GuitaiError ``wire.address_in_use``."""
    await asyncio.to_thread(_warm_words, config)
    with ThreadPoolExecutor(2, "load") as loaders:
        loop = asyncio.get_running_loop()
        hearing = loop.run_in_executor(loaders, _attempt, partial(_recogniser, config))
        speaking = loop.run_in_executor(loaders, _attempt, partial(engines.speaker, config))
        recogniser, speaker = await hearing, await speaking
    subscribers = Subscribers()
    recognition = Recognition(recogniser, understand)
    listener = None
    if recogniser is not None:
        ear = Ear(engines.vad(config))
        listener = Listener(config.paths.run / RINGS["microphone"], ear, recognition, subscribers.emit)
    server = Server(recognition, listener, speaker, subscribers)
    if speaker is not None:
        await _warm_up(speaker)
    give_back()
    config.paths.run.mkdir(parents=True, exist_ok=True)
    async with serve(config.paths.run / SOCKETS["speech"], server.handle):
        listening = asyncio.create_task(listener.run()) if listener is not None else None
        ready()
        log.info("speech is ready", hearing=recognition.name, voice=speaker.engine.name if speaker else "none")
        await stop.wait()
        if listening is not None:
            listening.cancel()


def _warm_words(config: Config) -> None:
    load_dictionary(config.paths.state / "jieba")
    probability(repair(mend(WARM_UP_TEXT + "查一下鱼鹅")), Understanding((IntentGuess("greet", 1.0),)), open_end=False)


def _recogniser(config: Config) -> Recogniser:
    found = engines.recogniser(config)
    if not is_uri(config.speech.asr):
        found.transcribe(np.zeros(RATE_HZ, dtype=np.int16), "free")
    return found


async def _warm_up(speaker: Speaker) -> None:
    async for _ in speaker.say(WARM_UP_TEXT, "zh", WARM_UP_SPEED):
        pass


def _attempt(load: Callable[[], T]) -> T | None:
    try:
        return load()
    except GuitaiError as error:
        log.warning("cannot be loaded", code=error.code, reason=error.english())
        return None
