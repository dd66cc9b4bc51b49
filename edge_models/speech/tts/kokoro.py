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

from edge_models.speech.audio import Floats, to_int16, trim
from edge_models.speech.tts import Language, Sound
from edge_models.speech.tts.phonemes import Mandarin, english
from edge_models.speech.tts.reading import aloud
from guitai.errors import GuitaiError

MAX_PHONEMES = 509
STYLE_SIZE = 256
LEAD_S = 0.03
TAIL_S = {"，": 0.16, ",": 0.16, "、": 0.1, "：": 0.18, ":": 0.18}
"""Silence kept after a clause, by its last character; the model itself leaves up to a second."""

TAIL_DEFAULT_S = 0.28


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
        self._mandarin = Mandarin(cache)
        self._run_options: Any = None

    def with_voice(self, file: Path) -> Kokoro:
        """Return the same engine, sharing the model, that speaks Mandarin with another voice file."""
        other = copy(self)
        other.names = {"zh": file.stem}
        other.styles = {file.stem: _style(file)}
        return other

    def languages(self) -> tuple[Language, ...]:
        """Return the languages whose voice file is there."""
        return tuple(self.names)

    def voice(self, language: Language) -> str:
        """Return the voice's name."""
        return self.names[language]

    def interrupt(self) -> None:
        """Stop the run that goes on, if any."""
        options = self._run_options
        if options is not None:
            options.terminate = True

    def say(self, clause: str, language: Language, speed: float) -> Iterator[Sound]:
        """Yield the clause's sound; two or more pieces only if it has more phonemes than the model takes."""
        phonemes = self._mandarin(aloud(clause)) if language == "zh" else english(clause)
        ids = [self._ids[p] for p in phonemes if p in self._ids]
        tail_s = TAIL_S.get(clause.rstrip()[-1:], TAIL_DEFAULT_S)
        for start in range(0, len(ids), MAX_PHONEMES):
            wave = self._run(ids[start : start + MAX_PHONEMES], self.styles[self.names[language]], speed)
            yield Sound(to_int16(trim(wave, self.rate_hz, LEAD_S, tail_s)))

    def _run(self, ids: list[int], style: npt.NDArray[np.float32], speed: float) -> Floats:
        feed = {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": style[len(ids)][None],
            "speed": np.array([speed], dtype=np.float32),
        }
        options = self._run_options = onnxruntime.RunOptions()
        # Gives back what a long clause needed: 200 MB less, at no measurable cost.
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        try:
            wave: Floats = self._session.run(["audio"], feed, options)[0]
        except Exception as error:  # ONNX Runtime raises classes of its own that share no base
            code = "speech.interrupted" if options.terminate else "speech.voice_failed"
            raise GuitaiError(code, engine=self.name, reason=str(error)) from error
        finally:
            self._run_options = None
        return wave


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
