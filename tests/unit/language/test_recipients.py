"""Names by their place in a sentence; what only looks like one is none."""

from __future__ import annotations

import pytest

from edge_models.language.recipients import recipients


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("给瞿红军转六百", "瞿红军"),
        ("把三千二打到嵇春生账上", "嵇春生"),
        ("往县中医院账户交八千押金", "县中医院"),
        ("我表姐郗云霞住院，借她五千", "郗云霞"),
        ("尾款两万付给木匠宓师傅", "宓师傅"),
        ("给养鸡的佘大海结饲料款，七千四", "佘大海"),
        ("学费六千八交到育才幼儿园", "育才幼儿园"),
        ("给李明周转一下", "李明"),
        ("转三千五给维修公司的蒋老师，蒋文", "蒋文"),
    ],
)
def test_who_money_is_for(text, name):
    assert name in [span.norm for span in recipients(text)]


@pytest.mark.parametrize(
    "text",
    [
        "卡里还有多少钱",
        "我要还房贷",
        "给我查一下明细",
        "这张卡还能用不",
        "给解开吧",
        "把钱转到储蓄卡",
        "存单给我妈了",
        "谁给盖章",
    ],
)
def test_who_it_is_not_for(text):
    assert [span.norm for span in recipients(text)] == []
