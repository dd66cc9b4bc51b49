"""Whole sentences and ones that lack something, by listening mode."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.speech.completeness import whole
from edge_models.speech.endpoint import PAUSES

WHOLE = [
    "查一下余额。",
    "转账手续费是多少?",
    "我想取五百块钱",
    "你们几点下班",
    "信用卡怎么还款",
    "我的卡丢了怎么办",
    "我要交电费",
    "打印最近的流水",
]
OPEN = [
    "我想给张伟转",
    "我的信用卡",
    "把这张卡里的钱",
    "我要给我妈妈",
    "我想了解一下",
    "尾号",
    "嗯，那个",
    "帮我",
    "我想把十八万",
    "给李娜",
    "给你呢",
    "我想给张伟",
    "因为",
]


@pytest.mark.parametrize("text", WHOLE)
def test_whole_sentences(text: str):
    assert whole(text, "free") > 0.5


@pytest.mark.parametrize("text", OPEN)
def test_sentences_that_lack_something(text: str):
    assert whole(text, "free") < 0.36


@pytest.mark.parametrize("text", ["是的。", "不用", "取消", "确认"])
def test_an_answer_is_whole_where_one_is_expected(text: str):
    assert whole(text, "yes_no") > 0.9


def test_figures():
    assert whole("五千块", "amount") > 0.9
    assert whole("三万二", "amount") > 0.9
    assert whole("我要", "amount") < 0.36
    assert whole("六二二二零二", "digits") < whole("六二二二零二零零四五六七八九零一二三", "digits")


@given(st.text(max_size=60), st.sampled_from(sorted(PAUSES)))
def test_any_text_gets_a_probability(text, mode):
    assert 0.0 <= whole(text, mode) <= 1.0
