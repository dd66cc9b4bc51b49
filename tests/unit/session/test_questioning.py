"""One definition of a question, and what customers say beside it: values while a card is awaited, a denial of a saved payee."""

from __future__ import annotations

import pytest

from guitai.dialogue import asides
from guitai.dialogue.questioning import asks
from guitai.messages.voice import Entity
from guitai.money import yuan

from .host import Host
from .world import World


@pytest.mark.parametrize(
    "text",
    [
        "那要不要钱啊",
        "怎么还没到",
        "多久能到账？",
        "收不收手续费",
        "啥时候能好",
        "哪天到",
        "能不能快点到，几天",
        "够不够",
        "是不是要钱",
        "what's the fee",
    ],
)
def test_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "改成六百行不行",
        "给我转八百可以吗",
        "取一千，好不好",
        "六百",
        "再多转两百成吗",
        "转给王芳",
        "我问好了",
        "make it 700",
    ],
)
def test_a_polite_tag_asks_nothing(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    "text", ["转多少我得问问我闺女，你等会儿啊", "我去问一下我老伴", "我找找那张条子，等会儿", "容我想想"]
)
def test_who_asks_somebody_first_wants_time(text: str) -> None:
    assert asides.move(text) == "wait"


@pytest.mark.parametrize("text", ["我问一下手续费多少", "想问问利率", "请问怎么转账", "等多久能到"])
def test_who_asks_the_kiosk_does_not(text: str) -> None:
    assert asides.move(text) != "wait"


@pytest.mark.parametrize("text", ["算了，给我取一千吧", "得了，还是转账吧", "哎算了，查余额", "不说了，取五百"])
def test_something_rather_than_what_was_wanted(text: str) -> None:
    assert asides.rather(text)


@pytest.mark.parametrize("text", ["算了", "算了吧。", "给我算了一下", "取一千"])
def test_nothing_rather(text: str) -> None:
    assert not asides.rather(text)


def test_a_value_said_anew_counts_while_a_card_is_awaited() -> None:
    world = World()
    world.open()
    world.say("取六百六", "withdraw_cash", amount="660")
    assert world.state.stage == "card"
    entities = (Entity("amount", "七百", "700"),)
    host_said(world, "那就七百整吧", entities)
    assert (world.state.stage, world.state.task.amount()) == ("card", yuan(700))


def test_who_waits_for_a_human_and_orders_rather_is_served(host: Host) -> None:
    host.say("你们银行真是的", "complaint")
    assert host.state.stage == "waiting"
    host.hear("算了，给我取一千吧", ("withdraw_cash", 0.99), entities=(Entity("amount", "一千", "1000"),))
    assert (host.state.task.kind, host.state.task.amount()) == ("withdraw", yuan(1000))


def test_a_saved_payee_who_is_denied_is_not_meant(host: Host) -> None:
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.hear("不是陈浩然，是我妹李敏", ("deny", 0.6), entities=(Entity("payee", "李敏", "李敏"),), correction=True)
    assert host.state.task.slot("payee") == "李敏"


def host_said(world: World, text: str, entities: tuple[Entity, ...]) -> None:
    from guitai.messages.voice import CustomerSaid, IntentGuess, Understanding

    world.happen(CustomerSaid(text, 0.9, Understanding((IntentGuess("withdraw_cash", 0.44),), entities)))
