"""Endpointing, pure: from speech probabilities per frame to the beginning, the pauses and the end of an utterance.

How long a pause must last before it is the end depends on what is expected and on whether the words so far are a whole
sentence (`needed_s`); the recogniser is asked for them at every short pause, so its work hides in the silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from edge_models.speech.vad import FRAME_S
from guitai.messages.voice import ListenMode

MAX_PAUSE_S = 3.0
"""Nobody is kept waiting longer, whatever the words."""

MAX_LENGTH_S = 25.0
SPEECH = 0.5
STILL_SPEECH = 0.35
"""Once speaking, a frame counts as voiced from here on: word endings are quiet."""

BLIP_FRAMES = 2
"""One voiced frame in a pause is a click, two are speech."""

PAUSE_FRAMES = 5
"""After 160 ms without voice the words so far are wanted."""

_GAP_FRAMES = 5
_START_FRAMES = 6
"""About 190 ms of voice: a cough or a knock is shorter."""

_START_FRAMES_SHORT = 5
"""Where 是 or 对 is an answer."""


class Signal(Enum):
    """What the last frame brought."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds of silence that end an utterance: after a whole sentence, and after words that lack something."""

    whole_s: float
    open_s: float


PAUSES: dict[ListenMode, Pauses] = {
    "free": Pauses(0.5, 1.45),
    "name": Pauses(0.55, 1.45),
    "amount": Pauses(0.5, 1.45),
    "yes_no": Pauses(0.4, 1.3),
    "digits": Pauses(0.9, 1.8),
}
SURE = 0.5
UNSURE = 0.35
"""From the one on, words count as whole, below the other as lacking something; tests hold examples to them."""

_CURVE = ((0.15, 1.0), (0.3, 0.61), (0.5, 0.42), (0.8, 0.1), (0.9, 0.0))
"""How much of the time between the two pauses is waited, by how probably the words are whole. Tuned on voices, rooms and
sentences of the training split: most sentences wait for the shorter pause, one in twenty for more than 1.1 s."""


@dataclass(frozen=True, slots=True)
class State:
    """Between two frames. Counters are in frames."""

    speaking: bool = False
    voiced: int = 0
    """Voiced frames of this utterance, or of what may become one."""

    run: int = 0
    """Voiced frames in a row."""

    silent: int = 0
    """Frames since the last voiced one; a click does not reset it."""

    length: int = 0
    paused: bool = False


def needed_s(mode: ListenMode, whole: float | None) -> float:
    """Return the pause that ends the utterance, given how probably the words are whole (None: not known yet)."""
    pauses = PAUSES.get(mode, PAUSES["free"])
    if whole is None:
        return pauses.open_s
    at, shares = zip(*_CURVE, strict=True)
    share = float(np.interp(whole, at, shares))
    return min(pauses.whole_s + share * (pauses.open_s - pauses.whole_s), MAX_PAUSE_S)


def step(state: State, probability: float, mode: ListenMode, pause_s: float | None) -> tuple[State, tuple[Signal, ...]]:
    """Advance by one frame.

    Args:
        state: what was.
        probability: of speech in this frame.
        mode: what the kiosk expects to hear.
        pause_s: silence that ends the utterance, once the words are known; None while they are not.
    """
    voiced = probability >= (STILL_SPEECH if state.run or (state.speaking and not state.silent) else SPEECH)
    if not state.speaking:
        return _waiting(state, voiced, mode)
    return _speaking(state, voiced, mode, pause_s)


def _waiting(state: State, voiced: bool, mode: ListenMode) -> tuple[State, tuple[Signal, ...]]:
    if not voiced:
        silent = state.silent + 1
        return (State() if silent > _GAP_FRAMES else replace(state, silent=silent, run=0)), ()
    now = replace(state, voiced=state.voiced + 1, run=state.run + 1, silent=0)
    if now.voiced < (_START_FRAMES_SHORT if mode == "yes_no" else _START_FRAMES):
        return now, ()
    return replace(now, speaking=True, length=now.voiced), (Signal.STARTED,)


def _speaking(state: State, voiced: bool, mode: ListenMode, pause_s: float | None) -> tuple[State, tuple[Signal, ...]]:
    now = replace(state, length=state.length + 1, run=state.run + 1 if voiced else 0, silent=state.silent + 1)
    if now.length * FRAME_S >= MAX_LENGTH_S:
        return State(), (Signal.TOO_LONG,)
    if voiced and (now.run >= BLIP_FRAMES or not state.silent):
        signals = (Signal.RESUMED,) if state.paused else ()
        return replace(now, silent=0, paused=False), signals
    if state.paused and now.silent * FRAME_S >= (needed_s(mode, None) if pause_s is None else pause_s):
        return State(), (Signal.ENDED,)
    if not state.paused and now.silent >= PAUSE_FRAMES:
        return replace(now, paused=True), (Signal.PAUSED,)
    return now, ()
