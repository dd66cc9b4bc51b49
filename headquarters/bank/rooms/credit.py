"""The credit card: its bill, paying it, its limit, instalments, applying for one. What is owed stands in the ledger below zero."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from guitai.clock import UnixMs
from guitai.money import Fen, short_yuan, yuan
from headquarters.bank import days, interest
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.catalogue import Catalogue
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import OPENING_HOLDINGS, Ledger, account_of, holding_of
from headquarters.bank.standing import Standing

SCHEMA = """
CREATE TABLE IF NOT EXISTS credit(
  owner TEXT PRIMARY KEY, card_id TEXT NOT NULL, limit_fen INTEGER NOT NULL, bill_fen INTEGER NOT NULL, min_due_fen INTEGER NOT NULL,
  due TEXT NOT NULL, statement TEXT NOT NULL, points INTEGER NOT NULL, annual_fee_fen INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS applications(owner TEXT PRIMARY KEY, status TEXT NOT NULL, day TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS instalments(
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, amount_fen INTEGER NOT NULL, periods INTEGER NOT NULL, monthly_fen INTEGER NOT NULL,
  fee_fen INTEGER NOT NULL, first_due TEXT NOT NULL) STRICT;
"""
PERIODS = (3, 6, 12, 18, 24, 36)
ANSWER_DAYS = 7
GRACE_DAYS = 20
"""From the bill to the day it is due."""

NONE = "您名下还没有本行的信用卡"
OVERDUE = "这张卡有一期账单过了还款日，先还上再办这个"


class Credit:
    """The room."""

    def __init__(self, ledger: Ledger, standing: Standing, catalogue: Catalogue) -> None:
        self._ledger, self._standing, self._catalogue = ledger, standing, catalogue
        self._connection = ledger.connection
        self.inquiries = {
            "credit_card": self.card,
            "installment_quote": self.quote,
            "card_application": self.application,
        }
        self.orders = {
            "repay_card": self.repay,
            "set_credit_limit": self.set_limit,
            "start_installment": self.start_instalments,
            "apply_credit_card": self.apply,
        }

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter the customer's card and application."""
        today = days.day_of(now)
        if asked := customer.application:
            self._set_application(card, asked.status, today - timedelta(days=asked.days_ago))
        if (held := customer.credit_card) is None:
            return
        due = today + timedelta(days=held.due_in_days)
        self._connection.execute(
            "INSERT INTO credit VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                card, f"credit-{held.card[-4:]}", held.limit_fen, held.bill_fen, held.min_due_fen, due.isoformat(),
                (due - timedelta(days=GRACE_DAYS)).isoformat(), held.points, held.annual_fee_fen,
            ),
        )  # fmt: skip
        if owed := held.bill_fen + held.spent_fen:
            self._ledger.move(holding_of("credit", card), OPENING_HOLDINGS, Fen(owed), now, "opening")

    def rows(self, card: str) -> list[Row]:
        """Return the card as a row of ``accounts``."""
        row = self.of(card)
        if row is None:
            return []
        return [{
            "account_id": row["card_id"], "account_tail": row["card_id"][-4:], "kind": "credit", "product": "信用卡",
            "available_fen": str(self._available(row)), "status": self._status(row),
        }]  # fmt: skip

    def of(self, card: str) -> sqlite3.Row | None:
        """Return the customer's card, if there is one."""
        row: sqlite3.Row | None = self._connection.execute("SELECT * FROM credit WHERE owner = ?", (card,)).fetchone()
        return row

    def card(self, ask: Ask) -> Answer:
        """Return bill, limit and the rest."""
        row = self._held(ask)
        return Answer({
            "card_tail": row["card_id"][-4:], "bill_fen": str(row["bill_fen"]), "min_due_fen": str(row["min_due_fen"]),
            "due_date": row["due"], "statement_date": row["statement"], "limit_fen": str(row["limit_fen"]),
            "available_fen": str(self._available(row)), "points": str(row["points"]),
            "annual_fee_fen": str(row["annual_fee_fen"]), "fee_rule": self._catalogue.annual_fee_rule,
            "status": self._status(row),
        })  # fmt: skip

    def quote(self, ask: Ask) -> Answer:
        """Return what paying in instalments costs, with the yearly rate it comes to."""
        return Answer(self._plan(ask)[1])

    def application(self, ask: Ask) -> Answer:
        """Return how far the customer's application is."""
        row = self._connection.execute("SELECT * FROM applications WHERE owner = ?", (ask.card,)).fetchone()
        if row is None:
            return Answer({"status": "none", "status_date": ""})
        return Answer({"status": row["status"], "status_date": row["day"]})

    def repay(self, ask: Ask) -> Row:
        """Pay from the account; what is more than owed stays there."""
        row, amount = self._held(ask), ask.amount()
        owed = Fen(-self._ledger.balance(holding_of("credit", ask.card)))
        if not owed:
            raise RefusedError("信用卡已经还清，现在不用还")
        amount = min(amount, owed)
        if reason := self._standing.why_not_spend(ask.card, amount):
            raise RefusedError(reason)
        self._ledger.move(account_of(ask.card), holding_of("credit", ask.card), amount, ask.now, ask.request_id)
        left = max(0, row["bill_fen"] - amount)
        self._connection.execute(
            "UPDATE credit SET bill_fen = ?, min_due_fen = MAX(0, min_due_fen - ?) WHERE owner = ?",
            (left, amount, ask.card),
        )
        return {"card_tail": row["card_id"][-4:], "amount_fen": str(amount), "left_fen": str(left)}

    def set_limit(self, ask: Ask) -> Row:
        """Change the limit: at once within twice today's for a good record, else after a review."""
        row, wanted = self._held(ask), ask.amount("limit_fen")
        if self.is_overdue(row, ask.today):
            raise RefusedError(OVERDUE)
        if wanted < self._used(row):
            raise RefusedError(f"已经用了 {short_yuan(self._used(row))} 元，额度不能比它低")
        if wanted > row["limit_fen"] and (ask.customer.credit_record != "good" or wanted > 2 * row["limit_fen"]):
            return {"limit_fen": str(row["limit_fen"]), "status": "in_review"}
        self._connection.execute("UPDATE credit SET limit_fen = ? WHERE owner = ?", (wanted, ask.card))
        return {"limit_fen": str(wanted), "status": "approved"}

    def start_instalments(self, ask: Ask) -> Row:
        """Take an amount out of the bill and have it paid by the month."""
        row, (amount, fields) = self._held(ask), self._plan(ask)
        if self.is_overdue(row, ask.today):
            raise RefusedError(OVERDUE)
        self._connection.execute(
            "INSERT INTO instalments VALUES(?, ?, ?, ?, ?, ?, ?)",
            (
                ask.request_id, ask.card, amount, int(ask.text("periods")), int(fields["monthly_fen"]), int(fields["fee_fen"]),
                fields["first_due_date"],
            ),
        )  # fmt: skip
        left = row["bill_fen"] - amount
        self._connection.execute(
            "UPDATE credit SET bill_fen = ?, min_due_fen = MIN(min_due_fen, ?) WHERE owner = ?", (left, left, ask.card)
        )
        return {name: fields[name] for name in ("monthly_fen", "fee_fen", "first_due_date")}

    def apply(self, ask: Ask) -> Row:
        """Take an application for a card in."""
        if self.application(ask).fields["status"] == "in_review":
            raise RefusedError("您已经有一张卡在审批，有结果会通知您")
        self._set_application(ask.card, "in_review", ask.today)
        return {"answer_date": (ask.today + timedelta(days=ANSWER_DAYS)).isoformat()}

    def is_overdue(self, row: sqlite3.Row, today: date) -> bool:
        """Tell whether the least amount due was not paid by its day."""
        return bool(row["min_due_fen"] and date.fromisoformat(row["due"]) < today)

    def _plan(self, ask: Ask) -> tuple[Fen, Row]:
        row, amount, periods = self._held(ask), ask.amount(), ask.number("periods", PERIODS[0], PERIODS[-1])
        if periods not in PERIODS:
            raise RefusedError("可以分 3、6、12、18、24 或 36 期")
        if amount > row["bill_fen"]:
            raise RefusedError(f"这期账单还有 {short_yuan(Fen(row['bill_fen']))} 元可以分期")
        if amount < yuan(100):
            raise RefusedError("100 元起可以分期")
        fee = interest.part_of(amount, self._catalogue.instalment_bp * periods)
        monthly = Fen(-(-(amount + fee) // periods))
        return amount, {
            "monthly_fen": str(monthly), "fee_fen": str(fee), "rate_bp": str(interest.yearly_rate(amount, monthly, periods)),
            "first_due_date": days.add_months(date.fromisoformat(row["due"]), 1).isoformat(),
        }  # fmt: skip

    def _held(self, ask: Ask) -> sqlite3.Row:
        row = self.of(ask.card)
        if row is None:
            raise RefusedError(NONE)
        return row

    def _used(self, row: sqlite3.Row) -> Fen:
        return Fen(-self._ledger.balance(holding_of("credit", row["owner"])))

    def _available(self, row: sqlite3.Row) -> Fen:
        return Fen(max(0, row["limit_fen"] - self._used(row)))

    def _status(self, row: sqlite3.Row) -> str:
        cards = {card["card_id"]: card["status"] for card in self._standing.cards(row["owner"])}
        return str(cards.get(row["card_id"], "cancelled"))

    def _set_application(self, card: str, status: str, day: date) -> None:
        self._connection.execute("INSERT OR REPLACE INTO applications VALUES(?, ?, ?)", (card, status, day.isoformat()))
