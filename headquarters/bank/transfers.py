"""Transfers: now, delayed by a day on the host's own clock, or on hold until a human decides."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from guitai.clock import Clock, UnixMs
from guitai.errors import GuitaiError
from guitai.money import Fen
from headquarters.bank.customers import Customer
from headquarters.bank.days import DAY_MS, HOUR_MS
from headquarters.bank.holdings import SentTransfer
from headquarters.bank.ledger import DELAYED, OPENING_HOLDINGS, OTHERS, UTILITY, Ledger, account_of
from headquarters.bank.standing import NO_MONEY, Standing
from headquarters.database import transaction

HOLD_LAPSES_MS = DAY_MS
"""A hold nobody confirms ends by itself; the transfer is then refused, not posted."""

NO_PAYEE = "收款账号不对"

Mode = Literal["now", "delay_24h", "hold"]
Decision = Literal["release", "reject", "confirm"]


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

    def __init__(self, ledger: Ledger, clock: Clock, standing: Standing) -> None:
        self._ledger, self._clock, self._standing = ledger, clock, standing
        self._connection = ledger.connection

    def put(self, id_: str, order: Order, customer: Customer) -> dict[str, Any]:
        """Ask for a transfer; the same id again returns what has become of it and moves nothing."""
        self.do_due()
        fields = {
            "card": order.card, "name": order.payee_name, "ref": order.payee_ref, "amount": order.amount,
            "mode": order.mode,
        }  # fmt: skip
        self._ledger.once(
            "transfer", id_, fields, lambda: self.place(id_, order, _payee_account(order.payee_ref, customer))
        )
        return self.get(id_)

    def get(self, id_: str) -> dict[str, Any]:
        """Return a transfer's state. Raises GuitaiError ``bank.absent``."""
        self.do_due()
        row = self.row(id_)
        status = "refused" if row["status"] == "recalled" else row["status"]
        return {"status": status, "reason": row["reason"], "case_number": row["case_number"]}

    def knows(self, id_: str) -> bool:
        """Tell whether a transfer has this id."""
        return self._connection.execute("SELECT 1 FROM transfers WHERE id = ?", (id_,)).fetchone() is not None

    def decide(self, id_: str, request_id: str, decision: Decision, teller: str) -> dict[str, Any]:
        """Release, reject or confirm what is held or delayed; what is already over stays as it is."""
        self.do_due()
        self.row(id_)
        fields = {"transfer": id_, "decision": decision, "teller": teller}
        self._ledger.once("decision", request_id, fields, lambda: self._decide(id_, decision, teller))
        return self.get(id_)

    def history(self, card: str, since_ms: int, at_least: int = 1) -> int:
        """Return how many transfers of an amount went out since a time."""
        (count,) = self._connection.execute(
            "SELECT COUNT(*) FROM transfers WHERE card = ? AND status = 'posted' AND at_ms >= ? "
            "AND amount_fen >= ? AND payee_account NOT LIKE 'utility:%'",
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
                if row["status"] == "held":
                    self._become(row["id"], "refused", "核实期已过，没有转出")
                elif not self._standing.is_frozen(row["card"]):  # what is frozen waits, and can still be recalled
                    self._ledger.move(DELAYED, _target(row["payee_account"]), row["amount_fen"], now, row["id"])
                    self._become(row["id"], "posted")

    def enter(self, card: str, sent: SentTransfer, now: UnixMs) -> None:
        """Enter a transfer that was made before the books are opened; its money is no longer in the opening balance."""
        at, arrived = now - sent.hours_ago * HOUR_MS, sent.hours_ago * HOUR_MS >= DAY_MS
        self._connection.execute(
            "INSERT INTO transfers VALUES(?, ?, ?, ?, ?, 'delay_24h', '', ?, '', '', ?, ?, '')",
            (
                sent.id,
                card,
                sent.payee,
                sent.account,
                sent.amount_fen,
                "posted" if arrived else "delayed",
                at,
                at + DAY_MS,
            ),
        )
        if arrived:
            return
        amount = Fen(sent.amount_fen)
        self._ledger.move(OPENING_HOLDINGS, account_of(card), amount, UnixMs(at), "opening")
        self._ledger.move(account_of(card), DELAYED, amount, UnixMs(at), sent.id)

    def place(self, id_: str, order: Order, payee: str | None) -> dict[str, Any]:
        """Enter a new transfer to an account number or a utility's account; call inside a transaction made once for the id."""
        now = self._clock.unix_ms()
        status, reason, case, due = self._verdict(order, payee, now)
        self._connection.execute(
            "INSERT INTO transfers VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
            (
                id_, order.card, order.payee_name, payee or "", order.amount, order.mode, order.risk_ref,
                status, reason, case, now, due,
            ),
        )  # fmt: skip
        if status == "posted":
            self._ledger.move(account_of(order.card), _target(payee or ""), order.amount, now, id_)
        elif status == "delayed":
            self._ledger.move(account_of(order.card), DELAYED, order.amount, now, id_)
        return {}

    def recall(self, id_: str, card: str) -> sqlite3.Row | None:
        """Call a delayed transfer of this card back; None if it is not under way. Call inside a transaction."""
        row: sqlite3.Row | None = self._connection.execute(
            "SELECT * FROM transfers WHERE id = ? AND card = ? AND status = 'delayed'", (id_, card)
        ).fetchone()
        if row is not None:
            self._ledger.move(DELAYED, account_of(card), row["amount_fen"], self._clock.unix_ms(), id_)
            self._become(id_, "recalled", "您已经撤回")
        return row

    def _verdict(self, order: Order, payee: str | None, now: UnixMs) -> tuple[str, str, str, int | None]:
        if payee is None:
            return "refused", NO_PAYEE, "", None
        if order.mode == "hold":
            return "held", "", self._ledger.case_number(), now + HOLD_LAPSES_MS
        if reason := self._standing.why_not_send(order.card, order.amount):
            return "refused", reason, "", None
        if order.mode == "delay_24h":
            return "delayed", "", self._ledger.case_number(), now + DAY_MS
        return "posted", "", "", None

    def _decide(self, id_: str, decision: Decision, teller: str) -> dict[str, Any]:
        row, now = self.row(id_), self._clock.unix_ms()
        card, amount, target = account_of(row["card"]), row["amount_fen"], _target(row["payee_account"])
        self._connection.execute("UPDATE transfers SET decided_by = ? WHERE id = ? AND due_ms > 0", (teller, id_))
        match row["status"], decision:
            case "held", "release" if self._ledger.balance(card) >= amount:
                self._ledger.move(card, target, amount, now, id_)
                self._become(id_, "posted")
            case "held", "release":
                self._become(id_, "refused", NO_MONEY)
            case "held", "confirm":  # from now on it does not lapse by itself
                self._connection.execute("UPDATE transfers SET due_ms = NULL WHERE id = ?", (id_,))
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

    def row(self, id_: str) -> sqlite3.Row:
        """Return a transfer's row. Raises GuitaiError ``bank.absent``."""
        row: sqlite3.Row | None = self._connection.execute("SELECT * FROM transfers WHERE id = ?", (id_,)).fetchone()
        if row is None:
            raise GuitaiError("bank.absent", request_id=id_)
        return row


def _target(payee_account: str) -> str:
    """Return the ledger account a payee's number stands for."""
    return payee_account if payee_account.startswith(UTILITY) else OTHERS


def _payee_account(ref: str, customer: Customer) -> str | None:
    """Return the number behind a saved payee's handle or ``account:NUMBER``; None if there is none."""
    if ref.startswith("account:"):
        number = ref.removeprefix("account:")
        return number if number.isascii() and number.isdigit() and 6 <= len(number) <= 30 else None
    return next((payee.account for payee in customer.payee if payee.ref == ref), None)
