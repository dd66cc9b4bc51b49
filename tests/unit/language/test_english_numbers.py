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
]


@pytest.mark.parametrize(("text", "amount"), SUMS)
def test_a_sum(text: str, amount: str) -> None:
    assert [one.norm for one in find(text) if one.type == "amount"] == [amount]


@pytest.mark.parametrize("text", ["one moment please", "I have two questions", "wait one second", "买个4k电视", "WKWK"])
def test_no_sum(text: str) -> None:
    assert not [one for one in find(text) if one.type == "amount"]
