"""Whatever the cases say, fitted weights keep every bound and sum to exactly 10,000; clear cases move them rightly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.risk.rules import FACTORS, LARGEST_WEIGHT, SMALLEST_WEIGHT, WEIGHT_SUM, parse, shipped, shipped_text
from headquarters.review.cases import Case
from headquarters.review.fit import MOST_MOVE, bounds, curve_of, data_of, fit, losses, project, vector, whole
from headquarters.review.rewrite import rewritten

from .branches import outcomes

ANY = st.lists(
    st.builds(
        Case,
        risk_ref=st.text("ab", min_size=1),
        session_id=st.text("ab"),
        at_ms=st.just(0),
        r=st.tuples(*[st.integers(0, 10_000)] * 6),
        fraud=st.booleans(),
        source=st.sampled_from(["teller", "audit", "complaint"]),
        weight=st.floats(1, 50),
    ),
    min_size=1,
    max_size=30,
)


def cases(count: int, seed: int, telling: str) -> list[Case]:
    return [
        Case(f"{s}-risk", s, 0, tuple(r[name] for name in FACTORS), fraud, "audit", 1.0)
        for s, r, fraud in outcomes(count, seed, telling)
    ]


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_fitted_weights_keep_the_guard_rails(some: list[Case]) -> None:
    rules = shipped()
    weights = fit(data_of(some), rules)
    assert sum(weights.values()) == WEIGHT_SUM
    for name in FACTORS:
        assert SMALLEST_WEIGHT <= weights[name] <= LARGEST_WEIGHT
        assert abs(weights[name] - rules.weights[name]) <= MOST_MOVE
        if rules.origins[name] == "stated":
            assert weights[name] == rules.weights[name]
    assert parse(rewritten(shipped_text(), 2, weights, "why")).weights == weights


@given(st.lists(st.floats(-2, 2), min_size=6, max_size=6))
def test_projection_sums_to_one_within_bounds_and_is_nearest(values: list[float]) -> None:
    low, high = bounds(shipped())
    w = np.array(values)
    found = project(w, low, high)
    assert found.sum() == pytest.approx(1)
    assert (found >= low - 1e-9).all()
    assert (found <= high + 1e-9).all()
    for other in (vector(shipped().weights), project(-w, low, high)):
        assert ((w - found) ** 2).sum() <= ((w - other) ** 2).sum() + 1e-9
    assert sum(whole(found, low, high).values()) == WEIGHT_SUM


@pytest.mark.parametrize("telling", ["semantic", "frequency", "credit"])
def test_the_factor_that_tells_frauds_gains_weight(telling: str) -> None:
    some = data_of(cases(2000, 1, telling))
    weights = fit(some, shipped())
    assert weights[telling] > shipped().weights[telling]
    before, after = vector(shipped().weights), vector(weights)
    assert losses(some, after, curve_of(some, after)).mean() < losses(some, before, curve_of(some, before)).mean()


def test_cases_that_say_the_opposite_move_nothing() -> None:
    turned = [Case(c.risk_ref, c.session_id, 0, c.r, not c.fraud, c.source, 1.0) for c in cases(500, 2, "semantic")]
    assert fit(data_of(turned), shipped()) == shipped().weights


def test_the_same_cases_give_the_same_weights() -> None:
    assert fit(data_of(cases(400, 3, "credit")), shipped()) == fit(data_of(cases(400, 3, "credit")), shipped())


def test_rewriting_touches_weights_and_version_only() -> None:
    weights = {**shipped().weights, "semantic": 1800, "frequency": 1700}
    text = rewritten(shipped_text(), 7, weights, 'said "so"\\')
    rules = parse(text)
    assert (rules.version, rules.weights, rules.origins["semantic"]) == (7, weights, "fitted")
    assert rules.reasons["semantic"] == 'said "so"\\'
    assert (rules.bands, rules.large, rules.origins["device"]) == (shipped().bands, shipped().large, "prior")
    assert len(text.splitlines()) == len(shipped_text().splitlines())
