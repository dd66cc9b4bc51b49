"""Branches that keep their cases reach the weights that all cases together give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.risk.rules import FACTORS, WEIGHT_SUM, shipped
from headquarters.review.branches import finish, start, step
from headquarters.review.fit import MOST_MOVE, Data, data_of, fit
from tests.unit.review.test_fit import cases

ROUNDS = 400
TOLERANCE = 2
"""Of 10,000: both stop a little short of the same place, and round."""


def parted(data: Data, sizes: list[int]) -> list[Data]:
    edges = np.cumsum(sizes)[:-1]
    parts = (np.split(values, edges) for values in (data.r, data.fraud, data.weight))
    return [Data(*part) for part in zip(*parts, strict=True)]


def together(point: np.ndarray, branches: list[Data]) -> np.ndarray:
    shares = [float(branch.weight.sum()) for branch in branches]
    return np.average([step(point, branch, shipped()) for branch in branches], axis=0, weights=shares)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(0, 5))
def test_the_mean_of_the_branches_steps_is_the_step_of_all_cases(sizes: list[int], seed: int) -> None:
    data = data_of(cases(sum(sizes), seed, "semantic"))
    point = start(shipped())
    for _ in range(3):
        whole, mean = step(point, data, shipped()), together(point, parted(data, sizes))
        assert mean == pytest.approx(whole, abs=1e-9)
        point = mean


@pytest.mark.parametrize("telling", ["semantic", "device", "frequency"])
def test_branches_end_where_the_nightly_fit_ends(telling: str) -> None:
    data = data_of(cases(900, 4, telling))
    branches = parted(data, [10, 190, 400, 300])
    point = start(shipped())
    for _ in range(ROUNDS):
        point = together(point, branches)
    found, wanted = finish(point, shipped()), fit(data, shipped())
    assert max(abs(found[name] - wanted[name]) for name in FACTORS) <= TOLERANCE


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=8, max_size=8))
def test_no_point_however_noisy_leaves_the_guard_rails(point: list[float]) -> None:
    rules = shipped()
    weights = finish(np.array(point), rules)
    assert sum(weights.values()) == WEIGHT_SUM
    assert all(abs(weights[name] - rules.weights[name]) <= MOST_MOVE for name in FACTORS)


def test_cases_that_say_the_opposite_move_nothing() -> None:
    data = data_of(cases(400, 3, "semantic"))
    turned = Data(data.r, 1 - data.fraud, data.weight)
    point = start(shipped())
    for _ in range(ROUNDS):
        point = step(point, turned, shipped())
    assert finish(point, shipped()) == shipped().weights == fit(turned, shipped())
