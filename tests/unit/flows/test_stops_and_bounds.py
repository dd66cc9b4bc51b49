"""What a report of charges stops, and that a debt is not paid with money the account has not."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("kind", ["", "储蓄卡", "存折"])
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
