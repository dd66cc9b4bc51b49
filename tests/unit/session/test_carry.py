"""What words take over from before: the payee, the same sum, all or half of what there is, the same errand again, what waits for the line."""

from __future__ import annotations

import pytest

from guitai.messages import bank, card, device, face
from guitai.messages.voice import Entity
from guitai.money import yuan

from .host import Host


@pytest.fixture
def host() -> Host:
    host = Host(balance=yuan(4000), fields={"available": {"available_fen": "400000"}})
    host.open()
    host.insert_card()
    return host


def sent(host: Host) -> None:
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.press("confirm")
    host.press("met:yes") if host.state.stage == "question" else None
    assert host.state.stage == "result"


@pytest.mark.parametrize(
    "text", ["全取出来", "都取出来吧", "有多少取多少", "剩下的全都取了", "take it all", "把刚查到的都取出来"]
)
def test_all_there_is_can_be_asked_for(host, text):
    host.say(text, "withdraw_cash", share="all")
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(4000))


@pytest.mark.parametrize(
    ("text", "stage"),
    [("half of it", "confirm"), ("half a million", "slot"), ("half million yuan", "slot"), ("three and a half thousand", "slot")],
)  # fmt: skip
def test_half_a_group_of_a_number_is_no_share(host, text, stage):
    host.hear("取钱", ("withdraw_cash", 0.99))
    assert host.state.asking == "amount"
    host.hear(text, ("out_of_scope", 0.6))
    assert host.state.stage == stage


@pytest.mark.parametrize("text", ["转一半给陈浩然", "把卡里的钱转一半给陈浩然"])
def test_half_of_it_goes_to_somebody(host, text):
    host.say(text, "transfer", recipient="陈浩然", share="half")
    assert (host.state.task.slot("payee"), host.state.task.amount()) == ("陈浩然", yuan(2000))


@pytest.mark.parametrize("text", ["不要全取，取五百", "能全取出来吗", "取点钱"])
def test_other_words_name_no_share(host, text):
    host.say(text, "withdraw_cash")
    assert host.state.task.slot("amount") is None


def test_a_share_answers_the_question_how_much(host):
    host.say("我要取钱", "withdraw_cash")
    host.hear("一半吧", ("out_of_scope", 0.6))
    assert host.state.task.amount() == yuan(2000)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("小儿子王芳也转这么多", ("transfer_limit", 0.69)),
        ("再给王芳转一样多", ("transfer", 0.95)),
        ("王芳那边也打同样的钱", ("out_of_scope", 0.5)),
    ],
)
def test_the_same_sum_goes_to_another(host, text, guess):
    sent(host)
    host.hear(text, guess, entities=(Entity("recipient", "王芳", "王芳"),))
    assert (host.state.task.kind, host.state.task.slot("payee"), host.state.task.amount()) == (
        "transfer",
        "王芳",
        yuan(500),
    )


@pytest.mark.parametrize("text", ["再给他转三百", "还要给她打三百", "再转他三百"])
@pytest.mark.parametrize("between", ["", "手续费多少"])
def test_more_goes_to_the_same_payee_also_after_a_question(host, text, between):
    sent(host)
    if between:
        host.say(between, "fee_query")
    host.hear(text, ("transfer", 0.6), entities=(Entity("amount", "三百", "300"),))
    assert (host.state.task.slot("payee"), host.state.task.amount()) == ("陈浩然", yuan(300))


@pytest.mark.parametrize("text", ["再转一次要多少钱", "刚才给他转了没有", "也给了吗"])
def test_a_question_about_the_errand_before_begins_none(host, text):
    sent(host)
    host.hear(text, ("out_of_scope", 0.6))
    assert host.state.task is None or host.state.task.request_id


@pytest.mark.parametrize(
    ("text", "guess"),
    [("找着了，两千零八十", ("cancel_loss", 0.87)), ("哦看到了，两千零八十", ("query_transactions", 0.9))],
)
def test_a_value_that_was_asked_for_is_no_other_errand(host, text, guess):
    host.say("转账给陈浩然", "transfer", payee="陈浩然")
    host.hear(text, guess, entities=(Entity("amount", "两千零八十", "2080"),))
    assert (host.state.task.kind, host.state.task.amount()) == ("transfer", yuan(2080))


@pytest.mark.parametrize("text", ["不转了", "等一下", "算了", "名字不对", "继续吧"])
def test_words_about_the_dialogue_are_no_payee(host, text):
    host.say("转五百", "transfer", amount="500")
    host.hear(text, ("out_of_scope", 0.5))
    assert host.state.task is None or host.state.task.slot("payee") is None


@pytest.mark.parametrize("how", ["接着办", "好的", "start:withdraw", "取五百"])
def test_what_waited_for_the_line_goes_on_with_the_card_inside(host, how):
    host.say("查余额", "query_balance")
    host.press("continue")
    host.happen(device.LinkState(False))
    host.say("取五百块应急", "withdraw_cash", amount="500")
    assert (host.state.saying.key, host.state.card, len(host.state.later)) == ("line_down", "inside", 1)
    host.happen(device.LinkState(True))
    assert host.state.saying.key == "line_back"
    if how.startswith("start:"):
        host.press(how)
    elif how == "取五百":
        host.say(how, "withdraw_cash", amount="500")
    else:
        host.hear(how, ("affirm", 0.9))
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(500))


def test_with_the_line_down_the_card_comes_back_when_it_is_asked_for(host):
    host.happen(device.LinkState(False))
    host.say("取五百", "withdraw_cash", amount="500")
    host.press("end")
    assert host.last(card.MoveCard).to == "exit"
    assert not host.all(bank.ReserveDebit)


def test_with_the_line_down_the_card_comes_back_when_nobody_says_anything(host):
    host.happen(face.CustomerApproached())
    host.happen(device.LinkState(False))
    host.say("取五百", "withdraw_cash", amount="500")
    assert not host.all(card.MoveCard)
    host.time_out()
    assert host.last(card.MoveCard).to == "exit"
    assert [task.kind for task in host.state.later] == ["withdraw"]


@pytest.mark.parametrize(
    ("text", "stage"), [("不等了，我自己查余额", "result"), ("算了不用等了", "open"), ("我自己来", "open")]
)
def test_who_asked_for_a_human_may_go_on_alone(host, text, stage):
    host.say("叫个工作人员", "human_agent")
    assert host.state.stage == "waiting"
    host.hear(text, ("query_balance", 0.47) if stage == "result" else ("cancel", 0.6))
    assert (host.state.stage, host.state.handover) == (stage, None)


def test_small_talk_is_answered_although_it_is_not_sure(host):
    host.hear("小姑娘你今年多大啦", ("chitchat", 0.46), ("greet", 0.24))
    assert host.state.outcome == "answered.chitchat"
