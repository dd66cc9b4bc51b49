"""Kokoro-82M (StyleTTS 2, hexgrad) through ONNX Runtime: one clause in, 24 kHz sound out."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import onnxruntime

from edge_models.speech.audio import Floats, sounding, to_int16
from edge_models.speech.tts import Language, Sound
from edge_models.speech.tts.marks import marks
from edge_models.speech.tts.phonemes import Phonemes, is_english
from guitai.errors import GuitaiError

Lengths = npt.NDArray[np.int64]

MAX_PHONEMES = 509
STYLE_SIZE = 256
LEAD_S = 0.03
TAIL_S = {"，": 0.16, ",": 0.16, "、": 0.1, "：": 0.18, ":": 0.18}
"""Silence kept after a clause, by its last character; the model itself leaves up to a second."""

TAIL_DEFAULT_S = 0.28

FRAME = 600
"""Samples that one unit of the model's phoneme lengths stands for: 25 ms."""


class Kokoro:
    """The engine. Raises GuitaiError ``speech.voice_failed`` when a file or a voice is unusable."""

    name = "kokoro"
    rate_hz = 24_000

    def __init__(
        self, model: Path, vocabulary: Path, voices: Path, names: dict[Language, str], threads: int, cache: Path
    ) -> None:
        self.names = {language: name for language, name in names.items() if (voices / f"{name}.bin").is_file()}
        if "zh" not in self.names:
            raise GuitaiError("speech.unknown_voice", voice=names.get("zh"))
        self.styles = {name: _style(voices / f"{name}.bin") for name in self.names.values()}
        try:
            self._ids: dict[str, int] = msgspec.json.decode(vocabulary.read_bytes(), type=_Vocabulary).vocab
            self._session = onnxruntime.InferenceSession(model, _options(threads), ["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises classes of its own that share no base
            raise GuitaiError("speech.voice_failed", engine=self.name, reason=str(error)) from error
        self._phonemes = Phonemes(cache)
        self._run_options: Any = None

    def with_voice(self, file: Path, language: Language = "zh") -> Kokoro:
        """Return the same engine, sharing the model, that speaks one language with another voice file."""
        other = copy(self)
        other.names = {language: file.stem}
        other.styles = {file.stem: _style(file)}
        return other

    def languages(self) -> tuple[Language, ...]:
        """Return the languages whose voice file is there."""
        return tuple(self.names)

    def voice(self, language: Language) -> str:
        """Return the voice's name. Raises GuitaiError ``speech.unknown_voice`` where there is none for the language."""
        if language not in self.names:
            raise GuitaiError("speech.unknown_voice", voice=language)
        return self.names[language]

    def interrupt(self) -> None:
        """Stop the run that goes on, if any."""
        options = self._run_options
        if options is not None:
            options.terminate = True

    def say(self, clause: str, language: Language, speed: float) -> Iterator[Sound]:
        """Yield the clause's sound; two or more pieces only if it has more phonemes than the model takes."""
        if "en" in self.names and is_english(clause):
            language = "en"
        style = self.styles[self.voice(language)]
        symbols = [p for p in self._phonemes(clause, language) if p in self._ids]
        tail_s = TAIL_S.get(clause.rstrip()[-1:], TAIL_DEFAULT_S)
        for start in range(0, len(symbols), MAX_PHONEMES):
            yield self._speak(symbols[start : start + MAX_PHONEMES], style, speed, tail_s)

    def _speak(self, symbols: list[str], style: npt.NDArray[np.float32], speed: float, tail_s: float) -> Sound:
        wave, lengths = self._run(symbols, style, speed)
        start, end = sounding(wave)
        start, end = max(start - int(LEAD_S * self.rate_hz), 0), end + int(tail_s * self.rate_hz)
        cut = np.pad(wave[start:end], (0, max(end - len(wave), 0)))
        lengths_s = lengths * (FRAME / self.rate_hz)
        lengths_s[0] -= start / self.rate_hz
        return Sound(to_int16(cut), marks(["", *symbols, ""], lengths_s.tolist(), cut, self.rate_hz))

    def _run(self, symbols: list[str], style: npt.NDArray[np.float32], speed: float) -> tuple[Floats, Lengths]:
        feed = {
            "tokens": np.array([[0, *(self._ids[symbol] for symbol in symbols), 0]], dtype=np.int64),
            "style": style[len(symbols)][None],
            "speed": np.array([speed], dtype=np.float32),
        }
        options = self._run_options = onnxruntime.RunOptions()
        # Gives back what a long clause needed: 200 MB less, at no measurable cost.
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        try:
            wave, lengths = self._session.run(["audio", "durations"], feed, options)
        except Exception as error:  # ONNX Runtime raises classes of its own that share no base
            code = "speech.interrupted" if options.terminate else "speech.voice_failed"
            raise GuitaiError(code, engine=self.name, reason=str(error)) from error
        finally:
            self._run_options = None
        return wave, lengths


class _Vocabulary(msgspec.Struct):
    vocab: dict[str, int]


def _style(file: Path) -> npt.NDArray[np.float32]:
    return np.fromfile(file, dtype="<f4").reshape(-1, STYLE_SIZE)


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Idle workers that spin would burn the core that recognition needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options
