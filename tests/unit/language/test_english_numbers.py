"""Sums in English words, and with k or w."""

from __future__ import annotations

import pytest

from edge_models.language.entities import find

SUMS = [
    ("withdraw five hundred yuan, please", "500.00"),
    ("send one thousand two hundred and fifty to Li Na", "1250.00"),
    ("put ten thousand yuan into a fixed deposit", "10000.00"),
    ("a thousand", "1000.00"),
    ("2 thousand yuan", "2000.00"),
    ("twenty-five yuan", "25.00"),
    ("转3k给卢静", "3000.00"),
    ("取2w", "20000.00"),
    ("转1.5k", "1500.00"),
    ("1.5 million", "1500000.00"),
    ("two hundred fifty thousand", "250000.00"),
    ("one hundred and twenty three thousand four hundred fifty six", "123456.00"),
    ("fifteen hundred yuan", "1500.00"),
    ("put in two thousand", "2000.00"),
    ("one thousand for 6 months", "1000.00"),
    ("存2k金额", "2000.00"),
]


@pytest.mark.parametrize(("text", "amount"), SUMS)
def test_a_sum(text: str, amount: str) -> None:
    assert [one.norm for one in find(text) if one.type == "amount"] == [amount]


@pytest.mark.parametrize(
    "text",
    [
        "half a million", "half of five hundred", "one point five million", "withdraw 12 point 5 thousand", "three and a half thousand",
        "withdraw 12 and a half thousand", "a thousand and a half", "quarter million", "1,500k", "1,500 thousand", "withdraw 12thousand", "2 3 thousand",
        "one thousand 500", "我想买24K金", "我要18k的项链", "24k gold", "a hundred percent", "five hundred %", "in two thousand twenty six", "in nineteen ninety nine",
        "six two one seven thousand", "five hundred six hundred", "two thousand three thousand", "five thousand a hundred", "thousand hundred",
    ],
)  # fmt: skip
def test_what_cannot_be_read_surely_is_no_sum(text: str) -> None:
    assert not [one for one in find(text) if one.type == "amount"]


@pytest.mark.parametrize("text", ["one moment please", "I have two questions", "wait one second", "买个4k电视", "WKWK"])
def test_no_sum(text: str) -> None:
    assert not [one for one in find(text) if one.type == "amount"]
