"""What customers say in words of their own: how much they pay back, what a payment is for, a sum in all, two terms compared."""

from __future__ import annotations

import pytest

from guitai.dialogue.yes_no import closes
from guitai.messages.voice import Clause, Entity, IntentGuess
from guitai.money import yuan

from .host import Host

BILL = {"bill_fen": "300000", "min_due_fen": "15000", "card_tail": "1234", "due_date": "2026-12-01"}


@pytest.fixture
def host() -> Host:
    host = Host(fields={"credit_card": BILL})
    host.open()
    host.insert_card()
    return host


def sums(*told: tuple[str, str]) -> tuple[Entity, ...]:
    return tuple(Entity("amount", said, norm) for said, norm in told)


def payee() -> Entity:
    return Entity("payee", "陈浩然", "陈浩然")


def test_a_sum_after_the_bill_pays_that_much_of_it(host: Host) -> None:
    host.say("信用卡最低要还多少", "credit_card_bill")
    host.hear("那我还一千", ("thanks_bye", 0.48), ("credit_card_repay", 0.34), entities=sums(("一千", "1000")))
    assert (host.state.stage, host.state.task.kind, host.state.task.amount()) == (
        "confirm",
        "credit_card_repay",
        yuan(1000),
    )


@pytest.mark.parametrize(
    "text",
    [
        "我还有一千没存",
        "还差一千呢",
        "我还带了一千现金",
        "还要取一千",
        "还借了一千",
        "还收一千呢",
        "pay 1000 to my son",
    ],
)
def test_a_sum_that_is_only_there_pays_nothing(host: Host, text: str) -> None:
    host.say("信用卡最低要还多少", "credit_card_bill")
    host.hear(text, ("out_of_scope", 0.5), entities=sums(("一千", "1000")))
    assert host.state.task is None or host.state.task.kind != "credit_card_repay"


@pytest.mark.parametrize("text", ["信用卡哪天之前得还上", "信用卡几号要还", "信用卡什么时候到期还款"])
def test_who_asks_when_a_bill_is_due_is_shown_it(host: Host, text: str) -> None:
    host.say(text, "credit_card_repay")
    assert (host.state.stage, host.state.task.kind) == ("result", "credit_card_bill")


def test_what_a_transfer_pays_back_is_no_second_errand(host: Host) -> None:
    paid = Clause("给陈浩然转八百", (IntentGuess("transfer", 1.0),), ())
    why = Clause("还他钱", (IntentGuess("credit_card_repay", 0.97),), ())
    entities = (Entity("payee", "陈浩然", "陈浩然"), *sums(("八百", "800")))
    guesses = (("transfer", 1.0), ("credit_card_repay", 0.97))
    host.hear("给陈浩然转八百，还他钱", *guesses, clauses=(paid, why), entities=entities)
    assert (host.state.task.kind, host.state.later) == ("transfer", ())


@pytest.mark.parametrize("text", ["还款三千", "先还两千"])
def test_a_debt_with_a_sum_of_its_own_is_paid_beside_a_transfer(host: Host, text: str) -> None:
    debt = Clause(text, (IntentGuess("credit_card_repay", 0.97),), sums((text[-2:], "2000")))
    paid = Clause("再给陈浩然转五百", (IntentGuess("transfer", 1.0),), (payee(), *sums(("五百", "500"))))
    guesses = (("transfer", 1.0), ("credit_card_repay", 0.97))
    host.hear(f"{text}，再给陈浩然转五百", *guesses, clauses=(debt, paid), entities=(*debt.entities, *paid.entities))
    assert host.state.task.kind == "credit_card_repay"
    assert [(task.kind, task.amount()) for task in host.state.later] == [("transfer", yuan(500))]


def test_a_bill_whose_sum_the_transfer_lacks_is_what_it_is_for(host: Host) -> None:
    bill = Clause("交诉讼费两千", (IntentGuess("utility_payment", 0.95),), sums(("两千", "2000")))
    paid = Clause("转到陈浩然账户", (IntentGuess("transfer", 1.0),), (payee(),))
    guesses = (("transfer", 1.0), ("utility_payment", 0.95))
    entities = (*bill.entities, *paid.entities)
    host.hear("交诉讼费两千，转到陈浩然账户", *guesses, clauses=(bill, paid), entities=entities)
    assert (host.state.task.kind, host.state.task.amount(), host.state.later) == ("transfer", yuan(2000), ())


def test_what_a_loan_would_cost_takes_no_errand_beside_it_its_sum(host: Host) -> None:
    paid = Clause("先转五百给陈浩然", (IntentGuess("transfer", 1.0),), (payee(), *sums(("五百", "500"))))
    asked = Clause("再问问贷三十万一个月还多少", (IntentGuess("loan_apply", 0.9),), sums(("三十万", "300000")))
    entities = (*paid.entities, *asked.entities)
    guesses = (("transfer", 1.0), ("loan_apply", 0.9))
    host.hear("先转五百给陈浩然，再问问贷三十万一个月还多少", *guesses, clauses=(paid, asked), entities=entities)
    assert (host.state.task.kind, host.state.task.amount()) == ("transfer", yuan(500))
    assert [(task.kind, task.amount()) for task in host.state.later] == [("loan_quote", yuan(300_000))]


