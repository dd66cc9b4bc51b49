"""What many played scenarios come to: the paper's table (design.md section 5), each figure with n and its 95 % interval."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge_models.speech.scoring import cer
from guitai.scenarios.model import Scenario

Z = 1.96
"""Of a 95 % interval."""

RISKY = frozenset({"medium", "high"})
STOPS = frozenset({"delay_24h", "freeze", "human"})
"""Interventions that can prevent a loss; prompts do not count."""


@dataclass(frozen=True, slots=True)
class Result:
    """What is kept of a played scenario."""

    id: str
    tags: tuple[str, ...]
    misses: tuple[str, ...]
    should_resolve: bool | None
    resolved: bool
    should_be_risky: bool | None
    """None when the script says nothing of risk."""

    seen_risky: bool
    should_be_stopped: bool
    stopped: bool
    """Delayed, held or handed to a human, and nothing left that should have stayed."""

    asked_twice: int
    turns: int
    response_s: tuple[float, ...]
    helped: bool = False
    """Whether something was confirmed, chosen or approved beside the script."""

    heard: tuple[tuple[str, str], ...] = ()
    """With voices: what was said, and what the recogniser made of it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what it rests on."""

    value: float
    low: float
    high: float
    n: int


def should_be_risky(scenario: Scenario) -> bool | None:
    """Whether a script wants a risk of medium or more to be seen; None when it says nothing of risk."""
    expects = [turn.expect for turn in scenario.turns if turn.expect is not None]
    levels = {level for one in expects for level in (one.risk_level, one.risk_level_min) if level is not None}
    return bool(levels & RISKY) if levels else None


def should_be_stopped(scenario: Scenario) -> bool:
    """Whether a script wants a risky request delayed, held or handed to a human."""
    actions = {turn.expect.action for turn in scenario.turns if turn.expect is not None}
    return bool(should_be_risky(scenario)) and (bool(actions & STOPS) or bool(scenario.outcome.frozen))


def figures(results: Sequence[Result]) -> dict[str, Figure]:
    """Return the figures; shares and the character error rate in percent. One that nothing was measured for is left out."""
    meant = [one for one in results if one.should_resolve]
    risky = [one for one in results if one.should_be_risky]
    honest = [one for one in results if one.should_be_risky is False]
    stops = [one for one in results if one.should_be_stopped]
    times = [took for one in results for took in one.response_s]
    found = {
        "pass_rate": share([not one.misses for one in results]),
        "resolved": share([one.resolved for one in meant]),
        "mean_response_s": mean(times),
        "risk_acc": share([one.seen_risky for one in risky]),
        "false_alarm": share([one.seen_risky for one in honest]),
        "suc": share([one.stopped for one in stops]),
        "turns_per_task": mean([one.turns for one in meant if one.resolved]),
        "helped": Figure(sum(one.helped for one in results), math.nan, math.nan, len(results)),
        "asked_twice": Figure(sum(one.asked_twice for one in results), math.nan, math.nan, len(results)),
    }
    if pairs := [pair for one in results for pair in one.heard]:
        found["cer"] = Figure(100 * cer(pairs), math.nan, math.nan, len(pairs))
    return {name: figure for name, figure in found.items() if figure.n}


def by_tag(results: Iterable[Result]) -> dict[str, tuple[int, int]]:
    """Return, by tag, how many scenarios passed and how many there are."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in results:
        for tag in one.tags or ("(no tag)",):
            counts[tag][0] += not one.misses
            counts[tag][1] += 1
    return {tag: (passed, among) for tag, (passed, among) in sorted(counts.items())}


def share(yes: Sequence[bool]) -> Figure:
    """Return a share in percent with Wilson's interval."""
    n = len(yes)
    if not n:
        return Figure(0.0, 0.0, 0.0, 0)
    p = sum(yes) / n
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return Figure(100 * p, 100 * max(0.0, middle - half), 100 * min(1.0, middle + half), n)


def mean(values: Sequence[float]) -> Figure:
    """Return a mean with the normal interval."""
    n = len(values)
    if not n:
        return Figure(0.0, 0.0, 0.0, 0)
    middle = sum(values) / n
    spread = math.sqrt(sum((value - middle) ** 2 for value in values) / (n - 1)) if n > 1 else 0.0
    half = Z * spread / math.sqrt(n)
    return Figure(middle, middle - half, middle + half, n)
