"""Dates as customers say them, terms, and interest to the fen."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.money import Fen, yuan
from headquarters.bank import days, interest

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("P3M", date(2026, 8, 26), TODAY),
        ("P1Y", date(2025, 11, 26), TODAY),
        ("P7D", date(2026, 11, 19), TODAY),
        ("P2W", date(2026, 11, 12), TODAY),
        ("D0", TODAY, TODAY),
        ("D-7/D0", date(2026, 11, 19), TODAY),
        ("M-1", date(2026, 10, 1), date(2026, 10, 31)),
        ("M0-END", date(2026, 11, 30), date(2026, 11, 30)),
        ("M+1-05", date(2026, 12, 5), date(2026, 12, 5)),
        ("W0", date(2026, 11, 23), date(2026, 11, 29)),
        ("W+1.3", date(2026, 12, 2), date(2026, 12, 2)),
        ("Y0", date(2026, 1, 1), date(2026, 12, 31)),
        ("Y-1-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("Y+1-02-03", date(2027, 2, 3), date(2027, 2, 3)),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2026-01/2026-03", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-03-05", date(2026, 3, 5), date(2026, 3, 5)),
        ("XXXX-XX-15", date(2026, 11, 15), date(2026, 11, 15)),
    ],
)
def test_periods_and_dates_are_understood(said: str, first: date, last: date) -> None:
    assert days.days_named(said, TODAY) == (first, last)


@pytest.mark.parametrize(
    "said", ["", "P", "P0M", "yesterday", "2026-13", "2026-02-30", "M+1-32", "W0.9", "XXXX-XX-31x"]
)
def test_what_is_no_date_is_none(said: str) -> None:
    with pytest.raises((ValueError, OverflowError), match=""):
        days.days_named(said, TODAY)


@given(st.text(max_size=20) | st.from_regex(r"[PDWMY][+-]?\d{0,4}([.-](\d{1,2}|END))?[/DWMY\d-]{0,8}", fullmatch=True))
def test_any_text_is_a_range_of_days_or_none(said: str) -> None:
    try:
        first, last = days.days_named(said, TODAY)
    except (ValueError, OverflowError):
        return
    assert isinstance(first, date)
    assert isinstance(last, date)


def test_days_turn_at_midnight_in_beijing() -> None:
    midnight = days.start_ms(TODAY)
    assert days.day_of(midnight) == TODAY
    assert days.day_of(midnight - 1) == date(2026, 11, 25)
    assert days.moment(midnight) == "2026-11-26T00:00:00+08:00"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_a_month_without_the_day_ends_on_its_last(day: date, months: int, then: date) -> None:
    assert days.add_months(day, months) == then


def test_interest_is_what_the_board_says() -> None:
    assert interest.for_months(yuan(10_000), 95, 12) == yuan(95)
    assert interest.for_months(yuan(10_000), 65, 3) == 1_625
    assert interest.for_days(yuan(10_000), 5, 100) == 139  # 1.3888… yuan
    assert interest.for_days(Fen(1), 5, 1) == 0


def test_the_monthly_payment_is_the_text_books() -> None:
    assert interest.monthly_payment(yuan(100_000), 300, 12) == 846_937
    assert interest.monthly_payment(yuan(12_000), 0, 12) == yuan(1_000)


@settings(deadline=None)
@given(st.integers(100, 10**9), st.integers(1, 2_400), st.integers(1, 120))
def test_a_loan_paid_as_quoted_is_paid_off(principal: int, rate: int, months: int) -> None:
    monthly = interest.monthly_payment(Fen(principal), rate, months)
    left = Fraction(principal)
    for _ in range(months):
        left = left * (1 + Fraction(rate, 120_000)) - monthly
    # Half a fen of rounding a month, with its own interest.
    growth = Fraction(rate, 120_000)
    most = Fraction(1, 2) * ((1 + growth) ** months - 1) / growth
    assert abs(left) <= most


@settings(deadline=None)
@given(st.integers(10_000, 10**8), st.integers(0, 3_000), st.sampled_from([3, 6, 12, 24, 36]))
def test_the_yearly_rate_of_instalments_is_the_lowest_that_asks_as_much(principal: int, rate: int, months: int) -> None:
    monthly = interest.monthly_payment(Fen(principal), rate, months)
    found = interest.yearly_rate(Fen(principal), monthly, months)
    assert found <= rate
    assert interest.monthly_payment(Fen(principal), found, months) == monthly
