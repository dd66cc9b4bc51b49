"""Questions without an answer, grouped."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guitai.knowledge.unsolved import Asked, group


def test_what_asks_for_the_same_is_one_group():
    asked = [
        Asked("保管箱一年多少钱", "fee_query", "safe-box"),
        Asked("社保卡能在这换吗", "social_security_card"),
        Asked("保管箱租一年多少钱啊", "fee_query", "safe-box"),
        Asked("租保管箱多少钱一年", "branch_info"),
    ]
    first, second = group(asked)
    assert len(first.questions) == 3
    assert (first.intent, first.answers) == ("fee_query", (("safe-box", 2),))
    assert second.questions == ("社保卡能在这换吗",)


def test_masked_values_make_nothing_alike():
    assert len(group([Asked("〔姓名〕欠我钱"), Asked("〔姓名〕今天来吗")])) == 2


@given(st.lists(st.text(max_size=12), max_size=12))
def test_every_question_is_in_one_group(texts: list[str]):
    groups = group([Asked(text) for text in texts])
    assert sorted(text for found in groups for text in found.questions) == sorted(texts)
    assert all(found.example in found.questions for found in groups)
