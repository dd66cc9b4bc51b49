"""AUC counts pairs, ties half; calibration is zero when what was told is what happened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.risk.measures import auc, brier, ece, reliability, share

PAIRS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=60)


@given(PAIRS)
def test_auc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[int, bool]]) -> None:
    scores, frauds = [score for score, _ in pairs], [fraud for _, fraud in pairs]
    bad = [score for score, fraud in pairs if fraud]
    good = [score for score, fraud in pairs if not fraud]
    found = auc(scores, frauds)
    if not bad or not good:
        assert found is None
        return
    won = sum((b > g) + 0.5 * (b == g) for b in bad for g in good)
    assert found == pytest.approx(won / (len(bad) * len(good)))


@given(PAIRS)
def test_turning_the_scores_round_turns_auc_round(pairs: list[tuple[int, bool]]) -> None:
    scores, frauds = [score for score, _ in pairs], [fraud for _, fraud in pairs]
    one, other = auc(scores, frauds), auc([-score for score in scores], frauds)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one + other == pytest.approx(1)


def test_calibration() -> None:
    assert ece([0.5] * 4, [True, False, True, False]) == 0
    assert ece([0.9, 0.9], [False, False]) == pytest.approx(0.9)
    assert brier([1.0, 0.0], [True, False]) == 0
    assert reliability([1.0, 0.05], [True, False])[9] == (1, 1.0, 1.0)


def test_a_share_of_nothing_is_not_a_number() -> None:
    assert share([True], [False]) is None
    assert share([True, False, True], [True, True, False]) == 0.5
