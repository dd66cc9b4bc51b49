"""Whisper (Radford et al. 2022) by faster-whisper and CTranslate2, int8, with a short encoder window.

Whisper was trained on 30 s windows; encoding only the utterance and some seconds of silence is several times quicker at
the same error. Too little padding makes it loop now and then: the guards notice, and the full window is tried.
The weights are adapted to the counter (`edge_models.prepare.whisper`), so free speech needs no prompt of a bank's words.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any, Literal

import numpy as np

from edge_models.speech.asr import Transcript
from edge_models.speech.asr.guards import is_invented, is_loop
from edge_models.speech.audio import RATE_HZ, Floats, Samples, to_float
from edge_models.speech.ngrams import model
from guitai.errors import GuitaiError
from guitai.messages.voice import ListenMode

PADDING_S = 2.5
WINDOW_S = 30.0
SHORTEST_S = 0.1
"""No word is shorter; Whisper makes one up."""

BEAM = 8
COUNTER_WEIGHT = 0.15
COUNTER_BONUS = 0.225
"""What a guess gains by how people talk at a counter: log probability, and a bonus per character against short guesses."""

MAX_NEW_TOKENS = 100
NO_SPEECH = 0.4
"""Coughs are over 0.5, speech in the rooms of tuning is under 0.02."""

LOW_LOGPROB = -1.0
_FRAMES_PER_S = 100
_BROKEN = re.compile("[\ufffd\uff10-\uff19]")
"""Half a character, and the full-width figures it makes byte by byte where it may not write plain ones."""

# Running speech, not a list: the decoder goes on in the style it is shown. General counter words only, no test's words.
PROMPTS: dict[ListenMode, str] = {
    "amount": "银行柜台，客户说金额。五百块，一千元，三万二，十八万。",
    "digits": "银行柜台，客户念号码。六二二二零二，三八零二。",
    "name": "银行柜台，客户说收款人的姓名。转给王秀英，李建国，刘洋。",
    "yes_no": "银行柜台，客户回答。是的，不是，对，不对，好的，不用，确认，取消。",
}


@dataclass(frozen=True, slots=True)
class _Guess:
    text: str
    logprob: float
    no_speech: float


class Whisper:
    """The default recogniser: Mandarin and English, 16 kHz, utterances of up to 29 s at a time."""

    name = "whisper"

    def __init__(self, folder: Path, threads: int) -> None:
        # Read when libgomp is loaded. Waiting threads that spin make one decode ten times slower on two busy cores.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer
        from opencc import OpenCC

        try:
            self._model: Any = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise GuitaiError("speech.recogniser_failed", engine=self.name, reason=str(error)) from error
        self._tokenizers: dict[str, Any] = {
            language: Tokenizer(self._model.hf_tokenizer, True, task="transcribe", language=language)
            for language in ("zh", "en")
        }
        # Mandarin figures come out as characters (五千块, never 5000块): one notation for everything behind.
        self._suppressed = {"zh": [-1, *_digit_tokens(self._model.hf_tokenizer)], "en": [-1]}
        self._simplify = OpenCC("t2s").convert

    def transcribe(self, utterance: Samples, mode: ListenMode) -> Transcript:
        """Return the words; empty for silence, noise and inventions."""
        if len(utterance) < SHORTEST_S * RATE_HZ:
            return Transcript("", 0.0)
        wave = to_float(utterance)[: int((WINDOW_S - 1) * RATE_HZ)]
        seconds = len(wave) / RATE_HZ
        language, guess = self._decode(wave, PADDING_S, mode)
        if is_loop(guess.text, seconds):
            language, guess = self._decode(wave, WINDOW_S, mode)
        silent = guess.no_speech > NO_SPEECH and guess.logprob < LOW_LOGPROB
        if silent or is_invented(guess.text) or is_loop(guess.text, seconds):
            return Transcript("", 0.0, language)
        return Transcript(guess.text, min(exp(guess.logprob), 1.0), language)

    def _decode(self, wave: Floats, padding_s: float, mode: ListenMode) -> tuple[Literal["zh", "en"], _Guess]:
        length = min(len(wave) + int(padding_s * RATE_HZ), int(WINDOW_S * RATE_HZ))
        padded = np.pad(wave, (0, length - len(wave)))
        features = self._model.feature_extractor(padded)
        frames = min(features.shape[-1] // 2 * 2, int(WINDOW_S * _FRAMES_PER_S))
        encoded = self._model.encode(np.ascontiguousarray(features[:, :frames]))
        language = self._language(encoded)
        return language, self._words(encoded, language, mode)

    def _language(self, encoded: Any) -> Literal["zh", "en"]:
        found = dict(self._model.model.detect_language(encoded)[0])
        return "en" if found.get("<|en|>", 0.0) > found.get("<|zh|>", 0.0) + 0.4 else "zh"

    def _words(self, encoded: Any, language: str, mode: ListenMode) -> _Guess:
        tokenizer = self._tokenizers[language]
        hint = tokenizer.encode(" " + PROMPTS[mode]) if language == "zh" and mode in PROMPTS else []
        prompt = self._model.get_prompt(tokenizer, hint, without_timestamps=True)
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=BEAM,
            num_hypotheses=BEAM,
            max_length=len(prompt) + MAX_NEW_TOKENS,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppressed[language],
        )[0]
        # With length penalty 1 the score is the mean over the tokens.
        guesses = []
        for tokens, score in zip(result.sequences_ids, result.scores, strict=True):
            words = _BROKEN.sub("", tokenizer.decode(tokens)).strip()
            if language == "zh":
                words = self._simplify(words)
            guesses.append((_Guess(words, score, result.no_speech_prob), len(tokens)))
        return guesses[0][0] if language == "en" else max(guesses, key=_at_the_counter)[0]


def _at_the_counter(guess: tuple[_Guess, int]) -> float:
    """Return the log probability of a guess of so many tokens, its sound and its words weighed together."""
    found, tokens = guess
    words = "".join(c for c in found.text if c.isalnum())
    return found.logprob * tokens + COUNTER_WEIGHT * model().score(words) + COUNTER_BONUS * len(words)


def _digit_tokens(tokenizer: Any) -> list[int]:
    text_tokens = tokenizer.token_to_id("<|endoftext|>")
    return [i for i in range(text_tokens) if any(c.isdigit() and not _is_han(c) for c in tokenizer.decode([i]))]


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
