"""Weights that tell answers apart: what is left out scores as if it had never been there."""

from __future__ import annotations

import numpy as np
import pytest

from edge_models.language.retrieval_ridge import left_out, likeness, weights
from edge_models.language.retrieval_wanted import said, wanted

OWNERS = np.array([0, 0, 1, 1, 2], np.int32)


def kernel() -> np.ndarray:
    points = np.random.default_rng(3).normal(size=(5, 4)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    cosines = points @ points.T
    return likeness(cosines, cosines, cosines, cosines)


def test_the_same_sentence_is_wholly_alike():
    one = np.ones(3, np.float32)
    assert likeness(one, one, one, one) == pytest.approx(1)


@pytest.mark.parametrize("out", range(5))
def test_a_way_left_out_scores_as_if_nobody_had_written_it(out: int):
    rest = [at for at in range(5) if at != out]
    fitted = weights(kernel()[np.ix_(rest, rest)], OWNERS[rest], 3)
    assert left_out(kernel(), OWNERS, 3)[out] == pytest.approx(fitted @ kernel()[out, rest], abs=1e-4)


@pytest.mark.parametrize(
    ("question", "says", "says_not"),
    [
        ("存款保险最高赔多少钱", "最高偿付50万元", "由银行交保费"),
        ("信用卡宽限几天", "有3天宽限", "不收年费"),
        ("反诈的热线是哪个", "打96110", "先别转"),
        ("最低还款比例是多少", "一般是账单的10%", "按时还就行"),
        ("几岁能自己开户", "满16岁可以", "带身份证"),
        ("how much may I carry", "up to 20,000 yuan", "bring your passport"),
    ],
)
def test_what_is_asked_for_is_found_in_the_answer_that_says_it(question: str, says: str, says_not: str):
    asked = wanted(question)
    assert asked @ said(says, "") > asked @ said("", says) > asked @ said(says_not, "")


def test_a_sentence_that_asks_for_no_figure_wants_nothing():
    assert not wanted("我的卡丢了").any()
