"""Words that ask about a business, and words that mean something else because of the errand under way."""

from __future__ import annotations

import pytest

from guitai.dialogue.data import FLOWS
from guitai.messages import business, cash_in
from guitai.messages.voice import AnswerGuess, Clause, Entity, IntentGuess
from guitai.money import yuan


def amount(value: str) -> tuple[Entity, ...]:
    return (Entity("amount", value, value),)


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("办信用卡要什么条件", "credit_card_apply", "cc-apply"),
        ("办你们信用卡要啥条件啊，我开滴滴的", "credit_card_apply", "cc-apply"),
        ("申请信用卡需要什么材料", "credit_card_apply", "cc-apply"),
        ("分期要收多少手续费，划算不", "credit_card_installment", "cc-instalment"),
        ("大额存单起存多少", "fixed_deposit", "large-cd"),
        ("开户需要带什么", "open_account", "open-papers"),
        ("办贷款要哪些手续", "loan_apply", "loan-papers"),
        ("取十万要提前几天预约", "large_cash_appointment", "ca-large-appoint"),
        ("提前还房贷收违约金吗", "loan_repay", "prepay"),
        ("开通短信提醒一个月要多少钱", "sms_alert", "eb-sms"),
        ("存款证明收费吗", "deposit_certificate", "deposit-certificate"),
        ("办张新卡要多久能拿到", "replace_card", "replace-broken"),
        ("理财产品保本吗", "wealth_products", "wealth-guarantee"),
        ("买理财为啥非得录音录像啊，怪别扭的", "wealth_products", "double-recording"),
        ("给我家属办附属卡得她本人来吗", "credit_card_apply", "cc-supplementary"),
        ("附属卡要不要本人签字啊", "credit_card_apply", "cc-supplementary"),
        ("理财跟存款是不是一回事啊", "wealth_products", "deposit-vs-wealth"),
        ("理财和定期哪个安全", "wealth_products", "deposit-vs-wealth"),
        ("办张工资卡要拿点啥", "open_account", "open-papers"),
    ],
)
def test_who_only_asks_gets_the_answer(host, text, intent, answer):
    host.hear(text, (intent, 0.98), answers=(AnswerGuess(answer, 0.9),))
    assert (host.state.task, host.state.outcome) == (None, f"answered.{answer}")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("帮我办张信用卡", "credit_card_apply"), ("我要申请信用卡", "credit_card_apply"), ("能不能给我办张信用卡", "credit_card_apply"),
        ("给我的账单分期，手续费多少都行", "credit_card_installment"), ("可以提前还贷吗", "loan_repay"), ("密码忘了怎么办", "pin_reset"),
        ("我想存三年定期，能给几个点", "fixed_deposit"), ("怎么激活新卡", "activate_card"), ("卡丢了怎么办", "report_loss"),
        ("定期提前支取要损失多少利息啊", "early_withdraw"), ("我一天能转多少", "transfer_limit"),
    ],
)  # fmt: skip
def test_who_wants_it_done_begins_it(host, text, intent):
    host.hear(text, (intent, 0.98), answers=(AnswerGuess("cc-apply", 0.9),))
    assert host.state.task is not None
    assert host.state.task.kind == next(flow.kind for flow in FLOWS.values() if intent in flow.intents)


def test_a_question_in_two_clauses_is_a_question(host):
    clauses = tuple(
        Clause(text, (IntentGuess(intent, 0.95),))
        for text, intent in (("大额存单起点多少", "fixed_deposit"), ("三年给几个点", "deposit_rate"))
    )
    guesses = (("deposit_rate", 1.0), ("fixed_deposit", 0.9))
    host.hear("大额存单起点多少，三年给几个点", *guesses, clauses=clauses, answers=(AnswerGuess("large-cd", 0.8),))
    assert host.state.outcome == "answered.large-cd"


@pytest.mark.parametrize("text", ["最低还款是多少来着", "这个月要还多少", "账单是多少", "我欠多少"])
def test_who_asks_what_is_owed_sees_it_before_anything_is_paid(host, text):
    host.hear(text, ("credit_card_repay", 0.99))
    assert (host.state.task.kind, host.state.stage) == ("credit_card_bill", "result")


def test_a_loss_not_yet_reported_is_cancelled_not_undone(host):
    host.say("卡丢了", "report_loss")
    host.press("pick:card-1")
    host.hear("找到了，不挂了", ("cancel_loss", 0.99))
    assert (host.state.task, host.state.stage, host.orders) == (None, "open", [])


def test_what_a_loan_costs_a_month_is_worked_out_with_what_was_said(host):
    host.hear(
        "想借十万分三年还",
        ("loan_apply", 0.99),
        entities=(*amount("100000"), Entity("period", "三年", "P3Y")),
    )
    host.hear("一个月大概摊多少", ("credit_card_installment", 0.9))
    assert host.state.task.kind == "loan_quote"
    assert host.state.task.slot("amount") == "10000000"


@pytest.mark.parametrize("text", ["定期里头先支五千出来，剩下的接着存", "提前取五千出来"])
def test_a_part_of_a_deposit_is_taken_out(host, text):
    host.rows = {"deposits": ((("deposit_id", "d1"), ("amount_fen", "4000000"), ("product", "整存整取"), ("maturity_date", "2027-01-01")),)}  # fmt: skip
    host.hear(text, ("early_withdraw", 1.0), ("fixed_deposit", 0.99), entities=amount("5000"))
    assert (host.state.stage, host.state.later) == ("confirm", ())
    host.press("confirm")
    assert dict(host.orders[-1].params) == {"deposit_id": "d1", "amount_fen": "500000"}


