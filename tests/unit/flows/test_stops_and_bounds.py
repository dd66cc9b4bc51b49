"""What a report of charges stops, and that a debt is not paid with money the account has not."""

from __future__ import annotations

import pytest

from edge_models.language import details, entities
from guitai.messages.business import Values
from guitai.messages.voice import Entity

from .counter import Desk

CARDS: tuple[Values, ...] = (
    (("card_id", "d1"), ("card_tail", "1111"), ("kind", "debit"), ("status", "normal")),
    (("card_id", "k2"), ("card_tail", "2222"), ("kind", "credit"), ("status", "normal")),
)


def opened(**more: dict[str, str]) -> Desk:
    desk = Desk(rows={"cards": CARDS}, fields=more)
    desk.open()
    desk.insert_card()
    return desk


def orders(desk: Desk) -> list[tuple[str, str]]:
    return [(one.kind, dict(one.params).get("card_id", "")) for one in desk.orders]


def test_a_stolen_credit_card_is_blocked_by_itself() -> None:
    desk = opened()
    desk.hear("信用卡被人盗刷了", ("fraud_unauthorized", 0.95), entities=(Entity("card_kind", "信用卡", "信用卡"),))
    desk.tap("confirm")
    assert orders(desk) == [("report_loss", "k2"), ("dispute_charges", "")]


@pytest.mark.parametrize(
    "text",
    [
        "信用卡被人盗刷了", "信用卡不是我刷的", "信用卡没丢，还在我手上，被刷了三千", "信用卡好好的在我身上，却被刷了", "我没刷信用卡，有一笔三千的", "不是我刷的信用卡", "他还刷我信用卡",
        "信用卡安全码让人骗走刷了", "信用卡正常用着，突然被刷", "somebody used my credit card", "My Credit Card was used by a stranger",
        "someone paid with my credit card", "my credit card was not used by me",
    ],
)  # fmt: skip
def test_a_credit_card_that_is_named_alone_is_blocked(text: str) -> None:
    desk = reported(text)
    assert orders(desk) == [("report_loss", "k2"), ("dispute_charges", "")]


@pytest.mark.parametrize(
    "text",
    [
        "我储蓄卡被盗刷了，不是信用卡", "我的银行卡被盗刷了，信用卡没事", "银行卡里的钱被人转去还信用卡了", "钱被人转去还信用卡了",
        "信用卡好好的，钱没了", "我没有信用卡，钱被刷走了", "信用卡和工资卡都被刷了", "存折和信用卡的钱都没了",
        "somebody used my debit card, the credit card is fine", "my bank card was used, not the credit card", "It is not my credit card, money is gone",
        "somebody paid off their credit card with my money", "someone used my passbook and my credit card",
    ],
)  # fmt: skip
def test_the_account_stops_where_the_credit_card_is_not_what_was_used(text: str) -> None:
    desk = reported(text)
    assert orders(desk) == [("freeze_account", ""), ("dispute_charges", "")]


def reported(text: str) -> Desk:
    """A report of charges, with the details that the language step finds in it."""
    found = (Entity(one.type, text[one.start : one.end], one.norm) for one in entities.details_of(text))
    desk = opened()
    desk.hear(text, ("fraud_unauthorized", 0.95), entities=tuple(one for one in found if one.type == "card_kind"))
    desk.tap("confirm")
    return desk


@pytest.mark.parametrize("kind", ["", *(kind for kind in details.CARD_KINDS if kind != "信用卡")])
def test_anything_else_stops_the_account(kind: str) -> None:
    desk = opened()
    desk.hear(
        f"{kind}有一笔不是我刷的", ("fraud_unauthorized", 0.95),
        entities=(Entity("card_kind", kind, kind),) if kind else (),
    )  # fmt: skip
    desk.tap("confirm")
    assert orders(desk) == [("freeze_account", ""), ("dispute_charges", "")]


@pytest.mark.parametrize(("intent", "debt"), [("credit_card_repay", "credit_card"), ("loan_repay", "loans")])
def test_more_than_the_account_has_is_refused_before_the_finger(intent: str, debt: str) -> None:
    desk = opened(available={"available_fen": "90000"})
    if debt == "loans":
        row = (("loan_id", "l1"), ("product", "房贷"), ("outstanding_fen", "9000000"), ("rate_bp", "360"), ("next_due_fen", "100000"), ("next_due_date", "2026-12-01"), ("overdue_days", "0"))  # fmt: skip
        desk.rows["loans"] = (row,)
    desk.hear("还一千", (intent, 0.95), entities=(Entity("amount", "一千", "1000.00"),))
    assert (desk.state.stage, desk.state.asking, desk.state.saying.key) == ("slot", "amount", "amount_beyond")
    desk.hear("那还八百", (intent, 0.95), entities=(Entity("amount", "八百", "800.00"),))
    assert desk.state.stage == "confirm"
