"""In the middle of an errand: a value said again, a plain no, an aside, something nobody understands; by word and by touch."""

from __future__ import annotations

import pytest

from guitai.dialogue.data import FLOWS
from guitai.knowledge.answers import by_id
from guitai.messages import bank, device, face, touch
from guitai.messages.voice import Entity
from guitai.money import yuan

from .host import Host


def amounts(*values: tuple[str, str]) -> tuple[Entity, ...]:
    return tuple(Entity("amount", said, norm) for said, norm in values)


def transfer(host: Host) -> None:
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    assert host.state.stage == "confirm"


@pytest.mark.parametrize(
    ("text", "said", "norm", "becomes", "guess"),
    [
        ("哦不，六百", "六百", "600", 600, ("out_of_scope", 0.73)),
        ("等等，我算算……还是五百五", "五百五", "550", 550, ("deposit_rate", 0.59)),
        ("改成八百", "八百", "800", 800, ("transfer", 0.4)),
        ("就三百吧", "三百", "300", 300, ("affirm", 0.5)),
        ("再多转一百", "一百", "100", 600, ("transfer", 0.6)),
        ("少转两百", "两百", "200", 300, ("out_of_scope", 0.6)),
        ("转一千", "一千", "1000", 1000, ("transfer", 0.97)),
        ("make it 700", "700", "700", 700, ("out_of_scope", 0.5)),
    ],
)
def test_an_amount_said_again_is_the_one_that_is_meant(host, text, said, norm, becomes, guess):
    transfer(host)
    host.hear(text, guess, entities=amounts((said, norm)))
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(becomes))
    assert not host.all(bank.PostTransfer)


@pytest.mark.parametrize(
    ("text", "said", "norm"),
    [
        ("我这个月工资才三千，得省着点", "三千", "3000"),
        ("手续费要五块吗", "五块", "5"),
        ("五百，对", "五百", "500"),
        ("他上回借我两千还没还呢", "两千", "2000"),
    ],
)
def test_an_amount_in_a_story_or_a_question_changes_nothing(host, text, said, norm):
    transfer(host)
    host.hear(text, ("out_of_scope", 0.6), entities=amounts((said, norm)))
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(500))


@pytest.mark.parametrize("text", ["算了", "不要了", "不办了", "不转了", "先不转吧", "no thanks"])
def test_a_plain_no_drops_the_errand(host, text):
    transfer(host)
    host.hear(text, ("deny", 0.6))
    assert (host.state.task, host.state.outcome) == (None, "cancelled")


@pytest.mark.parametrize(
    "text", ["不是毛桂兰，是草字头那个茅", "小票不要打了", "我不是着急嘛", "哎呀你这机器不错", "没有眼镜看不清"]
)
def test_a_no_among_other_words_drops_nothing(host, text):
    transfer(host)
    host.hear(text, ("deny", 0.42), ("out_of_scope", 0.3))
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(500))


@pytest.mark.parametrize("text", ["不对", "错了", "不是", "名字不对", "我要改一下"])
def test_what_is_wrong_is_asked_about_and_changed(host, text):
    transfer(host)
    host.hear(text, ("deny", 0.8))
    assert host.state.saying.key == "change_what"
    assert "change:payee" in host.shown
    assert "change:amount" in host.shown
    assert "change:account" not in host.shown, "the account of a saved payee is the bank's"
    host.press("confirm")
    assert not host.all(bank.PostTransfer), "nothing can be confirmed while it is being changed"
    host.press("change:amount")
    assert (host.state.stage, host.state.asking) == ("slot", "amount")
    host.happen(touch.Entered("amount", "620"))
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(620))


@pytest.mark.parametrize(
    "text",
    [
        "不改了", "没有不对", "没有，不改了", "不用改了", "别改了，就这样", "都没错", "没错没错", "没有", "哦没什么不对的", "不换了",
        "nothing", "No, nothing is wrong.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("guess", [("deny", 0.8), ("cancel", 0.8), ("out_of_scope", 0.6)])
def test_who_finds_nothing_wrong_keeps_the_errand(host, text, guess):
    transfer(host)
    host.press("change")
    host.hear(text, guess)
    assert (host.state.stage, host.state.saying.key) == ("confirm", "confirm_transfer")
    assert "change:payee" not in host.shown
    assert not host.all(bank.PostTransfer)


@pytest.mark.parametrize("text", ["不转了", "算了", "不要了", "取消吧"])
def test_who_drops_it_when_asked_what_is_wrong_drops_it(host, text):
    transfer(host)
    host.press("change")
    host.hear(text, ("cancel", 0.9))
    assert (host.state.task, host.state.outcome) == (None, "cancelled")


def test_by_touch_the_only_value_is_asked_for_at_once_and_may_stay(host):
    host.say("取五百", "withdraw_cash", amount="500")
    host.press("change")
    assert (host.state.stage, host.state.asking) == ("slot", "amount")
    host.press("amount:100000")
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(1000))


@pytest.mark.parametrize("how", ["word", "finger"])
def test_a_step_back_keeps_the_value_until_another_is_given(host, how):
    host.press("start:transfer")
    host.press("pick:陈浩然")
    host.press("previous") if how == "finger" else host.hear("上一步", move="back")
    assert (host.state.asking, host.state.task.slot("payee")) == ("payee", "陈浩然")
    host.hear("继续", move="continue")
    assert (host.state.asking, host.state.task.slot("payee")) == ("amount", "陈浩然")


def test_when_it_will_arrive_is_answered_while_it_is_not_sent_yet(host):
    transfer(host)
    host.say("慢着，几时能收到啊", "transfer_status")
    assert (host.state.saying.key, host.state.stage) == ("answer", "confirm")
    assert all(by_id(one, "zh") for flow in FLOWS.values() for one in flow.answers.values())
    host.press("confirm")
    assert host.all(bank.PostTransfer)


def test_nothing_was_wrong_after_all(host):
    transfer(host)
    host.press("change")
    host.press("change:")
    assert (host.state.saying.key, host.state.stage) == ("confirm_transfer", "confirm")
    host.press("change")
    host.press("cancel")
    assert host.state.task is None


def test_words_nobody_understands_show_what_is_to_be_confirmed(host):
    transfer(host)
    host.hear("我这膝盖啊一变天就疼", ("queue_appointment", 0.43))
    assert (host.state.saying.key, host.state.stage) == ("not_understood_confirm", "confirm")


@pytest.mark.parametrize("text", ["等会儿哈，我翻翻那张纸条上写的数", "别急别急，还没数完", "慢着，我算算"])
@pytest.mark.parametrize("stage", ["slot", "confirm"])
def test_a_wait_asks_nothing_new(host, text, stage):
    host.say("取钱", "withdraw_cash", **({"amount": "500"} if stage == "confirm" else {}))
    before = host.state.task
    host.hear(text, ("query_balance", 0.41), ("pin_reset", 0.27))
    assert (host.state.saying.key, host.state.stage, host.state.task) == ("take_your_time", stage, before)


def test_no_slip_is_printed_for_whom_wants_none(host):
    transfer(host)
    host.hear("小票不要打了，略过", ("out_of_scope", 0.47), ("cancel", 0.18))
    assert host.state.stage == "confirm"
    host.press("confirm")
    assert host.state.saying.key == "transfer_posted_no_paper"
    assert not host.all(device.PrintReceipt)


@pytest.mark.parametrize("text", ["接着办", "别闹，是小孩子乱说的，接着办", "刚才那个还是办吧"])
def test_what_was_cancelled_is_taken_up_again(host, text):
    transfer(host)
    host.hear("不要不要，取消取消", ("cancel", 0.9))
    assert host.state.task is None
    host.hear(text, ("affirm", 0.22), ("deny", 0.21))
    assert host.state.task is not None
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(500))


