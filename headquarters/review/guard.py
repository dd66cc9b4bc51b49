"""The guard rails of the review: enough cases, and a challenger that does better on cases it was not fitted to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from guitai.messages.risk import Factor
from guitai.risk.decision import level_of
from guitai.risk.measures import auc, share
from guitai.risk.rules import FACTORS
from headquarters.review.cases import Case
from headquarters.review.fit import curve_of, data_of, losses, vector

LEAST_CASES, LEAST_FRAUDS = 300, 30
"""Labelled cases a fit needs, and frauds among them."""

LEAST_HELD_FRAUDS, LEAST_HELD_HONEST = 10, 30
"""Of the held-out cases."""

LEAST_LATER = 100
"""Labelled cases since a promotion before it may be taken back by itself."""

HELD_PERCENT = 30
SURE = 1.645
"""The mean gain must be this many standard errors above zero: 95 % on one side."""

MORE_FALSE_ALARMS = 0.005
"""The share of honest held-out cases above the threshold may rise by no more."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One set of weights against another, on the same cases."""

    count: int
    frauds: int
    gain: float
    """Mean fall of the log loss, nats; above zero when the second is better."""

    gain_error: float
    """Its standard error."""

    auc: tuple[float, float]
    acc: tuple[float, float]
    """Share of frauds with R >= 30, of the first and of the second."""

    false_alarm: tuple[float, float]

    @property
    def better(self) -> bool:
        """Whether the second is surely better, and no worse in recall, order and false alarms."""
        return (
            self.gain > SURE * self.gain_error
            and self.auc[1] >= self.auc[0]
            and self.acc[1] >= self.acc[0]
            and self.false_alarm[1] <= self.false_alarm[0] + MORE_FALSE_ALARMS
        )


def split(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Return (to fit, held out). By the hash of the session: a case never changes sides, nor do two of one session."""
    held = [case for case in cases if _lot(case.session_id) < HELD_PERCENT]
    return [case for case in cases if _lot(case.session_id) >= HELD_PERCENT], held


def lacks(fitted: Sequence[Case], held: Sequence[Case]) -> str:
    """Return what a review lacks, in words; empty when there are cases enough."""
    frauds, held_frauds = sum(case.fraud for case in fitted), sum(case.fraud for case in held)
    if len(fitted) + len(held) < LEAST_CASES:
        return f"{len(fitted) + len(held)} labelled cases, {LEAST_CASES} are needed"
    if frauds + held_frauds < LEAST_FRAUDS:
        return f"{frauds + held_frauds} frauds among the cases, {LEAST_FRAUDS} are needed"
    if held_frauds < LEAST_HELD_FRAUDS or len(held) - held_frauds < LEAST_HELD_HONEST:
        return f"{held_frauds} frauds and {len(held) - held_frauds} honest cases held out, too few to compare on"
    return ""


def too_few_later(later: Sequence[Case]) -> bool:
    """Return whether the cases since a promotion are too few to take it back on."""
    frauds = sum(case.fraud for case in later)
    return len(later) < LEAST_LATER or frauds < LEAST_HELD_FRAUDS or len(later) - frauds < LEAST_HELD_HONEST


def compare(
    fitted: Sequence[Case], held: Sequence[Case], first: dict[Factor, int], second: dict[Factor, int]
) -> Comparison:
    """Return how two sets of weights do on the held-out cases; each one's curve comes from the fitted cases."""
    known, new = data_of(fitted), data_of(held)
    one, other = (losses(new, vector(w), curve_of(known, vector(w))) for w in (first, second))
    gains = new.weight * (one - other)
    frauds = [case.fraud for case in held]
    honest = [not fraud for fraud in frauds]
    totals = [[_total(case, w) for case in held] for w in (first, second)]
    alarms = [[level_of(total) != "low" for total in some] for some in totals]
    return Comparison(
        count=len(held),
        frauds=sum(frauds),
        gain=float(gains.mean()),
        gain_error=float(gains.std(ddof=1)) / sqrt(len(held)),
        auc=(auc(totals[0], frauds) or 0.0, auc(totals[1], frauds) or 0.0),
        acc=(share(alarms[0], frauds) or 0.0, share(alarms[1], frauds) or 0.0),
        false_alarm=(share(alarms[0], honest) or 0.0, share(alarms[1], honest) or 0.0),
    )


def _total(case: Case, weights: dict[Factor, int]) -> int:
    return sum(weights[name] * r for name, r in zip(FACTORS, case.r, strict=True))


def _lot(session_id: str) -> int:
    return int.from_bytes(hashlib.sha256(b"held:" + session_id.encode()).digest()[:8], "big") % 100
