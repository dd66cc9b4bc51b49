"""A debt in arrears is told once the PIN is known, in steps, and paid or talked over from there."""

from __future__ import annotations

from typing import Any

import pytest

from guitai.messages import bank, card, handover
from guitai.messages.business import Values
from guitai.money import yuan

from .host import Host


class Late(Host):
    """A bank that says on look-up that something is overdue."""

    def answers(self, effect: Any) -> list[object]:
        if isinstance(effect, bank.LookUpCustomer):
            return [
                bank.CustomerKnown(effect.request_id, "刘*芳", self.region, "fair", 3, yuan(800), 4, 0, reminder=True)
            ]
        return super().answers(effect)


def overdue(step: str, kind: str = "loan_overdue") -> dict[str, tuple[Values, ...]]:
    row = {
        "proposal_id": "p", "kind": kind, "product": "loan-0", "reason": "个人住房贷款过了还款日 5 天", "date": "2026-11-20",
        "amount_fen": "132000", "step": step,
    }  # fmt: skip
    return {"proposals": (tuple(row.items()),)}


def reminded(step: str = "gentle") -> Late:
    host = Late(rows=overdue(step))
    host.open()
    host.insert_card()
    return host


def test_who_is_late_is_asked_for_the_pin_and_reminded():
    host = reminded()
    assert host.all(card.CheckPin)
    assert (host.state.stage, host.state.saying.key) == ("offer", "offer.loan_overdue")
    assert "还款" in host.shown


@pytest.mark.parametrize(
    ("text", "guesses"),
    [
        ("那就还了吧", (("credit_card_repay", 0.89), ("loan_repay", 0.06))),
        ("晓得晓得，今天就是来还这个的", (("credit_card_repay", 0.51), ("loan_repay", 0.14))),
        ("好，还上吧", (("affirm", 0.9),)),
        ("把贷款还了", (("loan_repay", 0.97),)),
    ],
)
def test_who_pays_pays_that_loan(text, guesses):
    host = reminded()
    host.hear(text, *guesses)
    assert host.state.task.kind == "loan_repay"
    assert (host.state.task.slot("loan"), host.state.task.slot("amount")) == ("loan-0", "132000")
    host.go()
    host.press("confirm")
    assert dict(host.orders[-1].params) == {"loan_id": "loan-0", "amount_fen": "132000"}


@pytest.mark.parametrize(
    "text", ["能宽限俩月不，我想跟你们的人商量", "最近手头紧，还不上", "晚几天行不行", "可以延期吗"]
)
def test_who_cannot_pay_talks_to_a_person(text):
    host = reminded("firm")
    host.hear(text, ("loan_repay", 0.43))
    assert host.all(handover.Escalate)


def test_the_last_step_is_a_person():
    host = reminded("human")
    assert host.state.saying.key == "offer.loan_overdue_human"
    host.press("offer:yes")
    assert host.all(handover.Escalate)


def test_who_wants_something_else_goes_on_with_it():
    host = reminded()
    host.press("offer:no")
    assert (host.state.stage, host.state.task) == ("open", None)
    host.say("查余额", "query_balance")
    assert host.state.task.kind == "balance"


def test_who_names_an_errand_before_the_pin_is_heard():
    host = Late(rows=overdue("gentle"), obeys=False)
    host.open()
    host.insert_card()
    host.happen(bank.CustomerKnown(host.last(bank.LookUpCustomer).request_id, "刘*芳", "浙江杭州", "fair", 3, yuan(800), 4, 0, reminder=True))  # fmt: skip
    assert host.state.stage == "pin"
    host.say("查余额", "query_balance")
    assert host.state.task.kind == "balance"
    assert host.all(card.CancelPin)


def test_a_bill_just_seen_is_not_offered_again():
    host = Host(rows=overdue("", "bill_due"))
    host.open()
    host.insert_card()
    host.say("信用卡账单", "credit_card_bill")
    host.press("solved:yes")
    assert host.state.stage != "offer"
