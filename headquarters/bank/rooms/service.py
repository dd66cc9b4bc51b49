"""What a person at the bank will look at: complaints, disputed charges, work orders; and what the customer wants to hear no more of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from guitai.clock import UnixMs
from headquarters.bank.ask import Ask, Inquiry, RefusedError, Row
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import Ledger

SCHEMA = """
CREATE TABLE IF NOT EXISTS opted_out(owner TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY(owner, what)) STRICT;
"""
ANSWER_DAYS = {"complain": 15, "dispute_charges": 10, "work_order": 5}
"""When the bank answers; fifteen days is the law's for complaints (银保监会令〔2020〕3号)."""


class Service:
    """The room. What was told stands in the order itself."""

    def __init__(self, ledger: Ledger) -> None:
        self._connection = ledger.connection
        self.inquiries: dict[str, Inquiry] = {}
        self.orders = {
            "complain": _promise(ANSWER_DAYS["complain"], "story"),
            "dispute_charges": _promise(ANSWER_DAYS["dispute_charges"], "charges"),
            "work_order": _promise(ANSWER_DAYS["work_order"], "type"),
            "opt_out": self.opt_out,
        }

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter what the customer did not want to hear of."""
        for what in customer.opted_out:
            self._opt_out(card, what)

    def opt_out(self, ask: Ask) -> Row:
        """Propose a thing no more: a kind, a product, or all."""
        if not ask.text("what"):
            raise RefusedError("请选不想再看到的推荐")
        self._opt_out(ask.card, ask.text("what"))
        return {}

    def out_of(self, card: str) -> frozenset[str]:
        """Return what the customer wants to hear no more of."""
        rows = self._connection.execute("SELECT what FROM opted_out WHERE owner = ?", (card,))
        return frozenset(row["what"] for row in rows)

    def _opt_out(self, card: str, what: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO opted_out VALUES(?, ?)", (card, what))


def _promise(in_days: int, needed: str) -> Callable[[Ask], Row]:
    """Return a deed that takes something in and says when there will be an answer."""

    def deed(ask: Ask) -> Row:
        if not ask.text(needed):
            raise RefusedError("请说一说是什么事，我才能记下来")
        return {"answer_date": (ask.today + timedelta(days=in_days)).isoformat()}

    return deed
