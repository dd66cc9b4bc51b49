"""How well a score tells fraud from honest: AUC, recall, false alarms, calibration. Pure; used by eval, back-test, review."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

Number = int | float | Decimal
BINS = 10
Z95 = 1.959964
"""Of the normal distribution, two-sided 95 %."""


def auc(scores: Sequence[Number], frauds: Sequence[bool]) -> float | None:
    """Return the chance that a fraud scores higher than an honest event, a tie counting half (Mann and Whitney 1947).

    None when either kind is missing. O(n log n).
    """
    count = sum(frauds)
    honest = len(frauds) - count
    if not count or not honest:
        return None
    order = sorted(range(len(scores)), key=scores.__getitem__)
    twice_ranks, start = 0, 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        tied = sum(frauds[order[place]] for place in range(start, end))
        twice_ranks += tied * (start + 1 + end)
        start = end
    return (twice_ranks - count * (count + 1)) / (2 * count * honest)


def share(flags: Sequence[bool], among: Sequence[bool]) -> float | None:
    """Return the share of `flags` where `among` is true; None when it never is."""
    count = sum(among)
    return sum(flag for flag, counted in zip(flags, among, strict=True) if counted) / count if count else None


def brier(probabilities: Sequence[float], frauds: Sequence[bool]) -> float:
    """Return the mean squared distance of probability and outcome (Brier 1950); 0 is perfect."""
    return sum((p - fraud) ** 2 for p, fraud in zip(probabilities, frauds, strict=True)) / len(frauds)


def reliability(probabilities: Sequence[float], frauds: Sequence[bool]) -> list[tuple[int, float, float]]:
    """Return for each tenth of [0, 1]: how many events, their mean probability, the share of frauds (0 when empty)."""
    sums = [[0, 0.0, 0] for _ in range(BINS)]
    for p, fraud in zip(probabilities, frauds, strict=True):
        place = sums[min(int(p * BINS), BINS - 1)]
        place[0] += 1
        place[1] += p
        place[2] += fraud
    return [(int(n), total / n, hits / n) if n else (0, 0.0, 0.0) for n, total, hits in sums]


def ece(probabilities: Sequence[float], frauds: Sequence[bool]) -> float:
    """Return the expected calibration error over ten equal bins (Naeini, Cooper and Hauskrecht 2015)."""
    bins = reliability(probabilities, frauds)
    return sum(n * abs(told - seen) for n, told, seen in bins) / len(frauds)


def wilson(hits: float, count: float) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927); (0, 1) when nothing was counted."""
    if not count:
        return 0.0, 1.0
    rate, z2 = hits / count, Z95 * Z95
    middle = rate + z2 / (2 * count)
    reach = Z95 * sqrt(rate * (1 - rate) / count + z2 / (4 * count * count))
    return max(0.0, (middle - reach) / (1 + z2 / count)), min(1.0, (middle + reach) / (1 + z2 / count))
