"""Erlang C against published values, and what must hold for any load."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headquarters.console.staffing import in_time, mean_wait_s, needed, waits


@pytest.mark.parametrize(
    ("tellers", "load", "expected"),
    [
        # M/M/1: C = rho. M/M/2: C = 2 rho^2 / (1 + rho) (Kleinrock, Queueing Systems I, 1975, section 3.5).
        (1, 0.5, 0.5),
        (2, 1.0, 1 / 3),
        (2, 1.5, 2 * 0.75**2 / 1.75),
        # Erlang's sum, worked by hand: a = 2, n = 3: (8/6 * 3) / (1 + 2 + 2 + 4) = 4/9.
        (3, 2.0, 4 / 9),
    ],
)
def test_known_values(tellers: int, load: float, expected: float) -> None:
    assert waits(tellers, load) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("tellers", "calls_per_h", "talk_s", "within_s", "waiting", "mean_s", "share"),
    [
        (55, 720, 240, 15, 0.239, 8.2, 0.846),  # "The Erlang-C formula" (Mitan Ltd.): 360 calls in half an hour
        (
            14,
            200,
            180,
            20,
            0.174,
            7.8,
            0.888,
        ),  # "Erlang C formula, made simple with an easy worked example" (Call Centre Helper)
    ],
)
def test_published_worked_examples(
    tellers: int, calls_per_h: float, talk_s: float, within_s: float, waiting: float, mean_s: float, share: float
) -> None:
    load = calls_per_h * talk_s / 3600
    assert waits(tellers, load) == pytest.approx(waiting, abs=5e-4)
    assert mean_wait_s(tellers, load, talk_s) == pytest.approx(mean_s, abs=0.05)
    assert in_time(tellers, load, talk_s, within_s) == pytest.approx(share, abs=5e-4)


def by_the_sum(n: int, a: float) -> float:
    """Erlang's own formula, term by term."""
    last = a**n / math.factorial(n) * n / (n - a)
    return last / (sum(a**k / math.factorial(k) for k in range(n)) + last)


@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_the_recursion_is_erlangs_sum(n: int, busy: float) -> None:
    assert waits(n, busy * n) == pytest.approx(by_the_sum(n, busy * n), rel=1e-9)


@given(st.floats(0.1, 400), st.floats(10, 900))
def test_one_teller_fewer_would_be_too_few(calls_per_h: float, talk_s: float) -> None:
    n = needed(calls_per_h, talk_s, 20, 0.95)
    load = calls_per_h * talk_s / 3600
    assert in_time(n, load, talk_s, 20) >= 0.95
    assert n == 1 or in_time(n - 1, load, talk_s, 20) < 0.95
    assert n > load


def test_nobody_calls_nobody_is_needed() -> None:
    assert needed(0, 240, 20, 0.95) == 0
    assert (waits(0, 0), in_time(0, 0, 240, 20), mean_wait_s(0, 0, 240)) == (0, 1, 0)


def test_too_few_never_catch_up() -> None:
    assert (waits(3, 3.0), in_time(3, 3.0, 240, 20), mean_wait_s(3, 3.0, 240)) == (1, 0, math.inf)
