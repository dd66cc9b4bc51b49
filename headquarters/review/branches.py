"""Learning the weights from branches whose cases never leave them: the steps a branch and headquarters take.

The nightly fit's objective by federated averaging (McMahan et al., 2017, one local step a round): a branch moves the
shared point one step down its own loss; the mean of all branches' points is one step of projected gradient descent on
all cases together, so it ends where `fit` ends. Nothing here knows the transport; script/federated runs it by Flower.
"""

from __future__ import annotations

import numpy as np

from guitai.messages.risk import Factor
from guitai.risk.rules import FACTORS, Rules
from headquarters.review.fit import PULL, Curve, Data, Floats, bounds, project, vector, whole

CENTRE = 0.3
"""Of R/100: intercept and slope hardly depend on each other there."""

WEIGHT_UNIT, SLOPE_UNIT = 0.2, 10.0
"""A point's coordinates are scaled so that one step suits all, and so that noise (privacy) disturbs all alike."""

STEP = 2.5
STEEP = 8.0
"""Slope at the start; any positive one will do."""


def start(rules: Rules) -> Floats:
    """Return the first point, of shape (8,): six scaled weights (those in use), intercept at the centre, scaled slope."""
    return np.concatenate([vector(rules.weights) / WEIGHT_UNIT, [-1.0, STEEP / SLOPE_UNIT]])


def step(point: Floats, data: Data, rules: Rules) -> Floats:
    """Return the point after one step down the loss of one branch's cases (their weights as they are, not of mean 1)."""
    w, curve = _read(point, rules)
    scores = data.r @ w
    share = data.weight / data.weight.sum()
    error = share * (curve.probabilities(scores) - data.fraud)
    by_weight = curve.slope * (data.r.T @ error) + 2 * PULL * (w - vector(rules.weights))
    gradient = np.concatenate([
        by_weight * WEIGHT_UNIT,
        [error.sum(), SLOPE_UNIT * float(error @ (scores - CENTRE))],
    ])  # fmt: skip
    return np.concatenate([w / WEIGHT_UNIT, point[len(FACTORS) :]]) - STEP * gradient


def finish(point: Floats, rules: Rules) -> dict[Factor, int]:
    """Return the weights per 10,000 of a point; those in use where R says the opposite of what happened."""
    w, curve = _read(point, rules)
    return whole(w, *bounds(rules)) if curve.slope > 0 else dict(rules.weights)


def _read(point: Floats, rules: Rules) -> tuple[Floats, Curve]:
    w = project(point[: len(FACTORS)] * WEIGHT_UNIT, *bounds(rules))
    slope = float(point[-1]) * SLOPE_UNIT
    return w, Curve(float(point[-2]) - slope * CENTRE, slope)
