"""What customers report that only sounds like an order, or wish to hear no more: families of phrasings and their neighbours."""

from __future__ import annotations

import pytest

from guitai.dialogue import asides, reports
from guitai.messages.business import PlaceOrder
from guitai.messages.handover import Escalate
from guitai.messages.voice import AnswerGuess

SHORT = [
    "昨天我在你们外头那机子取两千，就吐了一千八，少我两百！", "取了一千只吐出来九百", "少给了我一张", "取五千就给了四千九", "账上扣了五百，钱没出来",
    "机器没吐钱就扣款了", "刚才那台少吐我三百", "钱没拿到，短信说扣了", "按了两千，才出来一千九", "我取三千它只给我两千八", "扣了我一千块，一分没出来",
    "it only gave me eight hundred",
]  # fmt: skip
ORDERS = [
    "我要取钱，就给我五百吧", "少取点，三百", "取一千，不要小票", "取两千，就要百元的", "少给我取点吧", "我没拿到卡", "只取五百", "要是取钱没吐钱怎么办",
    "取五百，给我一百一张的", "就取三百给我儿子", "给我取两千，只要新的", "没有钱了，取五百",
]  # fmt: skip
ENOUGH = [
    "别老给我推什么理财，以后都不要推了", "不要再给我推荐产品了", "以后别推销了", "不用给我介绍理财", "广告别发了", "别总提醒我买保险", "甭给我推销", "不想再看到这些推荐",
    "推荐功能给我关了", "stop recommending things",
]  # fmt: skip
WANTED = [
    "别推荐高风险的，要稳的", "有什么推荐的", "给我推荐个理财", "别办了", "不要理财，存定期", "不想买理财了", "提醒我还款", "别提醒我还款了", "你推荐哪个",
    "他让我别跟人提理财的事",
]  # fmt: skip


@pytest.mark.parametrize("text", SHORT)
def test_a_machine_that_gave_too_little_is_reported_to_a_person_and_gives_nothing_more(host, text):
    assert reports.of_short_cash(text)
    host.say(text, "withdraw_cash", amount="200")
    assert host.state.task is None
    assert host.last(Escalate).bundle.why == "complaint"
    assert host.state.saying.key == "calling_teller_sorry"


@pytest.mark.parametrize("text", ORDERS)
def test_who_wants_cash_reports_nothing(text):
    assert not reports.of_short_cash(text)


@pytest.mark.parametrize("text", ENOUGH)
def test_who_wants_no_offers_gets_none(host, text):
    host.say("查余额", "query_balance")
    host.say(text, "wealth_products")
    assert (host.state.saying.key, host.state.proposals, host.state.task) == ("no_offers", (), None)
    assert [dict(one.params) for one in host.all(PlaceOrder) if one.kind == "opt_out"] == [{"what": "product_interest"}]


def test_whom_the_bank_does_not_know_it_is_not_told_and_promises_today_alone(host):
    host.hear("别再给我推荐理财", ("wealth_products", 0.9))
    assert (host.state.saying.key, host.state.proposals) == ("no_offers_today", ())
    assert not host.all(PlaceOrder)


def test_who_wants_no_offers_but_something_else_gets_that(host):
    host.say("别给我推荐理财，直接看余额", "query_balance")
    assert host.state.task.kind == "balance"


@pytest.mark.parametrize("text", WANTED)
def test_who_wants_a_suggestion_or_says_how_it_should_be_is_none_of_them(text):
    assert not reports.no_more_offers(text)


@pytest.mark.parametrize(
    "text", ["你这说的什么玩意儿，烦死了", "什么破机器", "太不像话了", "坑人啊这是", "垃圾机器", "态度也太差了"]
)
def test_strong_words_count_as_upset(host, text):
    assert asides.upset(text)
    host.hear(text, ("out_of_scope", 0.6))
    host.hear(text, ("device_help", 0.5))
    assert host.last(Escalate).bundle.why == "negative"


@pytest.mark.parametrize("text", ["交垃圾费", "垃圾处理费交一下", "捡垃圾卖的钱存上", "急着用", "我得病了要取钱"])
def test_plain_words_do_not(text):
    assert not asides.upset(text)


@pytest.mark.parametrize("text", ["那两年的呢", "三年呢", "那半年的话呢"])
def test_a_question_that_only_names_another_thing_is_answered_as_the_one_before(host, text):
    host.hear("定期一年利息多少", ("deposit_rate", 0.98), answers=(AnswerGuess("fixed-rates", 0.9),))
    host.hear(text, ("deposit_rate", 0.3), answers=(AnswerGuess("demand-interest", 0.9),))
    assert host.state.outcome == "answered.fixed-rates"


@pytest.mark.parametrize("text", ["好，我回去拿一下", "那我改天再来", "我先回家商量商量", "算了下次再办吧"])
def test_who_will_be_back_another_time_drops_the_errand(host, text):
    host.say("存五万定期", "fixed_deposit", amount="50000")
    host.hear(text, ("affirm", 0.4))
    assert (host.state.task, host.state.saying.key) == (None, "cancelled")


@pytest.mark.parametrize("text", ["明天能取吗", "到时候再取多少合适", "明年到期"])
def test_who_asks_about_later_drops_nothing(host, text):
    host.say("存五万定期", "fixed_deposit", amount="50000")
    host.hear(text, ("affirm", 0.4))
    assert host.state.task is not None
