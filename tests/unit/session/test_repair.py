"""Repair patterns over the pure session: what a customer does to the dialogue, and where it goes on."""

from __future__ import annotations

import pytest

from guitai.messages import bank, business, face, handover, identity, touch, voice
from guitai.messages.voice import AnswerGuess, Clause, Entity, IntentGuess
from guitai.money import yuan

from .host import Host


def amount(value: str) -> tuple[Entity, ...]:
    return (Entity("amount", value, value),)


def test_an_interrupted_errand_is_gone_on_with_and_confirmed_anew(host):
    host.say("存一万定期", "fixed_deposit", amount="10000")
    host.press("pick:P1Y")
    assert host.state.stage == "confirm"
    host.say("等等，我的卡丢了", "report_loss")
    host.press("pick:card-1")
    host.press("confirm")
    assert [order.kind for order in host.orders] == ["report_loss"]
    host.press("solved:yes")
    assert (host.state.stage, host.state.task.kind, host.state.task.slot("term")) == ("confirm", "open_deposit", "P1Y")
    host.press("confirm")
    assert [order.kind for order in host.orders] == ["report_loss", "open_deposit"]


def test_several_errands_in_one_breath_are_done_one_after_the_other(host):
    clauses = tuple(
        Clause(text, (IntentGuess(intent, 0.9),), entities)
        for text, intent, entities in (
            ("查余额", "query_balance", ()),
            ("再转五千给陈浩然", "transfer", (*amount("5000"), Entity("payee", "陈浩然", "陈浩然"))),
        )
    )
    host.hear("先查余额再转五千给陈浩然", ("query_balance", 0.9), clauses=clauses)
    assert host.state.task.kind == "balance"
    host.press("solved:yes")
    assert (host.state.stage, host.state.task.kind, host.state.task.amount()) == ("confirm", "transfer", yuan(5000))


@pytest.mark.parametrize("stage", ["slot", "confirm"])
def test_a_value_is_corrected(host, stage):
    host.say("存一万定期", "fixed_deposit", amount="10000")
    if stage == "confirm":
        host.press("pick:P1Y")
    assert host.state.stage == stage
    host.hear("不对，是三千", ("fixed_deposit", 0.4), correction=True, entities=amount("3000"))
    assert host.state.task.amount() == yuan(3000)
    assert host.state.stage == stage
    if stage == "confirm":
        quotes = [effect for effect in host.all(business.Inquire) if effect.kind == "deposit_quote"]
        assert [dict(quote.params)["amount_fen"] for quote in quotes] == ["1000000", "300000"], (
            "the quote is asked for anew"
        )


def test_a_corrected_payee_loses_the_old_one_s_account(host):
    host.say("给陈浩然转五千", "transfer", payee="陈浩然", amount="5000")
    assert host.state.task.slot("account") == "payee-1|4471|19"
    host.hear("说错了，给王芳", ("transfer", 0.8), correction=True, entities=(Entity("payee", "王芳", "王芳"),))
    assert (host.state.stage, host.state.asking) == ("slot", "account")


def test_a_press_before_the_correction_confirms_nothing_after_it(host):
    host.say("取五百", "withdraw_cash", amount="500")
    host.hear("改成一千", ("withdraw_cash", 0.8), correction=True, entities=amount("1000"))
    assert host.state.stage == "confirm"
    assert not host.all(bank.ReserveDebit)
    host.press("confirm")
    assert host.last(bank.ReserveDebit).amount == yuan(1000)


def test_back_asks_for_the_last_value_again(host):
    host.say("存一万定期", "fixed_deposit", amount="10000")
    host.hear("上一步", move="back")
    assert (host.state.stage, host.state.asking) == ("slot", "amount")
    host.hear("上一步", move="back")
    assert host.state.task is None, "with nothing given the errand is dropped"


def test_what_is_needed_cannot_be_skipped(host):
    host.say("存定期", "fixed_deposit")
    host.hear("跳过吧", move="skip")
    assert (host.state.asking, host.state.saying.key) == ("amount", "needed")


