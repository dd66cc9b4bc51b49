"""Interest in exact whole fen: what the bank states, never a float.

Rates are hundredths of a percent a year. Whole terms count months (a twelfth of the year's interest each), single days count
1/360 of it (the People's Bank's rule: daily rate = yearly rate / 360). Half a fen is rounded up.
"""

from __future__ import annotations

from fractions import Fraction

from guitai.money import Fen

WHOLE = 10_000
DAYS = 360
MONTHS = 12


def for_months(principal: Fen, rate_bp: int, months: int) -> Fen:
    """Return simple interest for whole months."""
    return _rounded(Fraction(principal * rate_bp * months, WHOLE * MONTHS))


def for_days(principal: Fen, rate_bp: int, days: int) -> Fen:
    """Return simple interest for single days."""
    return _rounded(Fraction(principal * rate_bp * days, WHOLE * DAYS))


def monthly_payment(principal: Fen, rate_bp: int, months: int) -> Fen:
    """Return the equal monthly payment of a loan (等额本息) with compound monthly interest."""
    if not rate_bp:
        return _rounded(Fraction(principal, months))
    rate = Fraction(rate_bp, WHOLE * MONTHS)
    growth = (1 + rate) ** months
    return _rounded(principal * rate * growth / (growth - 1))


def yearly_rate(principal: Fen, monthly: Fen, months: int) -> int:
    """Return the yearly rate, in hundredths of a percent, that so many payments come to: the lowest that asks as much."""
    low, high = 0, WHOLE
    while low < high:
        middle = (low + high) // 2
        if monthly_payment(principal, middle, months) >= monthly:
            high = middle
        else:
            low = middle + 1
    return low


def part_of(amount: Fen, bp: int) -> Fen:
    """Return so many hundredths of a percent of an amount: a fee."""
    return _rounded(Fraction(amount * bp, WHOLE))


def _rounded(value: Fraction) -> Fen:
    return Fen((2 * value.numerator + value.denominator) // (2 * value.denominator))
