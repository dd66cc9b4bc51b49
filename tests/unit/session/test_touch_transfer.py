"""A transfer by touch alone: to a saved payee by a button, to anybody else by an account whose owner the bank names."""

from __future__ import annotations

import pytest

from guitai.dialogue.words import account_reference
from guitai.messages import bank, business, touch

from .host import Host

ACCOUNT = touch.Entered("account", "尾号 4471", account_reference("v9", "6217000012344471"))


def asked_for_a_payee(**fields: dict[str, str]) -> Host:
    host = Host(fields=fields)
    host.open()
    host.insert_card()
    host.press("start:transfer")
    assert host.state.asking == "payee"
    return host


def test_a_saved_payee_is_a_button():
    host = asked_for_a_payee()
    host.press("pick:陈浩然")
    host.press("amount:50000")
    assert host.state.stage == "confirm"
    host.press("confirm")
    assert host.last(bank.PostTransfer).payee_name == "陈浩然"


def test_anybody_else_is_an_account_whose_owner_the_bank_names():
    host = asked_for_a_payee(payee_name={"payee_name": "缪*刚"})
    host.press("pick:对方")
    host.press("amount:50000")
    assert host.state.asking == "account"
    host.happen(ACCOUNT)
    inquiry = next(one for one in host.all(business.Inquire) if one.kind == "payee_name")
    assert dict(inquiry.params)["account"].startswith(business.VAULT), "the number goes to the bank, past every record"
    assert host.state.task.slot("payee") == "缪*刚"
    assert "缪*刚" in host.shown


def test_the_name_is_asked_for_where_the_bank_does_not_know_it():
    host = asked_for_a_payee(payee_name={"payee_name": ""})
    host.press("pick:对方")
    host.press("amount:50000")
    host.happen(ACCOUNT)
    assert (host.state.stage, host.state.asking) == ("slot", "payee")
    host.say("缪小刚", "transfer", payee="缪小刚")
    assert host.state.task.slot("payee") == "缪小刚"
    assert host.state.stage in ("confirm", "question")


@pytest.mark.parametrize("intent", ["deposit_rate", "branch_info", "bond_gold_fund", "insurance", "damaged_cash"])
def test_questions_are_answered_by_touch(intent):
    host = Host()
    host.open()
    host.press("menu:ask")
    host.press(f"about:{intent}")
    assert (host.state.stage, host.state.outcome.partition(".")[0]) == ("result", "answered")
