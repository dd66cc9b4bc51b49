"""What a customer answers who is asked whether a payee is meant whose name was not surely heard."""

from __future__ import annotations

import pytest

from guitai.scenarios.willing import which_payee


@pytest.mark.parametrize(
    ("perhaps", "said", "known", "answer"),
    [
        (("闻静",), "给闻静汇一千九", (), "对的，就是这个人"),
        (("闻静",), "给文晶汇一千九", ("文晶",), "不是"),
        (("闻静",), "转一千九", ("闻静",), "对的，就是这个人"),
        (("茅桂兰", "毛桂兰"), "不是毛桂兰，是草字头那个茅，茅桂兰", ("毛桂兰",), "第一个"),
        (("茅桂兰", "毛桂兰"), "给毛桂兰转三百", (), "第二个"),
        (("茅桂兰", "毛桂兰"), "给冒贵南转三百", ("冒贵南",), "都不是"),
    ],
)
def test_the_one_the_customer_said_is_meant(
    perhaps: tuple[str, ...], said: str, known: tuple[str, ...], answer: str
) -> None:
    assert which_payee(perhaps, said, known) == answer