@pytest.mark.parametrize(("move", "key"), [("wait", "take_your_time"), ("unsure", "needed_help")])
def test_waiting_and_not_knowing_change_nothing(host, move, key):
    host.say("存定期", "fixed_deposit")
    before = host.state.task
    host.hear("等一下", move=move)
    assert (host.state.task, host.state.stage, host.state.saying.key) == (before, "slot", key)


def test_two_close_guesses_are_asked_about(host):
    host.hear("利息怎么弄", ("fixed_deposit", 0.45), ("report_loss", 0.35))
    assert host.state.saying.key == "clarify"
    assert "clarify:report_loss" in host.shown
    host.hear("后一个", ("out_of_scope", 0.9))
    assert host.state.task.kind == "report_loss"


def test_a_question_between_two_answers_goes_back_to_the_value(host):
    host.say("存定期", "fixed_deposit")
    host.say("手续费多少", "fee_query")
    assert (host.state.saying.key, host.state.stage, host.state.asking) == ("answer_then", "slot", "amount")


def test_an_errand_that_is_named_again_keeps_what_it_has(host):
    host.say("转五百", "transfer", amount="500")
    host.happen(touch.Entered("payee", "陈浩然"))
    host.say("转给陈浩然", "transfer", payee="陈浩然")
    assert (host.state.stage, host.state.task.amount(), len(host.state.later)) == ("confirm", yuan(500), 0)
    host.say("给王芳转", "transfer", payee="王芳")
    assert (host.state.task.slot("payee"), host.state.asking, host.state.task.amount()) == (
        "王芳",
        "account",
        yuan(500),
    )


def test_an_interrupted_errand_is_taken_up_when_it_is_named(host):
    host.say("存一万定期", "fixed_deposit", amount="10000")
    host.say("卡丢了", "report_loss")
    host.say("接着存定期", "fixed_deposit")
    assert (host.state.task.kind, host.state.task.amount(), host.state.asking) == ("open_deposit", yuan(10_000), "term")
    assert [task.kind for task in host.state.later] == ["report_loss"]


def test_the_row_that_the_first_words_name_need_not_be_chosen():
    cards = tuple(
        (
            ("card_id", f"{kind}-1"),
            ("card_tail", tail),
            ("kind", kind),
            ("status", "normal"),
            ("expiry_date", "2030-01-01"),
        )
        for kind, tail in (("debit", "3802"), ("credit", "5678"))
    )
    host = Host(rows={"cards": cards})
    host.open()
    host.insert_card()
    host.say("信用卡落出租车上了，先挂那张", "report_loss")
    assert (host.state.stage, host.state.task.slot("card")) == ("confirm", "credit-1")


def test_the_payee_is_carried_over_when_the_words_point_back(host):
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.press("confirm")
    host.press("met:yes") if host.state.stage == "question" else None
    assert host.state.stage == "result"
    host.say("再给他转三百", "transfer", amount="300")
    assert (host.state.task.slot("payee"), host.state.stage) == ("陈浩然", "confirm")


def test_without_a_card_the_id_card_says_who_it_is():
    host = Host()
    host.open()
    host.say("我的卡丢了", "report_loss")
    assert host.all(identity.ReadIdCard)
    assert host.last(bank.LookUpCustomer).card_token == "ptok"
    assert (host.state.stage, host.state.asking) == ("slot", "card")


def test_a_new_pin_is_pressed_twice_and_stands_for_itself(host):
    host.say("我要改密码", "pin_change")
    host.press("confirm")
    assert host.orders[-1].params == (("pin_block", business.PIN), ("pin_block_again", business.PIN_AGAIN))


def test_an_order_without_an_answer_is_asked_about_never_repeated(host):
    host.say("存一万定期", "fixed_deposit", amount="10000")
    host.press("pick:P1Y")
    host.deaf = True
    host.press("confirm")
    request_id = host.orders[-1].request_id
    host.happen(bank.BankUnreachable(request_id))
    assert host.last(business.AskOrder).request_id == request_id
    assert len(host.orders) == 1
    host.happen(business.OrderOutcome(request_id, "done"))
    assert host.state.stage == "result"


