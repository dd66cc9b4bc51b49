"""The alarm when one topic's customers turn negative: today against the four weeks before, topic by topic. Pure.

Test: Fisher's exact test, one-sided, of negative utterances today against the baseline; the p-values of all topics of a
day are corrected by Holm's method, so that on a day on which nothing changed there is any alarm with at most 1 %
(utterances taken as independent; those of one session are not quite, hence the further conditions). A topic must also
have turned negative half as often again, and by at least a few utterances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, lgamma

BASELINE_DAYS = 28
ALPHA = 0.01
LEAST_NEGATIVES = 5
LEAST_BASELINE = 50
"""Utterances; with fewer nobody knows what is usual."""

LEAST_RISE = 1.5


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a topic's utterances were negative."""

    negative: int = 0
    n: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.negative + other.negative, self.n + other.n)

    @property
    def rate(self) -> float:
        """The share that was negative, 0 when nobody spoke of it."""
        return self.negative / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """A topic whose negative rate has jumped."""

    topic: str
    today: Count
    before: Count
    p: float
    """Corrected."""


def alarms(today: Mapping[str, Count], before: Mapping[str, Count]) -> list[Alarm]:
    """Return the topics that jumped, the surest first."""
    tested = sorted(
        (_upper(count, before[topic]), topic)
        for topic, count in today.items()
        if count.n and topic in before and before[topic].n >= LEAST_BASELINE
    )
    found, corrected = [], 0.0
    for place, (p, topic) in enumerate(tested):
        corrected = max(corrected, min(1.0, p * (len(tested) - place)))
        now, usual = today[topic], before[topic]
        if corrected < ALPHA and now.negative >= LEAST_NEGATIVES and now.rate >= LEAST_RISE * usual.rate:
            found.append(Alarm(topic, now, usual, corrected))
    return found


def _upper(today: Count, before: Count) -> float:
    """Return the chance of at least today's negatives if both came from one urn (hypergeometric upper tail)."""
    negatives, total = today.negative + before.negative, today.n + before.n
    whole = _log_choose(total, today.n)
    chances = (
        exp(_log_choose(negatives, k) + _log_choose(total - negatives, today.n - k) - whole)
        for k in range(today.negative, min(negatives, today.n) + 1)
        if today.n - k <= total - negatives
    )
    return min(1.0, sum(chances))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
