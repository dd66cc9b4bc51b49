"""Transfers: now, delayed by a day on the host's own clock, or on hold until a human decides."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.money import Fen
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import DELAYED, OTHERS, Ledger, account_of
from headquarters.database import transaction

DAY_MS = 24 * 3600 * 1000
HOLD_LAPSES_MS = DAY_MS
"""A hold nobody confirms ends by itself; the transfer is then refused, not posted."""

HELD = "账户有一笔转账正在核实"
NO_MONEY = "余额不足"
NO_PAYEE = "收款账号不对"

Mode = Literal["now", "delay_24h", "hold"]


@dataclass(frozen=True, slots=True)
class Order:
    """A transfer as a kiosk asks for it."""

    card: str
    payee_name: str
    payee_ref: str
    amount: Fen
    mode: Mode
    risk_ref: str


class Transfers:
    """The transfers of the ledger. Every public method first does what time has made due."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock
        self._connection = ledger.connection

    def put(self, id_: str, order: Order, customer: Customer) -> dict[str, Any]:
        """Ask for a transfer; the same id again returns what has become of it and moves nothing."""
        self.do_due()
        fields = {
            "card": order.card, "name": order.payee_name, "ref": order.payee_ref, "amount": order.amount,
            "mode": order.mode,
        }  # fmt: skip
        self._ledger.once("transfer", id_, fields, lambda: self._new(id_, order, customer))
        return self.get(id_)

    def get(self, id_: str) -> dict[str, Any]:
        """Return a transfer's state. Raises GuitaiError ``bank.absent``."""
        self.do_due()
        row = self._row(id_)
        return {"status": row["status"], "reason": row["reason"], "case_number": row["case_number"]}

    def decide(self, id_: str, request_id: str, decision: Literal["release", "reject"], teller: str) -> dict[str, Any]:
        """Release or reject what is held or delayed; what is already over stays as it is."""
        self.do_due()
        self._row(id_)
        fields = {"transfer": id_, "decision": decision, "teller": teller}
        self._ledger.once("decision", request_id, fields, lambda: self._decide(id_, decision, teller))
        return self.get(id_)

    def on_hold(self, card: str) -> bool:
        """Tell whether a hold stops the account's outgoing payments."""
        self.do_due()
        return self._held(card)

    def history(self, card: str, since_ms: int, at_least: int = 1) -> int:
        """Return how many transfers of an amount went out since a time."""
        (count,) = self._connection.execute(
            "SELECT COUNT(*) FROM transfers WHERE card = ? AND status = 'posted' AND at_ms >= ? AND amount_fen >= ?",
            (card, since_ms, at_least),
        ).fetchone()
        return int(count)

    def do_due(self) -> None:
        """Post delayed transfers whose day is over; let holds lapse nobody confirmed."""
        now = self._clock.unix_ms()
        due = "SELECT * FROM transfers WHERE status IN ('delayed', 'held') AND due_ms <= ?"
        if self._connection.execute(due + " LIMIT 1", (now,)).fetchone() is None:
            return
        with transaction(self._connection):
            for row in self._connection.execute(due, (now,)).fetchall():
                if row["status"] == "delayed":
                    self._ledger.move(DELAYED, OTHERS, row["amount_fen"], now, row["id"])
                    self._become(row["id"], "posted")
                else:
                    self._become(row["id"], "refused", "核实期已过，没有转出")

    def _new(self, id_: str, order: Order, customer: Customer) -> dict[str, Any]:
        now = self._clock.unix_ms()
        payee = _payee_account(order.payee_ref, customer)
        status, reason, case, due = self._verdict(order, payee, now)
        self._connection.execute(
            "INSERT INTO transfers VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
            (
                id_, order.card, order.payee_name, payee or "", order.amount, order.mode, order.risk_ref,
                status, reason, case, now, due,
            ),
        )  # fmt: skip
        if status == "posted":
            self._ledger.move(account_of(order.card), OTHERS, order.amount, now, id_)
        elif status == "delayed":
            self._ledger.move(account_of(order.card), DELAYED, order.amount, now, id_)
        return {}

    def _verdict(self, order: Order, payee: str | None, now: int) -> tuple[str, str, str, int | None]:
        if payee is None:
            return "refused", NO_PAYEE, "", None
        if order.mode == "hold":
            return "held", "", self._case_number(), now + HOLD_LAPSES_MS
        if self._held(order.card):
            return "refused", HELD, "", None
        if self._ledger.balance(account_of(order.card)) < order.amount:
            return "refused", NO_MONEY, "", None
        if order.mode == "delay_24h":
            return "delayed", "", self._case_number(), now + DAY_MS
        return "posted", "", "", None

    def _decide(self, id_: str, decision: Literal["release", "reject"], teller: str) -> dict[str, Any]:
        row, now = self._row(id_), self._clock.unix_ms()
        card, amount = account_of(row["card"]), row["amount_fen"]
        self._connection.execute("UPDATE transfers SET decided_by = ? WHERE id = ? AND due_ms > 0", (teller, id_))
        match row["status"], decision:
            case "held", "release" if self._ledger.balance(card) >= amount:
                self._ledger.move(card, OTHERS, amount, now, id_)
                self._become(id_, "posted")
            case "held", "release":
                self._become(id_, "refused", NO_MONEY)
            case "held", "reject":
                self._become(id_, "refused", "柜员和您一起取消了")
            case "delayed", "reject":
                self._ledger.move(DELAYED, card, amount, now, id_)
                self._become(id_, "refused", "柜员和您一起取消了")
            case _:
                pass  # a delayed transfer that is released keeps its day; what is over stays over
        return {}

    def _become(self, id_: str, status: str, reason: str = "") -> None:
        self._connection.execute(
            "UPDATE transfers SET status = ?, reason = ?, due_ms = NULL WHERE id = ?", (status, reason, id_)
        )

    def _held(self, card: str) -> bool:
        found = self._connection.execute("SELECT 1 FROM transfers WHERE card = ? AND status = 'held' LIMIT 1", (card,))
        return found.fetchone() is not None

    def _case_number(self) -> str:
        (count,) = self._connection.execute("SELECT COUNT(*) FROM transfers WHERE case_number != ''").fetchone()
        return f"GT{count + 1:06d}"

    def _row(self, id_: str) -> sqlite3.Row:
        row: sqlite3.Row | None = self._connection.execute("SELECT * FROM transfers WHERE id = ?", (id_,)).fetchone()
        if row is None:
            raise GuitaiError("bank.absent", request_id=id_)
        return row


def _payee_account(ref: str, customer: Customer) -> str | None:
    """Return the number behind a saved payee's handle or ``account:NUMBER``; None if there is none."""
    if ref.startswith("account:"):
        number = ref.removeprefix("account:")
        return number if number.isascii() and number.isdigit() and 6 <= len(number) <= 30 else None
    return next((payee.account for payee in customer.payee if payee.ref == ref), None)
