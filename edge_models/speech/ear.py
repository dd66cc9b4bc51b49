"""One ear, without I/O: samples in, utterances out. Holds the sound of the present utterance and nothing older."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from edge_models.speech.audio import RATE_HZ, Samples
from edge_models.speech.endpoint import Signal, State, step
from edge_models.speech.vad import FRAME, Vad
from guitai.messages.voice import ListenMode

_PREROLL_FRAMES = 12
"""Sound kept from before the first voiced frame: the first consonant is quiet, and the start is noticed late."""

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Heard:
    """A change in what the customer does."""

    signal: Signal
    utterance: Samples
    """Sound so far, at a pause and at the end; empty otherwise."""

    speech_end_ns: int
    """Time of the last voiced sample, on the clock of the samples."""


class Ear:
    """Feed it samples with their time. `pause_s` is set from outside as soon as the words are judged."""

    def __init__(self, vad: Vad) -> None:
        self._vad = vad
        self.mode: ListenMode = "free"
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._vad.reset()
        self._state = State()
        self._rest: Samples = np.empty(0, dtype=np.int16)
        self._frames: deque[Samples] = deque()
        self._speech_end_ns = 0
        self.pause_s: float | None = None

    @property
    def speaking(self) -> bool:
        """Whether an utterance is going on."""
        return self._state.speaking

    def feed(self, samples: Samples, end_ns: int) -> list[Heard]:
        """Take samples whose last one was recorded at `end_ns`; return what changed."""
        pending = np.concatenate([self._rest, samples])
        out = []
        for at in range(0, len(pending) - FRAME + 1, FRAME):
            left = len(pending) - at - FRAME
            out += self._frame(pending[at : at + FRAME], end_ns - left * _NS // RATE_HZ)
        self._rest = pending[len(pending) - len(pending) % FRAME :]
        return out

    def _frame(self, frame: Samples, end_ns: int) -> list[Heard]:
        self._frames.append(frame)
        before = self._state
        self._state, signals = step(before, self._vad(frame), self.mode, self.pause_s)
        if not self._state.silent and self._state.voiced:
            self._speech_end_ns = end_ns
        heard = [self._heard(signal) for signal in signals]
        if Signal.RESUMED in signals:
            self.pause_s = None
        if not self._state.speaking:
            if before.speaking:
                self._frames.clear()
                self.pause_s = None
            while len(self._frames) > _PREROLL_FRAMES:
                self._frames.popleft()
        return heard

    def _heard(self, signal: Signal) -> Heard:
        if signal not in (Signal.PAUSED, Signal.ENDED):
            return Heard(signal, np.empty(0, dtype=np.int16), self._speech_end_ns)
        frames = list(self._frames)
        return Heard(signal, np.concatenate(frames), self._speech_end_ns)
