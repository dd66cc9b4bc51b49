"""The closed grammar for yes and no."""

from __future__ import annotations

import pytest

from guitai.dialogue.yes_no import closes, yes_or_no


@pytest.mark.parametrize(
    "text",
    [
        "解决了。",
        "对",
        "是的",
        "嗯嗯",
        "好了好了",
        "没问题",
        "见过，我认识",
        "办好了",
        "Yes.",
        "可以了",
        "没有问题",
        "没有问题了",
        "No problem.",
    ],
)
def test_yes(text: str) -> None:
    assert yes_or_no(text) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "没有",
        "还没有呢",
        "没解决",
        "不对",
        "不是",
        "没见过",
        "不认识他",
        "还没好",
        "不太好",
        "No.",
        "还有问题",
        "Not yet.",
        "It isn't done.",
    ],
)
def test_no(text: str) -> None:
    assert yes_or_no(text) == "no"


@pytest.mark.parametrize("text", ["", "。", "跨行转账要手续费吗", "我想再给我儿子转两千块钱过去让他交学费"])
def test_neither(text: str) -> None:
    assert yes_or_no(text) is None


@pytest.mark.parametrize(
    "text", ["娃不来行不行", "可不可以", "这样行吗", "对不对", "要不要紧", "能不能代办", "有没有问题啊"]
)
def test_a_question_is_no_answer(text: str) -> None:
    assert yes_or_no(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "好，那我周末带他来",
        "等发了工资再来",
        "回头再说",
        "明天来取",
        "下次带齐了来办",
        "行，过两天我再来",
        "改天吧，改天来办",
    ],
)
def test_who_says_when_they_come_back_is_done(text: str) -> None:
    assert closes(text)


@pytest.mark.parametrize("text", ["再考虑一下", "回去商量商量", "还是琢磨琢磨吧", "先合计合计再说", "好好想想"])
def test_who_wants_to_think_it_over_is_done(text: str) -> None:
    assert closes(text)


@pytest.mark.parametrize(
    "text", ["再看一下", "还是看看吧", "得看看", "好好看看", "先看看吧", "再看看", "再问一下", "先问问吧"]
)
def test_who_wants_to_look_once_more_is_not(text: str) -> None:
    assert not closes(text)


@pytest.mark.parametrize("text", ["下次来办要带什么吗", "明天来取行不行？", "还没办好"])
def test_who_asks_on_is_not(text: str) -> None:
    assert not closes(text)
