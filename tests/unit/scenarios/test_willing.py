"""What the runner's customer answers and does beside the script, and what never."""

from __future__ import annotations

from typing import Any

import pytest

from guitai.scenarios.willing import defrauded, is_about_money, refused, says_goodbye, which_payee
from tests.replay.scenarios.book import scenario, turn


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


@pytest.mark.parametrize("text", ["没别的了，谢谢", "好了，再见", "谢谢你", "没有了，谢谢", "That's all, thanks"])
def test_a_goodbye_refuses_nothing(text: str) -> None:
    assert says_goodbye(text)


@pytest.mark.parametrize(
    "text", ["不用了", "我再考虑一下", "回头再说吧，谢谢", "不办了，谢谢", "算了，走了", "No, thanks"]
)
def test_what_may_refuse_is_no_goodbye(text: str) -> None:
    assert not says_goodbye(text)


@pytest.mark.parametrize(
    ("deed", "said", "no"),
    [
        ("sms_ok", "我不会把验证码告诉你们", True),
        ("sms_ok", "I won't give you the code", True),
        ("sms_ok", "验证码收到了，给他转两千", False),
        ("sms_ok", "不用急，给他转两千", False),
        ("pin_ok", "密码忘得死死的了", True),
        ("pin_ok", "给他转两千，密码我知道", False),
        ("insert_card", "我没带卡", True),
        ("insert_card", "查余额", False),
        ("take_notes", "我没带卡，不给验证码", False),
    ],
)
def test_nothing_is_done_for_who_refuses_it(deed: str, said: str, no: bool) -> None:
    assert refused(deed, [said]) is no


@pytest.mark.parametrize(
    ("tags", "level", "yes"), [(("risk",), None, True), (("voice",), "high", True), ((), "low", False)]
)
def test_whose_script_tells_of_a_fraud(tags: tuple[str, ...], level: Any, yes: bool) -> None:
    script = scenario(turn("say", "转钱", risk_level=level)).model_copy(update={"tags": tags})
    assert defrauded(script) is yes


def test_what_moves_money_is_told_by_the_flow_and_its_orders() -> None:
    moving = {"transfer", "withdraw", "deposit", "wealth_products", "wealth_redeem", "utility_payment", "loan_repay"}
    assert {kind for kind in moving if not is_about_money(kind)} == set()
    assert not any(is_about_money(kind) for kind in ("reset_pin", "cancel_loss", "account_unfreeze"))
