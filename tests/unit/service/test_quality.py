"""Quality figures and the negative-rate alarm, as pure functions."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headquarters.quality.figures import Figure, Judged, Visit, figures, holds, mean, share, weighted
from headquarters.quality.topics import Count, _upper, alarms


def visit(**changes) -> Visit:
    return Visit(
        **(
            {
                "day": "2026-11-25",
                "branch": "heping",
                "errand": True,
                "resolved": True,
                "alone": True,
                "satisfied": None,
            }
            | changes
        )
    )


def case(**changes) -> Judged:
    plain = {"day": "2026-11-25", "branch": "heping", "fraud": True, "seen": True, "stopped": True, "lost": False}
    return Judged(**(plain | changes))


def test_nothing_measured_is_not_measured():
    assert set(figures([], []).values()) == {Figure(None, None, None, 0)}
    silent = figures([visit(), visit()], [])
    assert silent["satisfaction"].n == 0
    assert (silent["answered"].value, silent["answered"].n) == (0.0, 2)
    assert silent["acc"].value is silent["false_alarm"].value is silent["suc"].value is None


def test_each_figure_counts_what_it_should():
    visits = [
        visit(satisfied=True, responses_ms=(900, 1500)), visit(resolved=False, satisfied=False), visit(alone=False, waits_ms=(60_000,)),
        visit(errand=False, resolved=False, waits_ms=(200_000, None)),
    ]  # fmt: skip
    judged = [
        case(), case(stopped=False), case(lost=True), case(seen=False, stopped=False),
        case(fraud=False), case(fraud=False, seen=False), case(fraud=False, seen=False), case(fraud=False, seen=False),
    ]  # fmt: skip
    found = {name: (figure.value, figure.n) for name, figure in figures(visits, judged).items()}
    assert found == {
        "resolved": (pytest.approx(200 / 3), 3), "resolved_alone": (pytest.approx(100 / 3), 3),
        "satisfaction": (50.0, 2), "answered": (pytest.approx(200 / 3), 3), "response_s": (pytest.approx(1.2), 2),
        "human_in_time": (pytest.approx(100 / 3), 3), "acc": (75.0, 4), "false_alarm": (25.0, 4), "suc": (25.0, 4),
    }  # fmt: skip


def test_wilson_is_what_the_books_say():
    figure = share([True] * 81 + [False] * 182)  # Newcombe 1998, table I: 81/263
    assert (figure.low, figure.high) == (pytest.approx(25.53, abs=0.01), pytest.approx(36.62, abs=0.01))
    none = share([False] * 20)
    assert (none.value, none.low, none.high) == (0.0, 0.0, pytest.approx(16.11, abs=0.01))


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 50)), min_size=1, max_size=60))
def test_a_share_lies_in_its_interval_and_equal_weights_weigh_nothing(flags):
    figure = weighted(flags)
    assert 0 <= figure.low <= figure.value + 1e-9
    assert figure.value - 1e-9 <= figure.high <= 100
    same, plain = weighted([(flag, 7.0) for flag, _ in flags]), share([flag for flag, _ in flags])
    assert math.isclose(same.low, plain.low, abs_tol=1e-9)
    assert math.isclose(same.high, plain.high, abs_tol=1e-9)


def test_audited_cases_count_for_those_that_were_not_drawn():
    honest = [case(fraud=False, seen=True)] * 10 + [case(fraud=False, seen=False, weight=50.0)] * 10
    figure = figures([], honest)["false_alarm"]
    assert figure.value == pytest.approx(100 * 10 / 510)
    assert figure.high > figure.value * 2  # few cases stay few, whatever they stand for


def test_mean_and_bars():
    assert mean([1.0, 3.0]).value == 2.0
    assert mean([1.5]) == Figure(1.5, 1.5, 1.5, 1)
    assert (holds("resolved", 92.5), holds("resolved", 92.4)) == (True, False)
    assert (holds("false_alarm", 10.0), holds("false_alarm", 10.1)) == (True, False)


def test_fishers_exact_test_is_the_textbooks():
    assert _upper(Count(3, 4), Count(1, 4)) == pytest.approx(17 / 70)  # the lady tasting tea, three right
    assert _upper(Count(4, 4), Count(0, 4)) == pytest.approx(1 / 70)
    assert _upper(Count(0, 5), Count(3, 100)) == pytest.approx(1.0)


def test_a_jump_is_told_and_a_few_cross_customers_are_not():
    before = {"transfer": Count(20, 1000), "fee_query": Count(10, 400), "loan_apply": Count(1, 20)}
    today = {"transfer": Count(9, 40), "fee_query": Count(2, 20), "loan_apply": Count(9, 10), "u_key": Count(9, 9)}
    [alarm] = alarms(today, before)
    assert (alarm.topic, alarm.today, alarm.before) == ("transfer", Count(9, 40), Count(20, 1000))
    assert alarm.p < 1e-5
    assert alarms({"transfer": Count(4, 4)}, before) == []  # sure, but four sentences
    assert alarms({"transfer": Count(500, 20000)}, {"transfer": Count(20000, 1000000)}) == []  # sure, but small
    assert alarms({}, before) == alarms({"transfer": Count(0, 0)}, before) == []


def test_where_nothing_changed_there_is_hardly_ever_an_alarm():
    chance = random.Random(20261126)

    def drawn(n: int, rate: float) -> Count:
        return Count(sum(chance.random() < rate for _ in range(n)), n)

    rates = {f"topic{n}": 0.02 + 0.02 * n for n in range(12)}
    days = 300
    alarmed = 0
    for _ in range(days):
        before = {topic: drawn(400, rate) for topic, rate in rates.items()}
        alarmed += bool(alarms({topic: drawn(60, rate) for topic, rate in rates.items()}, before))
    assert alarmed <= 6  # 1 % of 300 is 3; more than 6 has a chance of 3 %, were the test just at its level
