"""The figures of design.md section 5 from what sessions and labelled decisions came to: pure, each with n and 95 % interval.

A figure nothing was measured for has n = 0 and no value: it is shown as not measured, never as 0 or 100.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guitai.risk.measures import Z95, wilson

HUMAN_MS = 180_000
"""A human comes within three minutes."""

BARS: dict[str, tuple[float, Literal[">=", "<="]]] = {
    "resolved": (92.5, ">="), "response_s": (1.8, "<="), "satisfaction": (89.0, ">="), "acc": (95.3, ">="),
    "false_alarm": (10.0, "<="), "suc": (91.2, ">="),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """What one finished session came to."""

    day: str
    branch: str
    errand: bool
    """Whether anything was asked for, and not taken back by the customer."""

    resolved: bool
    alone: bool
    """No human was called."""

    satisfied: bool | None
    """The customer's own answer; None when there was none."""

    responses_ms: tuple[int, ...] = ()
    """From the end of each utterance to the first sound of its reply, fillers not counted."""

    waits_ms: tuple[int | None, ...] = ()
    """From each call for a human until one came; None where nobody did."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A risk decision whose outcome is known."""

    day: str
    branch: str
    fraud: bool
    seen: bool
    """The level was medium or high."""

    stopped: bool
    """Delayed, held or handed to a human; prompts do not count."""

    lost: bool
    """The customer complained of the loss later: what was done did not prevent it."""

    weight: float = 1.0
    """How many decisions it stands for: a randomly audited one for those that were not drawn."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what it rests on; without a value when n is 0."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def figures(visits: Sequence[Visit], judged: Sequence[Judged]) -> dict[str, Figure]:
    """Return every figure by name: shares in percent, times in seconds."""
    errands = [visit for visit in visits if visit.errand]
    waits = [wait for visit in visits for wait in visit.waits_ms]
    frauds = [one for one in judged if one.fraud]
    honest = [one for one in judged if not one.fraud]
    return {
        "resolved": share([visit.resolved for visit in errands]),
        "resolved_alone": share([visit.resolved and visit.alone for visit in errands]),
        "satisfaction": share([visit.satisfied for visit in visits if visit.satisfied is not None]),
        "answered": share([visit.satisfied is not None for visit in errands]),
        "response_s": mean([took / 1000 for visit in visits for took in visit.responses_ms]),
        "human_in_time": share([wait is not None and wait <= HUMAN_MS for wait in waits]),
        "acc": weighted([(one.seen, one.weight) for one in frauds]),
        "false_alarm": weighted([(one.seen, one.weight) for one in honest]),
        "suc": weighted([(one.stopped and not one.lost, one.weight) for one in frauds]),
    }


def share(flags: Sequence[bool]) -> Figure:
    """Return a share in percent with Wilson's interval."""
    return weighted([(flag, 1.0) for flag in flags])


def weighted(flags: Sequence[tuple[bool, float]]) -> Figure:
    """Return a weighted share in percent; its interval is Wilson's on Kish's effective n, (sum w)^2 / sum w^2."""
    if not flags:
        return Figure(None, None, None, 0)
    total = sum(weight for _, weight in flags)
    rate = sum(weight for flag, weight in flags if flag) / total
    effective = total**2 / sum(weight**2 for _, weight in flags)
    low, high = wilson(rate * effective, effective)
    return Figure(100 * rate, 100 * low, 100 * high, len(flags))


def mean(values: Sequence[float]) -> Figure:
    """Return a mean with the normal interval; of a single value it is the value itself."""
    n = len(values)
    if not n:
        return Figure(None, None, None, 0)
    middle = math.fsum(values) / n
    spread = math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (n - 1)) if n > 1 else 0.0
    reach = Z95 * spread / math.sqrt(n)
    return Figure(middle, middle - reach, middle + reach, n)


def holds(name: str, value: float) -> bool:
    """Return whether a figure keeps its bar."""
    limit, side = BARS[name]
    return value >= limit if side == ">=" else value <= limit
