"""Measures listening without processes: spoken utterances through ear and recogniser on simulated time.

Sound runs as fast as it can be computed; a decode takes the time it really took. So the delay between the end of speech
and the finished words is what the running process would show, and cut utterances are counted on the same run.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from edge_models.speech.audio import RATE_HZ, Samples
from edge_models.speech.customer import Utterance, room_noise
from edge_models.speech.ear import Ear
from edge_models.speech.endpoint import MAX_PAUSE_S, Signal, needed_s
from edge_models.speech.listen import Meaning, Recognition, finished
from edge_models.speech.scoring import cer
from edge_models.speech.vad import FRAME
from guitai.messages.voice import ListenMode

_LEAD_S = 0.5
_SLACK_S = 0.3
"""An end this much before the true one is still the end: voices die away."""

_NS = 1_000_000_000
_HEAR_NOISE_DB = -62.0


@dataclass(frozen=True, slots=True)
class Result:
    """One utterance as it was heard."""

    truth: str
    texts: tuple[str, ...]
    """One per utterance the ear made of it; two mean it was cut."""

    delay_s: float
    """True end of speech to the final text; of the last part."""

    asr_s: float
    """Time of the decode whose words were used."""

    after_end_s: float
    """From the endpoint's decision to the final text: 0 where the decode was over before the pause was."""

    confidence: float

    @property
    def cut(self) -> bool:
        """Whether the kiosk began to answer before the customer had finished."""
        return len(self.texts) > 1


@dataclass(frozen=True, slots=True)
class Figures:
    """What many utterances add up to."""

    n: int
    cer: float
    delay_p50_s: float
    delay_p95_s: float
    asr_p50_s: float
    after_end_p50_s: float
    cut_off_rate: float
    """Of the utterances with inner pauses."""


def listen(ear: Ear, recognition: Recognition, utterance: Utterance, mode: ListenMode = "free") -> Result:
    """Hear one utterance."""
    ear.reset()
    ear.mode = mode
    sound = _placed(utterance.samples)
    true_end_s = _LEAD_S + len(utterance.samples) / RATE_HZ
    texts: list[str] = []
    guess: Meaning | None = None
    ready_s = delay_s = asr_s = 0.0
    for at in range(0, len(sound) - FRAME + 1, FRAME):
        now_s = (at + FRAME) / RATE_HZ
        if guess is not None and ear.pause_s is None and now_s >= ready_s:
            ear.pause_s = needed_s(mode, finished(guess, mode))
        for heard in ear.feed(sound[at : at + FRAME], int(now_s * _NS)):
            if heard.signal is Signal.PAUSED:
                begun = time.perf_counter()
                guess = recognition.hear(heard.utterance, mode)
                asr_s = time.perf_counter() - begun
                ready_s = now_s + asr_s
            elif heard.signal is Signal.RESUMED:
                guess = None
            elif heard.signal is Signal.ENDED and guess is not None:
                texts.append(guess.transcript.text)
                delay_s = max(now_s, ready_s) - true_end_s
                confidence = guess.transcript.confidence
                guess = None
                if now_s >= true_end_s - _SLACK_S:
                    after_end_s = max(ready_s - now_s, 0.0)
                    return Result(utterance.text, tuple(texts), delay_s, asr_s, after_end_s, confidence)
    return Result(utterance.text, tuple(texts), delay_s, asr_s, 0.0, 0.0)


def figures(results: Sequence[Result], paused: Iterable[bool]) -> Figures:
    """Return the figures of many results; `paused` tells which utterances had inner pauses."""
    delays = [r.delay_s for r in results]
    with_pause = [r for r, has in zip(results, paused, strict=True) if has]
    return Figures(
        len(results),
        cer((r.truth, "".join(r.texts)) for r in results),
        float(np.median(delays)),
        float(np.quantile(delays, 0.95)),
        float(np.median([r.asr_s for r in results])),
        float(np.median([r.after_end_s for r in results])),
        sum(r.cut for r in with_pause) / len(with_pause) if with_pause else 0.0,
    )


def _placed(samples: Samples) -> Samples:
    silence = room_noise(int((_LEAD_S + MAX_PAUSE_S) * RATE_HZ), _HEAR_NOISE_DB)
    noise = np.clip(silence * 32767, -32768, 32767).astype(np.int16)
    lead = int(_LEAD_S * RATE_HZ)
    return np.concatenate([noise[:lead], samples, noise[lead:]])
