"""Choosing and mending words by what people say at a counter, and leaving everything else alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.speech.ngrams import ascending, mend, model, steps
from edge_models.speech.words import load_dictionary


@pytest.fixture(scope="module", autouse=True)
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("jieba")
    load_dictionary(folder)
    return folder


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("俺的折子叫安老伴儿当费纸卖了", "俺的折子叫俺老伴儿当废纸卖了"),
        ("我明下有没有贷款", "我名下有没有贷款"),
        ("一天追多能转多少钱", "一天最多能转多少钱"),
    ],
)
def test_misheard_characters_are_mended(heard: str, meant: str):
    assert mend(heard) == meant


@pytest.mark.parametrize(
    "text",
    [
        "科学家发现了一种新的植物",
        "昨天晚上的足球比赛非常精彩",
        "市政府决定修建一条新的地铁线路",
        "历史博物馆里陈列着许多文物",
        "专家认为这项技术前景广阔",
        "冬天的北方到处都是白雪",
        "我国成功发射了一颗气象卫星",
        "查一下余额",
        "我想取五百块钱",
        "尾号三八零二",
        "hello 你好",
        "",
    ],
)
def test_other_talk_stays(text: str):
    assert mend(text) == text


def test_bank_talk_is_likelier_than_its_homophones():
    assert model().score("查一下余额") > model().score("查一下鱼鹅")


@given(st.text(max_size=30))
def test_any_text_keeps_its_length_and_its_marks(text: str):
    mended = mend(text)
    assert len(mended) == len(text)
    assert [c for c in mended if not c.isalnum()] == [c for c in text if not c.isalnum()]


@given(st.text(alphabet="零一二三四五六七八九十百千万两", max_size=12))
def test_figures_are_never_touched(figures: str):
    assert mend(f"转{figures}给他").startswith(f"转{figures}")


@given(st.lists(st.integers(0, 2**32 - 1), unique=True))
def test_keys_come_back_from_their_differences(keys: list[int]):
    assert ascending(steps(np.array(sorted(keys), np.uint32))).tolist() == sorted(keys)
