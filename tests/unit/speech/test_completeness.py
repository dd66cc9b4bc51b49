"""Whole sentences and ones that lack something, by listening mode."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.language.understand import Understander
from edge_models.speech.completeness import whole
from edge_models.speech.ending import features, folded
from edge_models.speech.endpoint import PAUSES, SURE, UNSURE
from guitai.messages.voice import Entity, IntentGuess, Understanding

NOTHING = Understanding((IntentGuess("out_of_scope", 0.9),))

WHOLE = [
    "我要转账",
    "给李纳准三百块",
    "我要转，一万块钱给王坊",
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


@pytest.fixture(scope="module")
def understand(models_dir: Path):
    return Understander(models_dir).understand


@pytest.mark.models
@pytest.mark.parametrize("text", WHOLE)
def test_whole_sentences(text: str, understand):
    assert whole(text, "free", understand(text)) > SURE


@pytest.mark.models
@pytest.mark.parametrize("text", OPEN)
def test_sentences_that_lack_something(text: str, understand):
    assert whole(text, "free", understand(text)) < UNSURE


@pytest.mark.parametrize("text", ["是的。", "不用", "取消", "确认"])
def test_an_answer_is_whole_where_one_is_expected(text: str):
    assert whole(text, "yes_no", NOTHING) > 0.9


def test_figures():
    assert whole("五千块", "amount", NOTHING) > 0.9
    assert whole("三万二", "amount", NOTHING) > 0.9
    assert whole("我要", "amount", NOTHING) < UNSURE
    assert whole("六二二二零二", "digits", NOTHING) < whole("六二二二零二零零四五六七八九零一二三", "digits", NOTHING)


@given(st.text(max_size=60), st.sampled_from(sorted(PAUSES)), st.floats(0, 1))
def test_any_text_gets_a_probability(text, mode, probability):
    meaning = Understanding((IntentGuess("transfer", probability),), (Entity("payee", "张伟"),))
    assert 0.0 <= whole(text, mode, meaning) <= 1.0


@pytest.mark.parametrize(
    ("spoken", "written"),
    [("转三百块给他", "转8给他"), ("尾号三八零二", "尾号9"), ("一", "一"), ("五千块钱", "8"), ("取2000元", "取8")],
)
def test_numbers_are_one_word(spoken: str, written: str):
    assert folded(spoken) == written


def test_what_sounds_alike_weighs_alike():
    same = set(features("给王芳转三百块")) & set(features("给王方转五千块"))
    assert len(same) > 0.7 * len(features("给王芳转三百块"))