def test_by_touch_a_part_is_asked_for_and_quoted_anew(host):
    host.rows = {"deposits": ((("deposit_id", "d1"), ("amount_fen", "4000000"), ("product", "整存整取"), ("maturity_date", "2027-01-01")),)}  # fmt: skip
    host.press("start:early_withdraw")
    assert host.state.stage == "confirm"
    host.press("change:amount")
    assert (host.state.stage, host.state.asking) == ("slot", "amount")
    host.happen(business.Inquired("nobody", (), ()))
    host.press("amount:600000")
    quotes = [dict(one.params) for one in host.all(business.Inquire) if one.kind == "early_quote"]
    assert [one.get("amount_fen") for one in quotes] == ["4000000", "600000"]
    assert host.state.stage == "confirm"
    host.press("confirm")
    assert dict(host.orders[-1].params) == {"deposit_id": "d1", "amount_fen": "600000"}


def test_the_usual_payment_stands_out(host):
    host.press("start:loan_repay")
    host.press("pick:loan-0")
    assert "style='primary'" in host.shown


def test_a_question_that_needs_what_was_talked_of_before_is_answered_from_there(host):
    host.say("年费扣了多少", "credit_card_annual_fee")
    assert host.state.stage == "result"
    host.hear("那怎么才能不收嘛", ("transfer_limit", 0.22))
    assert host.state.outcome == "answered.cc-annual-fee"


def test_what_cannot_wait_breaks_a_deposit_off_and_is_done_once_the_notes_are_back(host):
    host.say("存点钱", "deposit_cash")
    task_id = host.state.task.request_id
    host.happen(cash_in.CashInStarted(task_id))
    assert host.state.stage == "insert_notes"
    host.say("不存了，信用卡被人捡走了", "report_loss")
    assert host.last(cash_in.StopAccepting)
    asked = next(id_ for id_, kind in host.state.pending if kind == "cash_in")
    host.happen(cash_in.NotesCounted(asked, (), yuan(0)))
    back = next((id_ for id_, kind in host.state.pending if kind == "cash_in"), None)
    if back is not None:
        host.happen(cash_in.NotesReturned(back, yuan(0)))
    assert host.state.task.kind == "report_loss"


def test_the_balance_stands_with_the_transactions_also_when_there_are_none(host):
    host.fields = {"transactions": {"count": "0"}}
    host.rows = {"transactions": ()}
    host.say("工资到了没有", "query_transactions")
    assert (host.state.saying.key, host.state.stage) == ("transactions.none", "result")
    assert "10,000.00" in host.shown


@pytest.mark.parametrize(
    "text", ["贷款二十万分五年每月还多少", "借二十万一个月要还多少", "房贷二十万，月供多少", "要是贷二十万利息多少"]
)
@pytest.mark.parametrize("intent", ["credit_card_installment", "loan_apply", "loan_query", "fee_query"])
def test_what_a_loan_would_cost_is_worked_out_whatever_it_sounds_like(host, text, intent):
    host.hear(text, (intent, 0.9), entities=amount("200000"))
    assert host.state.task.kind == "loan_quote"
    assert host.state.task.slot("amount") == "20000000"


@pytest.mark.parametrize(
    ("text", "intent", "pair"),
    [
        ("利率多少现在", "deposit_rate", ("deposit_rate", "loan_query")),
        ("你们利息怎么算", "deposit_rate", ("deposit_rate", "loan_query")),
        ("那个手续费咋收的", "fee_query", ("fee_query", "credit_card_annual_fee")),
        ("额度是多少", "credit_card_limit", ("transfer_limit", "credit_card_limit")),
    ],
)
def test_what_there_is_more_than_one_of_is_asked_about(host, text, intent, pair):
    host.hear(text, (intent, 0.99), answers=(AnswerGuess("fixed-rates", 0.9),))
    assert host.state.clarify == pair


@pytest.mark.parametrize("text", ["三年定期利率多少", "转账手续费多少", "信用卡额度是多少", "跨行转账的手续费"])
def test_what_is_named_is_not_asked_about(host, text):
    host.hear(text, ("fee_query", 0.99), answers=(AnswerGuess("fixed-rates", 0.9),))
    assert host.state.clarify == ()


@pytest.mark.parametrize("text", ["那就还最低", "就还最低吧", "还是还个最低"])
def test_the_quick_sum_said_at_the_confirmation_is_the_one_to_confirm(host, text):
    host.fields["credit_card"] = {
        "bill_fen": "300000",
        "min_due_fen": "15000",
        "card_tail": "1234",
        "due_date": "2026-12-01",
    }
    host.say("信用卡全额还", "credit_card_repay", pay_kind="full")
    assert (host.state.stage, host.state.task.slot("amount")) == ("confirm", "300000")
    host.say(text, "credit_card_repay", pay_kind="minimum")
    assert (host.state.stage, host.state.task.slot("amount")) == ("confirm", "15000")


@pytest.mark.parametrize("text", ["那就存一年", "还是存一年吧"])
def test_the_term_said_at_the_confirmation_is_the_one_to_confirm(host, text):
    host.say("存五千半年定期", "fixed_deposit", amount="5000", term="P6M")
    host.say(text, "fixed_deposit", term="P1Y")
    assert (host.state.stage, host.state.task.slot("term")) == ("confirm", "P1Y")
