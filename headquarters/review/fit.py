"""Fits the weights of the risk sum to labelled outcomes: logistic regression inside the guard rails.

P(fraud) = 1 / (1 + exp(-(b + a R/100))), R/100 = sum of w r/100: one slope, one intercept, and weights w that sum to 1 and
stay in their bounds (projected gradient; slope and intercept by Newton's method for every w). Weights the design states
are kept. A pull towards the weights in use keeps few cases from moving them far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guitai.messages.risk import Factor
from guitai.risk.rules import FACTORS, LARGEST_WEIGHT, SMALLEST_WEIGHT, WEIGHT_SUM, Rules
from headquarters.review.cases import Case

Floats = NDArray[np.float64]

MOST_MOVE = 300
"""No weight moves further than this (of 10,000) in one review."""

PULL = 0.5
"""Weight of the squared distance from the weights in use, beside the mean loss."""

RIDGE = 1e-3
"""Keeps slope and intercept finite where R parts the cases without a fault."""

ROUNDS, STEPS, HALVINGS, BISECTIONS = 300, 30, 20, 80
ENOUGH = 1e-9
STEEPEST = 40.0
"""exp() of more than this tells nothing more."""


@dataclass(frozen=True, slots=True)
class Curve:
    """From R/100 to a probability."""

    intercept: float
    slope: float

    def probabilities(self, scores: Floats) -> Floats:
        """Return the probability of fraud for each R/100."""
        return 1 / (1 + np.exp(-np.clip(self.intercept + self.slope * scores, -STEEPEST, STEEPEST)))


@dataclass(frozen=True, slots=True)
class Data:
    """Cases as arrays: r/100 in [0, 1] of shape (n, 6), outcome, how many each stands for (mean 1)."""

    r: Floats
    fraud: Floats
    weight: Floats


def data_of(cases: Sequence[Case]) -> Data:
    """Return the cases as arrays."""
    r = np.array([case.r for case in cases], dtype=np.float64) / 10_000
    weight = np.array([case.weight for case in cases], dtype=np.float64)
    return Data(r, np.array([case.fraud for case in cases], dtype=np.float64), weight / weight.mean())


def vector(weights: dict[Factor, int]) -> Floats:
    """Return weights as an array that sums to 1."""
    return np.array([weights[name] for name in FACTORS], dtype=np.float64) / WEIGHT_SUM


def losses(data: Data, w: Floats, curve: Curve) -> Floats:
    """Return each case's log loss in nats."""
    p = np.clip(curve.probabilities(data.r @ w), 1e-12, 1 - 1e-12)
    return -(data.fraud * np.log(p) + (1 - data.fraud) * np.log(1 - p))


def curve_of(data: Data, w: Floats) -> Curve:
    """Return slope and intercept of greatest likelihood for given weights."""
    scores = data.r @ w
    design = np.stack([np.ones_like(scores), scores], axis=1)
    at = np.zeros(2)
    for _ in range(STEPS):
        p = Curve(float(at[0]), float(at[1])).probabilities(scores)
        pull = RIDGE * np.array([0.0, 1.0])
        gradient = design.T @ (data.weight * (p - data.fraud)) + pull * at
        hessian = (design * (data.weight * p * (1 - p))[:, None]).T @ design + np.diag(pull + 1e-9)
        move = np.linalg.solve(hessian, gradient)
        move *= min(1.0, 10.0 / max(float(np.abs(move).max()), 1e-12))
        at -= move
        if float(np.abs(move).max()) < ENOUGH:
            break
    return Curve(float(at[0]), float(at[1]))


def fit(data: Data, rules: Rules) -> dict[Factor, int]:
    """Return weights per 10,000 that sum to 10,000 and keep every bound; those in use where the cases say nothing."""
    low, high = bounds(rules)
    start = vector(rules.weights)
    w, value = start, _value(data, start, start)
    step = 1.0
    for _ in range(ROUNDS):
        curve = curve_of(data, w)
        if curve.slope <= 0:
            return dict(rules.weights)  # R says the opposite of what happened: no weights mend that
        error = curve.probabilities(data.r @ w) - data.fraud
        gradient = curve.slope * (data.r.T @ (data.weight * error)) / len(error) + 2 * PULL * (w - start)
        for _ in range(HALVINGS):
            moved = project(w - step * gradient, low, high)
            new = _value(data, moved, start)
            if new < value - ENOUGH:
                break
            step /= 2
        else:
            break
        w, value, step = moved, new, step * 2
    return whole(w, low, high)


def bounds(rules: Rules) -> tuple[Floats, Floats]:
    """Return the least and the most each weight may become in one review."""
    kept = [rules.origins[name] == "stated" for name in FACTORS]
    now = [rules.weights[name] for name in FACTORS]
    low = [w if keep else max(SMALLEST_WEIGHT, w - MOST_MOVE) for w, keep in zip(now, kept, strict=True)]
    high = [w if keep else min(LARGEST_WEIGHT, w + MOST_MOVE) for w, keep in zip(now, kept, strict=True)]
    return np.array(low, dtype=np.float64) / WEIGHT_SUM, np.array(high, dtype=np.float64) / WEIGHT_SUM


def project(w: Floats, low: Floats, high: Floats) -> Floats:
    """Return the nearest weights within bounds that sum to 1 (shift and clip, the shift by bisection)."""
    down, up = float((w - high).min()), float((w - low).max())
    for _ in range(BISECTIONS):
        middle = (down + up) / 2
        if float(np.clip(w - middle, low, high).sum()) > 1:
            down = middle
        else:
            up = middle
    return np.clip(w - (down + up) / 2, low, high)


def whole(w: Floats, low: Floats, high: Floats) -> dict[Factor, int]:
    """Return the weights as integers that sum to exactly 10,000, each still within its bounds."""
    scaled = w * WEIGHT_SUM
    least, most = np.rint(low * WEIGHT_SUM), np.rint(high * WEIGHT_SUM)
    found = np.clip(np.floor(scaled + 1e-6), least, most)
    missing = int(WEIGHT_SUM - found.sum())
    order = np.argsort(-(scaled - found), kind="stable")
    while missing:
        for place in order:
            room = found[place] < most[place] if missing > 0 else found[place] > least[place]
            if missing and room:
                found[place] += 1 if missing > 0 else -1
                missing += -1 if missing > 0 else 1
    return {name: int(value) for name, value in zip(FACTORS, found, strict=True)}


def _value(data: Data, w: Floats, start: Floats) -> float:
    loss = losses(data, w, curve_of(data, w))
    return float((data.weight * loss).mean() + PULL * ((w - start) ** 2).sum())
