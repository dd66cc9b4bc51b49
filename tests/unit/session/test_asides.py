"""The closed lists of what a customer says about the dialogue itself, each with a family of phrasings and its neighbours."""

from __future__ import annotations

import pytest

from guitai.dialogue import asides


@pytest.mark.parametrize(
    "text",
    [
        "等会儿哈，我翻翻那张纸条上写的数", "别急别急，还没数完", "等等，我找一下眼镜", "慢着，我算算", "稍等，我问问我闺女", "我想想啊",
        "让我看一下单子", "哎你等等", "还没找着呢", "我得先找找那个本子", "不着急，我数一数", "hold on please", "let me find my glasses",
    ],
)  # fmt: skip
def test_a_wait_is_a_wait(text: str):
    assert asides.move(text) == "wait"


@pytest.mark.parametrize(
    "text",
    [
        "用途啥的不填了，跳过",
        "这项略过",
        "小票不要打了，略过",
        "回单不要",
        "不用打小票",
        "凭条就免了",
        "no receipt please",
        "skip this",
    ],
)
def test_what_may_be_left_out_is_left_out(text: str):
    assert asides.move(text) == "skip"
    assert not asides.drops(text)


@pytest.mark.parametrize(
    "text", ["接着办", "够，那继续转", "别闹，是小孩子乱说的，接着办", "刚才那个还是办了吧", "请继续", "go on"]
)
def test_going_on(text: str):
    assert asides.move(text) == "continue"


@pytest.mark.parametrize(
    "text",
    [
        "我想转账",
        "看看我的卡",
        "先看我余额够不够",
        "等下次吧",
        "等额本息是什么",
        "我这膝盖啊一变天就疼",
        "还是五百五",
        "找着了，两千零八十",
        "转到王芳那儿",
        "",
    ],
)
def test_other_words_are_no_move(text: str):
    assert asides.move(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "不转了",
        "先不转吧",
        "哎，没带包，不取了",
        "慢，我还要交水电，不存了，把钱退我",
        "亏这么多，那不取了",
        "今天不交了",
        "我不想办了",
        "别转了",
        "never mind",
    ],
)
def test_an_errand_is_dropped(text: str):
    assert asides.drops(text)


@pytest.mark.parametrize(
    "text", ["转不了", "是不是不转了", "为什么不转了", "取多少", "不是转给他", "小票不要打了", "不对"]
)
def test_what_drops_nothing(text: str):
    assert not asides.drops(text)


@pytest.mark.parametrize(
    "text", ["等半天了，不等了，我自己查余额", "不用等了", "我自己来吧", "别叫人了，自己弄", "I'll do it myself"]
)
def test_who_will_not_wait(text: str):
    assert asides.alone(text)


@pytest.mark.parametrize(
    ("text", "no", "wrong"),
    [
        ("不要", True, False), ("不了，谢谢", True, False), ("算了", True, False), ("no thanks", True, False),
        ("不对", False, True), ("名字不对", False, True), ("金额错了", False, True), ("我要改一下", False, True), ("这个有问题", False, True),
        ("不是毛桂兰，是草字头那个茅", False, False), ("小票不要打了", False, False), ("对", False, False),
    ],
)  # fmt: skip
def test_a_plain_no_and_something_wrong(text: str, no: bool, wrong: bool):
    assert (asides.only_no(text), asides.wrong(text)) == (no, wrong)


def test_a_no_said_over_and_over_is_soon_judged():
    """Words that could be cut in two ways took time that doubled with each of them."""
    assert asides.only_no("不了" * 40)
    assert not asides.only_no("不了" * 40 + "转")


@pytest.mark.parametrize(
    ("text", "ends"),
    [("等下，不取了，直接转给汤可心得了", True), ("先别转，等一下", False), ("等一下", False), ("不转了", True)],
)
def test_the_end_of_it_counts(text: str, ends: bool):
    assert asides.drops_in_the_end(text) is ends