def test_an_order_the_host_never_saw_is_placed_again_under_its_id(host):
    host.say("存一万定期", "fixed_deposit", amount="10000")
    host.press("pick:P1Y")
    host.deaf = True
    host.press("confirm")
    host.happen(business.OrderOutcome(host.orders[-1].request_id, "absent"))
    assert len({order.request_id for order in host.orders}) == 1
    assert len(host.orders) == 2


def test_what_the_host_refuses_is_said_with_its_reason(host):
    host.outcome = "refused"
    host.say("存一万定期", "fixed_deposit", amount="10000")
    host.press("pick:P1Y")
    host.press("confirm")
    assert (host.state.saying.key, host.state.stage) == ("order_refused", "result")
    assert "现在不行。" in host.shown


def test_a_loss_report_without_a_line_says_that_it_is_not_effective():
    host = Host(online=False)
    host.open()
    host.say("我的卡丢了", "report_loss")
    assert host.state.saying.key == "loss_offline"
    assert "95500" in host.shown


MATURING = (
    ("proposal_id", "p1"),
    ("kind", "deposit_maturing"),
    ("product", "一年定期"),
    ("reason", ""),
    ("date", "2026-11-20"),
    ("amount_fen", "50000"),
)


def proposed() -> Host:
    host = Host(rows={"proposals": (MATURING,)})
    host.open()
    host.insert_card()
    return host


def test_a_proposal_is_made_once_after_the_errand_and_no_amount_is_spoken():
    host = proposed()
    host.say("查余额", "query_balance")
    host.press("solved:yes")
    assert host.state.stage == "offer"
    assert "500 元" in host.shown
    assert "500" not in host.last(voice.Speak).text
    host.press("offer:never")
    assert [(order.kind, order.params) for order in host.orders] == [("opt_out", (("what", "deposit_maturing"),))]
    assert host.state.stage == "ending"


def test_who_leaves_while_something_is_offered_gets_the_card_back():
    host = proposed()
    host.say("查余额", "query_balance")
    host.press("solved:yes")
    host.happen(face.CustomerLeft())
    host.time_out()
    assert host.state.stage == "still_there"
    host.time_out()
    assert host.state.stage == "ending"


def test_nothing_is_proposed_where_risk_was_seen():
    host = proposed()
    host.region = "广东揭阳"
    host.say("给王芳转五千", "transfer", payee="王芳", amount="5000")
    host.press("back")
    host.state = host.state.but(suspected=True)
    host.say("查余额", "query_balance")
    host.press("solved:yes")
    assert host.state.stage == "ending"


def test_a_reviewed_answer_is_given_and_its_request_closed(host):
    host.hear("跨行转账的手续费", ("fee_query", 0.99), answers=(AnswerGuess("transfer-fee", 0.95),))
    assert (host.state.saying.key, host.state.outcome, host.state.stage) == (
        "answer",
        "answered.transfer-fee",
        "result",
    )
    host.hear("行，记下了", ("out_of_scope", 0.6))
    assert host.state.satisfied


def test_three_sentences_in_a_row_that_are_not_understood_call_a_human(host):
    for _ in range(3):
        host.hear("天上有几颗星", ("out_of_scope", 0.9))
    assert host.state.stage == "waiting"
    assert len([effect for effect in host.effects if type(effect).__name__ == "Escalate"]) == 1


def test_two_close_answers_are_asked_about(host):
    close = (AnswerGuess("demand-rate", 0.5), AnswerGuess("early-withdrawal", 0.45))
    host.hear("利息怎么算", ("deposit_rate", 0.8), answers=close)
    assert host.state.clarify == ("answer:demand-rate", "answer:early-withdrawal")
    host.press("clarify:answer:early-withdrawal")
    assert host.state.outcome == "answered.early-withdrawal"


def test_what_no_answer_fits_is_not_guessed(host):
    host.hear("月亮上能取钱吗", ("out_of_scope", 0.9), answers=(AnswerGuess("transfer-fee", 0.15),))
    assert host.state.saying.key == "not_understood"


