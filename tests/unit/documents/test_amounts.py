"""Amounts in figures and in capitals; what the bank prints itself is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.dialogue.words import capitals as written
from guitai.documents.amounts import capitals, figures
from guitai.money import Fen


@given(st.integers(1, 9_999_999_999_99))
def test_what_is_written_in_capitals_is_read_back(fen):
    assert capitals(written(Fen(fen))) in ((fen,), ()) if fen < 100 else capitals(written(Fen(fen))) == (fen,)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("人民币伍仟元整", 5000),
        ("壹佰贰拾叁万肆仟伍佰元正", 1234500),
        ("大写：拾万元整", 100000),
        ("叁仟贰佰元伍角整", 3200.5),
        ("壹万零伍拾圆整", 10050),
        ("贰亿元整", 200000000),
    ],
)
def test_capitals(text, yuan):
    assert capitals(text) == (yuan * 100,)


def test_everyday_numerals_are_no_capitals():
    assert capitals("三百元左右") == ()


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("¥3,200.50", 320050),
        ("￥500,000.00）", 50000000),
        ("5000元", 500000),
        ("50万元", 50000000),
        ("RMB1234", 123400),
    ],
)
def test_figures(text, fen):
    assert figures(text) == (fen,)


def test_a_share_is_no_amount():
    assert figures("按1%收取，R3") == ()


@given(st.text(max_size=60))
def test_no_text_breaks_either(text):
    assert all(value >= 0 for value in (*capitals(text), *figures(text)))
