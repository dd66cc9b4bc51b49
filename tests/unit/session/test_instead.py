"""Another errand named while one is dropped, a sum for each of several payees, and payees that are houses or sound like a call for a human."""

from __future__ import annotations

import pytest

from guitai.dialogue import payees
from guitai.messages import bank, handover
from guitai.messages.voice import Entity, ScamSignal
from guitai.money import yuan

from .host import Host


def opened(*names: str) -> Host:
    class Desk(Host):
        def answers(self, effect: object) -> list[object]:
            told = super().answers(effect)
            if isinstance(effect, bank.LookUpCustomer):
                saved = tuple(bank.Payee(name, "4471", "本行", f"p-{name}") for name in names)
                return [bank.CustomerKnown(effect.request_id, "刘*芳", self.region, "good", 3, yuan(800), 4, 0, saved)]
            return told

    desk = Desk()
    desk.open()
    desk.insert_card()
    return desk


def amount(value: str, norm: str) -> Entity:
    return Entity("amount", value, norm)


def payee(name: str) -> Entity:
    return Entity("payee", name, name)


def test_each_payee_gets_the_sum_named_with_it() -> None:
    desk = opened("小文", "小武")
    entities = (payee("小文"), amount("三百", "300.00"), payee("小武"), amount("两百", "200.00"))
    desk.hear("给小文转三百，给小武转两百", ("transfer", 0.99), entities=entities)
    desk.press("confirm")
    desk.press("solved:yes")
    desk.press("confirm")
    assert [(one.payee_name, one.amount) for one in desk.all(bank.PostTransfer)] == [
        ("小文", yuan(300)),
        ("小武", yuan(200)),
    ]


@pytest.mark.parametrize(
    ("first", "second", "amounts"),
    [("一千五百", "五百", (1500, 500)), ("五百", "三千五百", (500, 3500)), ("1500", "500", (1500, 500))],
)
def test_a_sum_within_a_longer_one_is_not_heard_twice(first: str, second: str, amounts: tuple[int, int]) -> None:
    desk = opened("小文", "小武")
    spoken = tuple(amount(value, f"{yuan_}.00") for value, yuan_ in zip((first, second), amounts, strict=True))
    entities = (payee("小文"), spoken[0], payee("小武"), spoken[1])
    desk.hear(f"给小文转{first}，给小武转{second}", ("transfer", 0.99), entities=entities)
    desk.press("confirm")
    desk.press("solved:yes")
    desk.press("confirm")
    sent = [(one.payee_name, one.amount) for one in desk.all(bank.PostTransfer)]
    assert sent == [("小文", yuan(amounts[0])), ("小武", yuan(amounts[1]))]


def test_a_name_within_a_longer_one_is_not_heard_twice() -> None:
    desk = opened("张小文", "小文")
    entities = (payee("小文"), payee("张小文"), amount("两百", "200.00"), amount("三百", "300.00"))
    desk.hear("给张小文转三百，给小文转两百", ("transfer", 0.99), entities=entities)
    desk.press("confirm")
    desk.press("solved:yes")
    desk.press("confirm")
    sent = [(one.payee_name, one.amount) for one in desk.all(bank.PostTransfer)]
    assert sent == [("张小文", yuan(300)), ("小文", yuan(200))]


def test_another_errand_instead_takes_the_sum_over() -> None:
    desk = opened("汤可心")
    desk.hear("取两千块", ("withdraw_cash", 0.99), entities=(amount("两千", "2000.00"),))
    desk.hear("等下，不取了，直接转给汤可心得了", ("cancel", 0.56), ("transfer", 0.37), entities=(payee("汤可心"),))
    assert desk.state.task is not None
    assert (desk.state.task.kind, desk.state.task.slot("payee"), desk.state.task.amount()) == (
        "transfer",
        "汤可心",
        yuan(2000),
    )


def test_an_office_named_as_payee_calls_nobody() -> None:
    desk = opened()
    desk.hear("转账十万", ("transfer", 0.99), entities=(amount("十万", "100000.00"),))
    desk.hear("给王经理，投资平台的客服经理", ("human_agent", 0.95), entities=(payee("王经理"),))
    assert not desk.all(handover.Escalate)
    assert desk.state.task is not None
    assert desk.state.task.slot("payee") == "王经理"


def test_a_sum_that_answers_how_much_is_no_sign_of_fraud_unless_somebody_wants_it() -> None:
    hint = ScamSignal(0.86, "weak", "prize", ("就九百",))
    for text, strength in (("哦只出整百啊，那就九百", "none"), ("他说要九百", "weak")):
        desk = opened()
        desk.hear("取八百八", ("withdraw_cash", 0.99), entities=(amount("八百八", "880.00"),))
        assert desk.state.asking == "amount"
        desk.hear(text, ("withdraw_cash", 0.97), entities=(amount("九百", "900.00"),), scam=hint)
        assert desk.state.scam.strength == strength


@pytest.mark.parametrize(
    ("text", "asked", "name"),
    [
        ("我爸住院要交押金，转一万给市第一人民医院", False, "市第一人民医院"),
        ("市第一人民医院", True, "市第一人民医院"),
        ("给我们公司转钱", False, None),
        ("医院几点开门", True, None),
    ],
)
def test_a_house_is_a_payee(text: str, asked: bool, name: str | None) -> None:
    assert payees.organisation(text, asked=asked) == name
