"""Inquiries and orders over HTTPS: core's client against the real host, every kind's own route and bodies."""

from __future__ import annotations

import pytest

from guitai.dialogue.services import INQUIRIES, ORDERS
from guitai.messages import bank as b
from guitai.messages.business import AskOrder, Inquire, Inquired, OrderOutcome, PlaceOrder
from guitai.money import yuan
from tests.unit.bank.kinds import ASKED, TOLD, told
from tests.wire.bank.conftest import Branch

pytestmark = pytest.mark.broker


def order(request_id: str, kind: str, card: str, params: dict[str, str] | None = None, **more: str) -> PlaceOrder:
    return PlaceOrder(request_id, kind, card, tuple((params or TOLD.get(kind, {})).items()), **more)


async def test_every_inquiry_is_answered_or_refused_in_words(branch: Branch) -> None:
    for kind in INQUIRIES:
        answer = await branch.host.inquire(Inquire("q", kind, branch.local, tuple(ASKED.get(kind, {}).items())))
        assert isinstance(answer, Inquired), kind
        assert answer.refused or {name for name, _ in answer.fields} == set(INQUIRIES[kind].fields), kind
        assert all({name for name, _ in row} == set(INQUIRIES[kind].rows) for row in answer.rows), kind


async def test_every_order_has_an_outcome_and_the_same_one_again(branch: Branch) -> None:
    for kind in ORDERS:
        asked = order(f"o-{kind}", kind, branch.local, told(kind, branch.key("pin")), approved_by="0218")
        outcome = await branch.host.order(asked)
        assert isinstance(outcome, OrderOutcome), kind
        assert outcome.status in ("done", "refused"), kind
        assert outcome.reason or outcome.status == "done", kind
        assert await branch.host.order(asked) == outcome == await branch.host.ask_order(AskOrder(f"o-{kind}")), kind


async def test_what_the_branch_customer_holds_arrives_as_messages(branch: Branch) -> None:
    deposits = await branch.host.inquire(Inquire("q1", "deposits", branch.local))
    assert isinstance(deposits, Inquired)
    assert dict(deposits.rows[0])["amount_fen"] == "5000000"
    nothing = await branch.host.inquire(Inquire("q2", "credit_card", branch.poor))
    assert nothing == Inquired("q2", refused="您名下还没有本行的信用卡")
    anybody = await branch.host.inquire(Inquire("q3", "exchange_rates", ""))
    assert isinstance(anybody, Inquired)
    assert dict(anybody.rows[0])["currency"] == "USD"


async def test_an_order_moves_money_once_and_can_be_asked_about(branch: Branch) -> None:
    before = await branch.balance(branch.local)
    assert await branch.host.ask_order(AskOrder("o1")) == OrderOutcome("o1", "absent")
    asked = order("o1", "open_deposit", branch.local)
    outcome = await branch.host.order(asked)
    assert isinstance(outcome, OrderOutcome)
    assert (outcome.status, dict(outcome.fields)["rate_bp"]) == ("done", "95")
    assert await branch.host.order(asked) == outcome
    assert await branch.balance(branch.local) == before - yuan(10_000)
    reused = await branch.host.order(order("o1", "open_deposit", branch.local, {"amount_fen": "100", "term": "P1Y"}))
    assert isinstance(reused, OrderOutcome)
    assert reused.status == "refused"


async def test_a_held_order_is_decided_like_a_transfer(branch: Branch) -> None:
    held = await branch.host.order(order("o1", "pay_utility", branch.local, mode="hold", risk_ref="17"))
    assert isinstance(held, OrderOutcome)
    assert (held.status, held.case_number, held.fields) == ("held", "GT000001", ())
    decided = await branch.host.decide_hold(b.DecideHold("x1", "o1", "release", "0218"))
    assert isinstance(decided, b.TransferOutcome)
    assert decided.status == "posted"
    done = await branch.host.ask_order(AskOrder("o1"))
    assert isinstance(done, OrderOutcome)
    assert (done.status, dict(done.fields)["payee"]) == ("done", "杭州供电")


async def test_without_a_teller_the_host_says_so(branch: Branch) -> None:
    asked = order("o1", "replace_card", branch.local, {"card_id": "debit-3802", "reason": "damaged"})
    assert await branch.host.order(asked) == OrderOutcome("o1", "refused", "needs a teller")


async def test_a_kind_the_host_does_not_know_is_a_fault_with_its_code(branch: Branch) -> None:
    async with branch.world.client() as client:
        body = {"card_token": branch.local, "params": {}}
        for method, path in (("POST", "/bank/v1/inquiries/weather"), ("PUT", "/bank/v1/orders/weather/o1")):
            answer = await client.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "bank.unknown_business")
        missing = await client.put("/bank/v1/orders/open_deposit/o1", json=body)
        assert missing.status_code == 422
        assert {tuple(fault["loc"]) for fault in missing.json()["detail"]} == {
            ("body", "params", "amount_fen"), ("body", "params", "term"),
        }  # fmt: skip
    assert await branch.host.ask_order(AskOrder("o1")) == OrderOutcome("o1", "absent")
