"""Spoken numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.language import numerals

DIGITS = "零一二三四五六七八九"


def spoken(value: int) -> str:
    """The number as a careful speaker says it."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return spoken(high) + "万" + gap + (spoken(low) if low else "")
    words, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += ("零" if zero else "") + DIGITS[digit] + name
            zero = False
        else:
            zero = bool(words)
    return words or "零"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("五千", "5000"), ("三万二", "32000"), ("一百八十万", "1800000"), ("十八万八", "188000"), ("三百六", "360"), ("1.5万", "15000"),
        ("3万5", "35000"), ("12,000", "12000"), ("一千零五", "1005"), ("一万零三百", "10300"), ("十", "10"), ("两亿三千万", "230000000"), ("壹万贰仟", "12000"),
    ],
)  # fmt: skip
def test_says_what_was_meant(text: str, value: str) -> None:
    assert numerals.number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["两三千", "二三", "半", "", "abc", "幺叉"])
def test_a_guess_is_no_number(text: str) -> None:
    assert numerals.number(text) is None


@given(st.integers(0, 99_999_999))
def test_every_carefully_spoken_number_is_heard(value: int) -> None:
    assert numerals.number(spoken(value)) == value


@given(st.text("零一二三四五六七八九幺 -", max_size=25))
def test_digit_by_digit(text: str) -> None:
    assert numerals.digits(text).isdigit() or not text.strip(" -")