def test_of_a_loan_that_was_not_told_apart_from_a_transfer_only_the_cost_is_told(host: Host) -> None:
    entities = (payee(), *sums(("五百", "500"), ("三十万", "300000")))
    host.hear("转五百给陈浩然贷三十万一个月还多少", ("transfer", 1.0), ("loan_apply", 0.9), entities=entities)
    assert (host.state.task.kind, host.state.later) == ("loan_quote", ())


@pytest.mark.parametrize("text", ["数字大一点，一千吧", "数字写大一点，要一千"])
def test_a_larger_number_is_no_larger_print(host: Host, text: str) -> None:
    host.say("取钱", "withdraw_cash")
    host.hear(text, ("withdraw_cash", 0.34), entities=sums(("一千", "1000")))
    assert (host.state.large, host.state.task.amount()) == (False, yuan(1000))


@pytest.mark.parametrize(
    ("text", "large"), [("字太小了", True), ("字大一点", True), ("名字太小众", False), ("名字太小气", False)]
)
def test_print_is_larger_where_letters_are_too_small(host: Host, text: str, large: bool) -> None:
    host.hear(text, ("device_help", 0.9))
    assert host.state.large is large


def test_a_card_named_beside_a_transfer_is_paid_after_it(host: Host) -> None:
    paid = Clause("给陈浩然转八百", (IntentGuess("transfer", 1.0),), sums(("八百", "800")))
    card = Clause("再把信用卡还了", (IntentGuess("credit_card_repay", 0.97),), ())
    guesses = (("transfer", 1.0), ("credit_card_repay", 0.97))
    host.hear("给陈浩然转八百，再把信用卡还了", *guesses, clauses=(paid, card), entities=sums(("八百", "800")))
    assert [task.kind for task in host.state.later] == ["credit_card_repay"]


@pytest.mark.parametrize(
    ("text", "told", "becomes"),
    [
        ("再加两百，一共八百", (("两百", "200"), ("八百", "800")), 800),
        ("再加两百", (("两百", "200"),), 700),
    ],
)
def test_a_sum_in_all_is_that_sum_whatever_errand_it_sounds_like(
    host: Host, text: str, told: tuple[tuple[str, str], ...], becomes: int
) -> None:
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.hear(text, ("deposit_cash", 0.88), entities=sums(*told))
    assert (host.state.stage, host.state.task.kind, host.state.task.amount()) == ("confirm", "transfer", yuan(becomes))


@pytest.mark.parametrize(
    ("text", "told", "becomes"),
    [
        ("再加两百，合起来凑个整", (("两百", "200"),), 700),
        ("总共再多转两百", (("两百", "200"),), 700),
        ("再多转两百，合计七百", (("两百", "200"), ("七百", "700")), 700),
        ("make it 700 in all", (("700", "700"),), 700),
    ],
)
def test_a_word_for_all_of_it_counts_only_beside_its_sum(
    host: Host, text: str, told: tuple[tuple[str, str], ...], becomes: int
) -> None:
    host.say("给陈浩然转五百", "transfer", payee="陈浩然", amount="500")
    host.hear(text, ("transfer", 0.6), entities=sums(*told))
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(becomes))


def test_two_terms_compared_choose_none(host: Host) -> None:
    host.say("存三千定期", "fixed_deposit", amount="3000")
    terms = (Entity("term", "一年", "P1Y"), Entity("term", "三年", "P3Y"))
    host.hear("一年和三年利息各多少啊", ("deposit_rate", 1.0), entities=terms)
    assert (host.state.asking, host.state.task.slot("term")) == ("term", None)


def test_all_of_it_becomes_a_fixed_deposit(host: Host) -> None:
    host.fields["available"] = {"available_fen": "3000000"}
    host.say("卡里的钱全存成定期，存两年", "fixed_deposit", term="P2Y", share="all")
    assert (host.state.stage, host.state.task.amount()) == ("confirm", yuan(30_000))


@pytest.mark.parametrize(
    "text",
    ["哦，考虑考虑再说", "我再想想", "我回去商量商量", "那我再考虑一下", "原来是这样", "没其他事", "I'm all set"],
)
def test_who_wants_to_think_it_over_wants_nothing_more(text: str) -> None:
    assert closes(text)


@pytest.mark.parametrize("text", ["再看看别的", "我想看看余额", "先看看余额", "再问一下汇率", "这样行吗"])
def test_who_goes_on_is_not_done(text: str) -> None:
    assert not closes(text)
