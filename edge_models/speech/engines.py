"""Chooses and loads the engines the configuration names; falls back where something is missing or broken."""

from __future__ import annotations

import structlog

from edge_models.places import found
from edge_models.speech.asr import Recogniser
from edge_models.speech.client import is_uri
from edge_models.speech.tts import Engine
from edge_models.speech.tts.cache import ClauseCache
from edge_models.speech.tts.speaker import Speaker
from edge_models.speech.vad import Vad
from edge_models.store import Store
from guitai.config import Config
from guitai.errors import GuitaiError

VOSK_MANDARIN = "vosk-cn"

log = structlog.get_logger()


def vad(config: Config) -> Vad:
    """Return the voice activity detector."""
    return Vad(Store(config.paths.models).path("silero-vad"))


def recogniser(config: Config) -> Recogniser:
    """Return the configured recogniser. Raises GuitaiError ``models.*`` or ``speech.*``."""
    engine = config.speech.asr
    if is_uri(engine):
        from edge_models.speech.asr.remote import RemoteRecogniser

        return RemoteRecogniser(engine)
    if engine == "vosk":
        from edge_models.speech.asr.vosk import Vosk

        return Vosk(found(config.paths.models, VOSK_MANDARIN))
    if engine == "whisper":
        from edge_models.speech.asr.whisper import Whisper

        return Whisper(Store(config.paths.models).path("whisper-base"), config.speech.threads)
    raise GuitaiError("speech.unknown_engine", engine=engine, purpose="speech.asr", known="whisper, vosk")


def speaker(config: Config) -> Speaker:
    """Return the configured voice; the fallback voice where that one cannot be loaded."""
    fallback = _fallback()
    try:
        first = _engine(config)
    except GuitaiError as error:
        if fallback is None or error.code == "speech.unknown_engine":
            raise
        log.warning("voice cannot be loaded, fallback takes over", code=error.code)
        first, fallback = fallback, None
    cache = ClauseCache(config.paths.state / "tts-cache", first.name, first.rate_hz)
    return Speaker(first, fallback, cache)


def _engine(config: Config) -> Engine:
    engine = config.speech.tts
    if is_uri(engine):
        from edge_models.speech.tts.remote import RemoteVoice

        return RemoteVoice(engine)
    if engine == "kokoro":
        from edge_models.speech.tts.kokoro import Kokoro

        store = Store(config.paths.models)
        return Kokoro(
            store.path("kokoro"),
            store.path("kokoro-vocab"),
            store.path("kokoro-voices"),
            {"zh": config.speech.voice_zh, "en": config.speech.voice_en},
            config.speech.threads,
            config.paths.state / "jieba",
        )
    if engine == "pyttsx3":
        from edge_models.speech.tts.fallback import Espeak

        return Espeak()
    raise GuitaiError("speech.unknown_engine", engine=engine, purpose="speech.tts", known="kokoro, pyttsx3")


def _fallback() -> Engine | None:
    from edge_models.speech.tts.fallback import Espeak

    try:
        return Espeak()
    except GuitaiError as error:
        log.warning("there is no fallback voice", code=error.code)
        return None
