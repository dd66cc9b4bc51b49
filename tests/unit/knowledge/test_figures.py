"""Figures in sentences of both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.knowledge.figures import canonical, figures, holds


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("最高50万元", "up to 500,000 yuan"),
        ("四分之三以上", "3/4 or more"),
        ("打6折", "60%"),
        ("2015年5月1日", "1 May 2015"),
        ("1.2万元", "12,000 yuan"),
        ("100万元", "1 million yuan"),
        ("年利率1.30%", "1.3%"),
    ],
)
def test_both_languages_say_the_same(zh: str, en: str):
    assert figures(zh) == figures(en) != frozenset()


@pytest.mark.parametrize(
    ("answer", "alternative", "there"),
    [
        ("最高15万元", "5万", False),
        ("最高5万元", "5万", True),
        ("日利率0.05%", "5%", False),
        ("每天2,000元", "2000元", True),
        ("12.5", "2.5", False),
        ("5.0", "5", False),
        ("最高 50 万 元", "50万元", True),
        ("up to 500,000 yuan.", "500000", True),
        ("剩四分之三以上", "四分之三", True),
        ("剩四分之三以上", "", False),
    ],
)
def test_a_number_stands_whole(answer: str, alternative: str, there: bool):
    assert holds(answer, alternative) is there


@given(st.integers(0, 10**12))
def test_canonical_is_what_a_text_gives(number: int):
    assert figures(f"{number:,} yuan") == {canonical(str(number))}


@given(st.text())
def test_no_text_breaks_it(text: str):
    figures(text)
    holds(text, "5")