def test_what_was_cancelled_is_not_taken_up_after_another_errand(host):
    transfer(host)
    host.press("cancel")
    host.say("查余额", "query_balance")
    host.press("continue")
    host.hear("接着办", move="continue")
    assert host.state.task is None


def test_after_an_errand_comes_the_waiting_one_or_another(host):
    transfer(host)
    host.say("等一下，先看我余额", "query_balance")
    assert "start:transfer" in host.shown
    host.press("start:transfer")
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(500))
    host.press("confirm")
    host.press("continue")
    assert (host.state.stage, host.state.saying.key, host.state.satisfied) == ("open", "anything_else", True)


def test_a_saved_payee_and_the_balance_are_reached_by_touch_alone(host):
    host.press("start:transfer")
    assert "pick:陈浩然" in host.shown
    host.press("pick:陈浩然")
    host.press("start:balance")
    assert host.state.saying.key == "balance_shown"
    host.press("start:transfer")
    assert (host.state.stage, host.state.asking, host.state.task.slot("payee")) == ("slot", "amount", "陈浩然")


@pytest.mark.parametrize(("stage", "key"), [("slot", "needed_help"), ("confirm", "confirm_withdraw")])
def test_a_silent_customer_who_stands_there_is_helped_on_once(host, stage, key):
    host.happen(face.CustomerApproached())
    host.say("取钱", "withdraw_cash", **({"amount": "500"} if stage == "confirm" else {}))
    spoken = len(host.state.transcript)
    host.time_out()
    assert (host.state.saying.key, host.state.stage, len(host.state.transcript)) == (key, stage, spoken + 1)
    host.time_out()
    assert len(host.state.transcript) == spoken + 1, "nobody is pressed"


@pytest.mark.parametrize("stage", ["slot", "confirm", "result"])
def test_what_was_said_is_said_again_by_touch(host, stage):
    text, intent = ("查余额", "query_balance") if stage == "result" else ("取钱", "withdraw_cash")
    host.say(text, intent, **({"amount": "500"} if stage == "confirm" else {}))
    before = host.state.saying
    host.press("repeat")
    assert (host.state.saying, host.state.stage) == (before, stage)
    assert host.state.transcript[-1].text == host.state.transcript[-2].text


def test_what_a_result_tells_is_hidden_from_whoever_comes_next(host):
    host.say("查余额", "query_balance")
    assert "200,000.00" in host.shown
    host.happen(face.CustomerLeft())
    host.happen(face.CustomerApproached())
    assert "200,000.00" not in host.shown
    host.press("unveil")
    assert "200,000.00" in host.shown


def test_the_words_of_a_result_are_hidden_with_it(host):
    transfer(host)
    host.press("confirm")
    assert (host.state.stage, "给陈浩然转了 500 元" in host.shown) == ("result", True)
    host.happen(face.CustomerLeft())
    host.happen(face.CustomerApproached())
    assert not [word for word in ("陈浩然", "500") if word in host.shown]
    host.press("unveil")
    assert "给陈浩然转了 500 元" in host.shown


def test_what_was_said_last_is_hidden_from_whoever_comes_next(host):
    host.hear("我欠了多少信用卡", ("query_balance", 0.97))
    host.happen(face.CustomerLeft())
    assert "我欠了多少信用卡" not in host.shown


def test_who_is_asked_a_question_sees_the_sum_it_is_about(host):
    transfer(host)
    host.state = host.state.but(stage="question")
    assert "500.00" in host.shown


def test_two_guesses_that_both_want_a_human_call_one(host):
    host.hear("让你们的人帮我看着点", ("human_agent", 0.55), ("complaint", 0.42))
    assert host.state.stage == "waiting"
