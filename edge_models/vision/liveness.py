"""Active liveness, pure: one living face does what it is asked, in an order it could not know, within a time limit.

It shows that somebody before the camera answers: a printed photo or a still picture on a screen fails. It does not stop
a mask, a person made up to look like another, or a video made to answer (replayed or generated): no model for that
exists in the registries, and this program does not pretend to have one. The order of the challenges is given by the
caller, so chance stays outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from guitai.messages.face import Challenge

SECOND_NS = 1_000_000_000
LOST_NS = 700_000_000
"""A detector may lose a turned head for so long before the checks start anew."""
STRANGE_SHIFT, STRANGE_SCALE = 0.6, 1.5
"""Between two looks no face moves this much of its size, or grows or shrinks this much."""
HELD_NS = 1_500_000_000
"""Eyes shut for longer than this did not blink."""
WRONG_TURNS = 2
"""Anybody may confuse left and right once."""

ACT = {"blink": 0.55, "open_mouth": 0.3, "turn_left": 0.28, "turn_right": 0.28}
REST = {"blink": 0.42, "open_mouth": 0.15, "turn_left": 0.15, "turn_right": 0.15}
"""From where an act counts, and below which it is over; narrow eyes at rest reach 0.4."""
OPPOSITE: dict[Challenge, Challenge] = {"turn_left": "turn_right", "turn_right": "turn_left"}

Reason = Literal["passed", "too_slow", "wrong_way", "face_lost"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at the face, or at its absence."""

    at_ns: int
    box: tuple[float, float, float] | None = None
    """Centre and height of the face in pixels; None while no face is seen."""

    blink: float = 0.0
    """How shut the wider open eye is, 0 to 1."""

    jaw: float = 0.0
    yaw: float = 0.0
    """As `edge_models.vision.pose.yaw`."""

    stranger: bool = False
    """The recogniser says this is another person than before."""


@dataclass(frozen=True, slots=True)
class State:
    """A check under way."""

    challenges: tuple[Challenge, ...]
    limit_ns: int
    began_ns: int | None = None
    number: int = 0
    """Challenges met so far."""

    phase: Literal["rest", "ready", "acting"] = "rest"
    """Before each act the face is seen at rest, and at rest again after it: a stiff pose meets nothing."""

    acted_ns: int = 0
    wrong_turns: int = 0
    turned_wrong: bool = False
    """The head is just now turned the wrong way: counted once."""

    box: tuple[float, float, float] | None = None
    seen_ns: int = 0
    over: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Ask the customer for the next challenge, or, after a restart, for the first again."""

    challenge: Challenge
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The check is over."""

    passed: bool
    reason: Reason


Effect = Asked | Ended


def step(state: State, seen: Observation) -> tuple[State, tuple[Effect, ...]]:
    """Return the state after one observation and what to tell. After `Ended` nothing more comes."""
    if state.over:
        return state, ()
    if state.began_ns is None:
        state = replace(state, began_ns=seen.at_ns, seen_ns=seen.at_ns)
        state, asked = _continue(state, seen)
        return state, (_ask(state), *asked)
    return _continue(state, seen)


def _continue(state: State, seen: Observation) -> tuple[State, tuple[Effect, ...]]:
    assert state.began_ns is not None
    if seen.at_ns - state.began_ns >= state.limit_ns:
        gone = seen.box is None and (state.box is None or _lost(state, seen))
        return _end(state, "face_lost" if gone else "too_slow")
    if seen.box is None:
        return state, ()
    begin_anew = seen.stranger or _lost(state, seen) or _another(state, seen)
    state = replace(state, box=seen.box, seen_ns=seen.at_ns)
    if begin_anew:
        return _restart(state)
    return _act(state, seen)


def _act(state: State, seen: Observation) -> tuple[State, tuple[Effect, ...]]:
    challenge = state.challenges[state.number]
    done = _measure(challenge, seen)
    if challenge in OPPOSITE and state.phase != "rest":
        wrong = _measure(OPPOSITE[challenge], seen) >= ACT[challenge]
        if wrong and not state.turned_wrong:
            state = replace(state, wrong_turns=state.wrong_turns + 1)
            if state.wrong_turns >= WRONG_TURNS:
                return _end(state, "wrong_way")
        state = replace(state, turned_wrong=wrong)
    if state.phase == "rest":
        return (replace(state, phase="ready") if _at_rest(seen) else state), ()
    if state.phase == "ready":
        return (replace(state, phase="acting", acted_ns=seen.at_ns) if done >= ACT[challenge] else state), ()
    if done > REST[challenge]:
        return state, ()
    if challenge == "blink" and seen.at_ns - state.acted_ns > HELD_NS:
        return replace(state, phase="rest"), ()
    return _met(state)


def _met(state: State) -> tuple[State, tuple[Effect, ...]]:
    state = replace(state, number=state.number + 1, phase="rest", turned_wrong=False)
    if state.number == len(state.challenges):
        return _end(state, "passed")
    return state, (_ask(state),)


def _restart(state: State) -> tuple[State, tuple[Effect, ...]]:
    """Begin with the first challenge again; the clock goes on."""
    anew = replace(state, number=0, phase="rest", turned_wrong=False)
    return anew, (_ask(anew),) if state.number else ()


def _end(state: State, reason: Reason) -> tuple[State, tuple[Effect, ...]]:
    return replace(state, over=True), (Ended(reason == "passed", reason),)


def _ask(state: State) -> Asked:
    return Asked(state.challenges[state.number], state.number + 1, len(state.challenges))


def _lost(state: State, seen: Observation) -> bool:
    return seen.at_ns - state.seen_ns > LOST_NS


def _another(state: State, seen: Observation) -> bool:
    """A face that jumps or changes its size at once is not the one before."""
    if state.box is None or seen.box is None or _lost(state, seen):
        return False
    (x, y, height), (old_x, old_y, old_height) = seen.box, state.box
    shift = max(abs(x - old_x), abs(y - old_y)) / max(old_height, 1e-6)
    scale = height / max(old_height, 1e-6)
    return shift > STRANGE_SHIFT or not 1 / STRANGE_SCALE < scale < STRANGE_SCALE


def _at_rest(seen: Observation) -> bool:
    return all(
        _measure(challenge, seen) <= REST[challenge] for challenge in ("blink", "open_mouth", "turn_left", "turn_right")
    )


def _measure(challenge: Challenge, seen: Observation) -> float:
    match challenge:
        case "blink":
            return seen.blink
        case "open_mouth":
            return seen.jaw
        case "turn_left":
            return seen.yaw
        case "turn_right":
            return -seen.yaw
