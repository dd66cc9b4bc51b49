"""Words of the card and the machine: the card is wanted back, was left at home, nothing moves; what became of the money."""

from __future__ import annotations

import pytest

from guitai.dialogue.machine import wants_card, without_card
from guitai.dialogue.midway import only_values
from guitai.dialogue.yes_no import ends_closing
from guitai.messages import bank, card
from guitai.messages.device import LinkState
from guitai.messages.voice import Clause, CustomerSaid, Entity, IntentGuess, Understanding

from .host import Host


@pytest.mark.parametrize(
    "text",
    [
        "退卡",
        "不办了，卡给我",
        "办完了，退卡吧",
        "那把卡给我吧",
        "把卡退给我",
        "没了，退卡",
        "卡还我",
        "卡先给我",
        "把卡吐出来",
        "卡拿出来吧我走了",
        "give me my card",
    ],
)
def test_card_is_wanted_back(text):
    assert wants_card(text)


@pytest.mark.parametrize(
    "text",
    [
        "卡什么时候退给我？",
        "机器把我的卡吞了",
        "转完再退卡",
        "会不会不退卡",
        "取了钱以后退卡吗",
        "先退卡再出钱是吧",
        "给我的卡转两百",
        "信用卡还款",
        "拿这张卡给我转五百",
        "换张新卡给我",
    ],
)
def test_a_card_that_only_occurs_is_not(text):
    assert not wants_card(text)


@pytest.mark.parametrize(
    "text", ["没带卡", "我卡忘带了", "卡放在家里了", "光有卡号行不行", "没卡能取吗", "I forgot my card"]
)
def test_no_card_at_hand(text):
    assert without_card(text, wanted=False)


@pytest.mark.parametrize("text", ["卡里没钱", "没有卡号", "换张新卡", "给我的卡存钱"])
def test_a_card_at_hand(text):
    assert not without_card(text, wanted=False)


def test_what_is_offered_in_place_of_a_card_counts_where_one_is_wanted():
    assert without_card("带了身份证行不行", wanted=True)
    assert not without_card("身份证可以更新吗", wanted=False)


def test_card_comes_back_from_the_middle_of_an_errand(host: Host):
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.hear("那把卡给我吧", ("cancel", 0.65))
    assert host.state.stage == "ending"
    assert host.last(card.MoveCard).to == "exit"
    assert not host.all(bank.PostTransfer)


def test_who_has_no_card_is_told_and_not_asked_for_it(host: Host):
    host.state = host.state.but(card="none", customer=None, pin_right=False)
    host.hear("我没带卡，能存钱不", ("deposit_cash", 0.99))
    assert (host.state.stage, host.state.saying.key) == ("open", "no_card")


def test_the_line_is_what_holds_things_up(host: Host):
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.happen(LinkState(online=False))
    host.hear("怎么不动了", ("device_help", 0.99))
    assert host.state.saying.key == "line_down"


@pytest.mark.parametrize(
    "text", ["没了", "没有了", "嗯，没了", "没别的要办的了", "没啥了", "妥了", "没得事了", "就到这吧", "办完了"]
)
def test_nothing_more_is_wanted(text):
    assert ends_closing(text)


@pytest.mark.parametrize("text", ["钱没了", "还没有", "没有", "我的卡没了", "没有收到", "没解决"])
def test_something_is_missing(text):
    assert not ends_closing(text)


def said(text: str, *amounts: str) -> CustomerSaid:
    entities = tuple(Entity("amount", one, one) for one in amounts)
    return CustomerSaid(text, 0.9, Understanding((IntentGuess("withdraw_cash", 1.0),), entities))


@pytest.mark.parametrize(
    ("text", "amounts"),
    [("嗯…取多少呢…就一千吧，不，一千五", ("一千", "一千五")), ("取两千", ("两千",)), ("那就要八百吧", ("八百",))],
)
def test_an_amount_and_hums_tell_no_story(text, amounts):
    assert only_values(said(text, *amounts))


def test_a_reason_beside_an_amount_is_a_story():
    assert not only_values(said("老师让我先垫一千", "一千"))


def test_a_bill_that_tells_what_a_transfer_is_for_is_no_errand(host: Host):
    text = "交房租，给陈浩然转两千六"
    bill = Clause("交房租", (IntentGuess("utility_payment", 0.94),), ())
    named = (Entity("payee", "陈浩然", "陈浩然"), Entity("amount", "两千六", "2600"))
    paid = Clause("给陈浩然转两千六", (IntentGuess("transfer", 1.0),), named)
    host.hear(text, ("transfer", 1.0), ("utility_payment", 0.94), entities=named, clauses=(bill, paid))
    assert (host.state.task.kind, host.state.task.slot("payee"), host.state.later) == ("transfer", "陈浩然", ())


def test_a_wait_that_ends_in_a_no_drops_the_errand(host: Host):
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.hear("哎等等，我先不转了", ("cancel", 1.0), move="wait")
    assert host.state.task is None


@pytest.mark.parametrize(
    "text", ["字太小了我看不清", "哎呀这字好小哟", "能不能把字放大一点", "屏幕上看不清", "the letters are too small"]
)
def test_letters_that_are_too_small_become_larger(text: str) -> None:
    host = Host()
    host.open()
    host.say(text, "device_help")
    assert host.state.large
    assert host.state.stage == "open"


@pytest.mark.parametrize("text", ["这张单子字太小看不清", "手机上字太小了", "合同的字太小"])
def test_letters_on_paper_or_on_a_telephone_are_another_matter(text: str) -> None:
    host = Host()
    host.open()
    host.say(text, "device_help")
    assert not host.state.large
