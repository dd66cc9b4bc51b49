"""An office, or a purpose, in place of a payee's name is a sign; names of people, courts, schools and firms are not."""

from __future__ import annotations

import pytest

from guitai.risk.payees import sign_of


@pytest.mark.parametrize("name", ["安全账户", "银监解冻专员", "资金核查账户", "公安专案组", "验资账户", "safe account"])
def test_what_frauds_call_their_account_is_a_strong_sign(name: str) -> None:
    assert sign_of(name) == "strong"


@pytest.mark.parametrize("name", ["退款客服", "王警官", "投资导师", "放款业务员", "履约保证金"])
def test_an_office_for_a_name_is_a_weak_sign(name: str) -> None:
    assert sign_of(name) == "weak"


@pytest.mark.parametrize(
    "name",
    [
        "王志坚",
        "孙女士",
        "陈浩然",
        "安顺驾校",
        "城东人民法院",
        "朝阳区公安局",
        "华夏证券",
        "王老师",
        "解放军医院",
        "平安物业",
        "冻品批发部",
        "李观",
    ],
)
def test_names_are_no_sign(name: str) -> None:
    assert sign_of(name) == "none"
