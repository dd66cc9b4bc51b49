"""Customers for the demo and the benches: Kokoro voices at chosen speeds, pauses and room noise, as the microphone hears."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_models.speech.audio import RATE_HZ, Floats, Samples, resample, to_float, to_int16
from edge_models.speech.tts import Language
from edge_models.speech.tts.kokoro import Kokoro
from edge_models.store import Store

_PAUSE = re.compile(r"\|(\d+(?:\.\d+)?)\|")
"""``我想给张伟|0.9|转五千块``: a pause of 0.9 s inside the utterance."""

ROOM_NOISE_DB = -62.0
"""Noise of a quiet hall, relative to full scale; a pause is never digitally silent."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a customer said, with the truth beside it."""

    text: str
    samples: Samples
    """16 kHz, begins and ends with the voice itself."""

    pauses_s: tuple[float, ...]


class Customer:
    """Speaks with any Kokoro voice. Loads the model once (about a second)."""

    def __init__(self, models: Path, state: Path, threads: int = 2) -> None:
        self._store = Store(models)
        self._cache = state / "jieba"
        self._threads = threads
        self._first: Kokoro | None = None

    def say(
        self, text: str, voice: str = "zf_xiaoxiao", speed: float = 1.0, noise_db: float | None = ROOM_NOISE_DB
    ) -> Utterance:
        """Return `text` spoken; ``|seconds|`` in it makes a pause. `noise_db` None leaves out the room's noise."""
        parts = _PAUSE.split(text)
        pieces: list[Floats] = []
        for index, part in enumerate(parts):
            if index % 2:
                pieces.append(np.zeros(int(float(part) * RATE_HZ), dtype=np.float32))
            elif part:
                # A comma keeps the voice up, as a speaker who will go on does.
                pieces.append(self._clause(part if index == len(parts) - 1 else part + "，", voice, speed))
        wave = np.concatenate(pieces)
        if noise_db is not None:
            wave = wave + room_noise(len(wave), noise_db)
        return Utterance("".join(parts[::2]), to_int16(wave), tuple(float(p) for p in parts[1::2]))

    def _clause(self, text: str, voice: str, speed: float) -> Floats:
        engine = self._engine(voice)
        sound = np.concatenate([to_float(s.samples) for s in engine.say(text, _language(voice), speed)])
        wave = resample(sound, engine.rate_hz, RATE_HZ)
        loud = np.flatnonzero(np.abs(wave) > 0.01)
        return wave[: int(loud[-1]) + 1] if loud.size else wave

    def _engine(self, voice: str) -> Kokoro:
        voices = self._store.path("kokoro-voices")
        if self._first is None:
            self._first = Kokoro(
                self._store.path("kokoro"),
                self._store.path("kokoro-vocab"),
                voices,
                {"zh": voice},
                self._threads,
                self._cache,
            )
        return self._first.with_voice(voices / f"{voice}.bin", _language(voice))


def _language(voice: str) -> Language:
    """Return what a voice speaks, by the first letter of its name: z Mandarin, a and b English."""
    return "zh" if voice.startswith("z") else "en"


def room_noise(length: int, level_db: float, seed: int = 7) -> Floats:
    """Return pink-ish noise at `level_db` of full scale (RMS): fans and air, falling with frequency."""
    white = np.random.default_rng(seed).standard_normal(length + 64)
    spectrum = np.fft.rfft(white)
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 8.0))
    noise = np.fft.irfft(spectrum, len(white))[:length]
    scale = 10 ** (level_db / 20) / max(float(np.sqrt(np.mean(noise**2))), 1e-9) if length else 0.0
    scaled: Floats = (noise * scale).astype(np.float32)
    return scaled