STRONG = voice.ScamSignal(0.97, "strong", "police_impersonation", ("安全账户",))


def test_words_of_a_fraud_bring_a_human_before_anything_more_is_asked(host):
    host.say("转三千到安全账户", "transfer", amount="3000", scam=STRONG)
    assert host.state.stage == "waiting"
    assert host.last(handover.Escalate).bundle.why == "risk"
    assert not host.all(bank.PostTransfer)


def test_words_of_a_fraud_at_the_finger_bring_a_human_also_for_ones_own_deposit(host):
    host.say("存一万定期", "fixed_deposit", amount="10000")
    host.press("pick:P1Y")
    host.say("派出所要我把钱都取出来核查", "fraud_help", scam=STRONG)
    assert (host.state.stage, host.orders) == ("waiting", [])


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_what_the_human_leaves_standing_goes_on_a_day_later_and_the_rest_does_not(host, decision):
    host.say("给陈浩然转三千", "transfer", payee="陈浩然", amount="3000", scam=STRONG)
    help_id = host.state.handover.escalation_id
    host.happen(handover.TellerJoined(help_id, "0218", "周敏", 60_000))
    host.happen(handover.TellerDecided(help_id, "0218", decision, ""))
    host.happen(handover.TellerLeft(help_id, "0218"))
    if decision == "reject":
        assert (host.state.stage, host.state.saying.key, host.state.task) == ("result", "teller_rejected", None)
        return
    for _ in range(3):
        host.go()
    assert host.last(bank.PostTransfer).mode == "delay_24h"


def test_a_correction_after_the_human_does_not_take_the_day_s_delay_away(host):
    host.say("给陈浩然转三千", "transfer", payee="陈浩然", amount="3000", scam=STRONG)
    help_id = host.state.handover.escalation_id
    host.happen(handover.TellerJoined(help_id, "0218", "周敏", 60_000))
    host.happen(handover.TellerLeft(help_id, "0218"))
    host.hear("不对，是两千", ("transfer", 0.8), correction=True, entities=amount("2000"))
    for _ in range(3):
        host.go()
    assert (host.last(bank.PostTransfer).mode, host.last(bank.PostTransfer).amount) == ("delay_24h", yuan(2000))


def test_a_teller_decides_what_is_held_of_any_business():
    host = Host(outcome="held", fields={"utility_bill": {"amount_fen": "9000000"}}, region="广东揭阳")
    host.open()
    host.insert_card()
    host.press("start:utility_payment")
    while host.state.stage == "slot":
        host.go()
    host.say("警察要我把钱交到安全账户", "fraud_help", scam=STRONG)
    assert host.orders[-1].mode == "hold"
    assert "这一笔先停一停" in host.shown
    assert "90,000.00 元还在您的账户里" in host.shown
    assert "转账" not in host.shown
    help_id = host.state.handover.escalation_id
    host.happen(handover.TellerJoined(help_id, "0218", "周敏", 60_000))
    host.happen(handover.TellerDecided(help_id, "0218", "reject", ""))
    assert host.last(bank.DecideHold).transfer_id == host.orders[-1].request_id
    host.happen(handover.TellerLeft(help_id, "0218"))
    assert host.state.saying.key == "teller_rejected"


@pytest.mark.parametrize("kind", ["change_phone", "change_pin", "loan_apply", "mobile_bank"])
def test_a_change_that_is_held_shows_no_transfer_and_no_sum(kind):
    host = Host(outcome="held")
    host.open()
    host.state = host.state.but(
        given_r=tuple((name, 90_00) for name in ("login", "amount", "frequency", "semantic", "device", "credit"))
    )
    host.insert_card()
    host.press(f"start:{kind}")
    while host.state.stage == "slot":
        host.go()
    assert (host.state.stage, host.orders[-1].mode) == ("held", "hold")
    assert "什么都没有改" in host.shown
    assert not [word for word in ("转账", "没有转出", "不转了") if word in host.shown]
