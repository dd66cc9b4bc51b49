"""Runs a recorded session through `step` again and says where it first differs. Pure but for the file it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from guitai.journal.chain import canonical
from guitai.journal.recording import Recording
from guitai.messages.codec import name_of, to_data
from guitai.messages.session import Occurred

S = TypeVar("S")
Step = Callable[[S, Occurred], tuple[S, tuple[object, ...]]]

FIRST_STEP_LINE = 2


@dataclass(frozen=True, slots=True)
class Difference:
    """The first step whose effects are not the recorded ones, bit for bit."""

    line: int
    """Line of the session log."""

    event: str
    expected: str | None
    """The recorded effect as canonical JSON; None where the recording has none."""

    got: str | None
    """What `step` asks for today; None where it asks for nothing."""


def replay(recording: Recording, state: S, step: Step[S]) -> Difference | None:
    """Feed every recorded event to `step`, from `state` on, and compare the effects; None when all are identical."""
    for line, recorded in enumerate(recording.steps, start=FIRST_STEP_LINE):
        state, effects = step(state, recorded.occurred)
        expected, got = _writings(recorded.effects), _writings(effects)
        for n in range(max(len(expected), len(got))):
            pair = (expected[n] if n < len(expected) else None, got[n] if n < len(got) else None)
            if pair[0] != pair[1]:
                return Difference(line, name_of(recorded.occurred.event), *pair)
    return None


def _writings(effects: tuple[object, ...]) -> list[str]:
    return [canonical(to_data(effect)).decode() for effect in effects]
