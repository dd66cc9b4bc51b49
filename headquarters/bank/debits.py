"""Cash debits: reserved, paid out against one token, then settled by what really became of the notes."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from typing import Any, Literal

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.money import Fen
from headquarters.bank.ledger import CASH_DISPUTED, CASH_PAID, CASH_RESERVED, Ledger, account_of
from headquarters.bank.standing import Standing

MAC_CHARS = 64
Result = Literal["commit", "reverse", "dispute"]


class Debits:
    """The cash debits of the ledger."""

    def __init__(self, ledger: Ledger, standing: Standing, clock: Clock, token_key: bytes) -> None:
        self._ledger, self._standing, self._clock, self._key = ledger, standing, clock, token_key
        self._connection = ledger.connection

    def put(self, id_: str, card: str, amount: Fen) -> dict[str, Any]:
        """Reserve money for notes; the same id again returns what has become of it."""
        self._ledger.once("debit", id_, {"card": card, "amount": amount}, lambda: self._new(id_, card, amount))
        return self.get(id_)

    def get(self, id_: str) -> dict[str, Any]:
        """Return a debit's state. Raises GuitaiError ``bank.absent``."""
        row = self._row(id_)
        return {"status": row["status"], "reason": row["reason"]}

    def token(self, id_: str, nonce: str, amount: Fen) -> str:
        """Return the token that lets the dispenser with this nonce pay the debit out.

        One token a debit, one debit a nonce: the same question gets the same token, any other none.
        Raises GuitaiError ``bank.absent`` or ``bank.no_token``.
        """
        row = self._row(id_)
        if row["token"] is not None and row["nonce"] == nonce and row["amount_fen"] == amount:
            return str(row["token"])
        reason = self._why_no_token(row, nonce, amount)
        if reason:
            raise GuitaiError("bank.no_token", debit_id=id_, reason=reason)
        token = mint(self._key, nonce, amount)
        self._connection.execute("UPDATE debits SET nonce = ?, token = ? WHERE id = ?", (nonce, token, id_))
        return token

    def settle(self, id_: str, request_id: str, result: Result, taken: Fen) -> dict[str, Any]:
        """Take in what became of the notes; once settled a debit stays as it is."""
        self._row(id_)
        fields = {"debit": id_, "result": result, "taken": taken}
        self._ledger.once("settlement", request_id, fields, lambda: self._settle(id_, result, taken))
        return self.get(id_)

    def _new(self, id_: str, card: str, amount: Fen) -> dict[str, Any]:
        now = self._clock.unix_ms()
        reason = self._standing.why_not_send(card, amount)
        if not reason:
            self._ledger.move(account_of(card), CASH_RESERVED, amount, now, id_)
        self._connection.execute(
            "INSERT INTO debits(id, card, amount_fen, status, reason, at_ms) VALUES(?, ?, ?, ?, ?, ?)",
            (id_, card, amount, "refused" if reason else "reserved", reason, now),
        )
        return {}

    def _why_no_token(self, row: sqlite3.Row, nonce: str, amount: Fen) -> str:
        if row["status"] != "reserved":
            return f"it is {row['status']}"
        if row["amount_fen"] != amount:
            return "another amount"
        if row["token"] is not None:
            return "one was already given"
        if self._connection.execute("SELECT 1 FROM debits WHERE nonce = ?", (nonce,)).fetchone():
            return "the nonce served another debit"
        return ""

    def _settle(self, id_: str, result: Result, taken: Fen) -> dict[str, Any]:
        """Book what was taken as paid; the rest goes back, or is disputed where nobody can be sure."""
        row, now = self._row(id_), self._clock.unix_ms()
        if row["status"] != "reserved":
            return {}
        amount, paid = row["amount_fen"], min(taken, row["amount_fen"])
        rest = Fen(amount - paid)
        certain = taken == (0 if result == "reverse" else amount)
        if paid and result != "reverse":
            self._ledger.move(CASH_RESERVED, CASH_PAID, paid, now, id_)
        if result == "reverse" and certain:
            self._ledger.move(CASH_RESERVED, account_of(row["card"]), amount, now, id_)
        elif result == "reverse":
            self._ledger.move(CASH_RESERVED, CASH_DISPUTED, amount, now, id_)
        elif rest:
            self._ledger.move(CASH_RESERVED, CASH_DISPUTED, rest, now, id_)
        status = {"commit": "committed", "reverse": "reversed", "dispute": "disputed"}[result]
        if result != "dispute" and not certain:
            status = "disputed"
        self._connection.execute("UPDATE debits SET status = ?, taken_fen = ? WHERE id = ?", (status, taken, id_))
        return {}

    def _row(self, id_: str) -> sqlite3.Row:
        row: sqlite3.Row | None = self._connection.execute("SELECT * FROM debits WHERE id = ?", (id_,)).fetchone()
        if row is None:
            raise GuitaiError("bank.absent", request_id=id_)
        return row


def mint(key: bytes, nonce: str, amount: Fen) -> str:
    """Return an XFS4IoT end-to-end token for one dispense.

    ``NONCE=…,TOKENFORMAT=1,TOKENLENGTH=dddd,DISPENSE1=500.00CNY,HMACSHA256=…``: the length counts the whole token, the
    HMAC covers everything before its own value (CWA 17852, end-to-end security).
    """
    whole, part = divmod(amount, 100)
    tail = f"DISPENSE1={whole}.{part:02d}CNY,HMACSHA256="
    head = f"NONCE={nonce},TOKENFORMAT=1,TOKENLENGTH="
    length = len(head) + 4 + 1 + len(tail) + MAC_CHARS
    signed = f"{head}{length:04d},{tail}"
    return signed + hmac.new(key, signed.encode("ascii"), hashlib.sha256).hexdigest().upper()
