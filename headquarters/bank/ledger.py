"""A double-entry ledger and the memory that makes requests idempotent, in one SQLite file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args

import orjson

from guitai.errors import GuitaiError
from guitai.money import Fen
from headquarters.database import open_database, transaction

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries(
  posting INTEGER NOT NULL, account TEXT NOT NULL, amount_fen INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  reference TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS entries_account ON entries(account);
CREATE TABLE IF NOT EXISTS requests(
  request_id TEXT PRIMARY KEY, kind TEXT NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS transfers(
  id TEXT PRIMARY KEY, card TEXT NOT NULL, payee_name TEXT NOT NULL, payee_account TEXT NOT NULL,
  amount_fen INTEGER NOT NULL, mode TEXT NOT NULL, risk_ref TEXT NOT NULL, status TEXT NOT NULL,
  reason TEXT NOT NULL, case_number TEXT NOT NULL, at_ms INTEGER NOT NULL, due_ms INTEGER,
  decided_by TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX IF NOT EXISTS transfers_due ON transfers(status, due_ms);
CREATE TABLE IF NOT EXISTS debits(
  id TEXT PRIMARY KEY, card TEXT NOT NULL, amount_fen INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
  taken_fen INTEGER NOT NULL DEFAULT 0, at_ms INTEGER NOT NULL, nonce TEXT UNIQUE, token TEXT) STRICT;
CREATE TABLE IF NOT EXISTS orders(
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, card TEXT NOT NULL, params TEXT NOT NULL, amount_fen INTEGER NOT NULL, mode TEXT NOT NULL,
  risk_ref TEXT NOT NULL, approved_by TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, case_number TEXT NOT NULL,
  fields TEXT NOT NULL, at_ms INTEGER NOT NULL, due_ms INTEGER, decided_by TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX IF NOT EXISTS orders_due ON orders(status, due_ms);
CREATE TABLE IF NOT EXISTS opened(card TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS pins(card TEXT PRIMARY KEY, wrong INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sms(
  id TEXT PRIMARY KEY, card TEXT NOT NULL, code TEXT NOT NULL, wrong INTEGER NOT NULL, expires_ms INTEGER NOT NULL,
  used INTEGER NOT NULL DEFAULT 0) STRICT;
"""

OPENING = "opening"
OPENING_HOLDINGS = "opening_holdings"
"""What customers held besides their account when the books were opened: deposits and wealth here, debts on the other side."""

OTHERS = "others"
"""Accounts of everybody who is not our customer."""

INTEREST = "interest"
"""What the bank pays for deposits and earns with loans."""

RETURNS = "returns"
"""What wealth products gained."""

FEES = "fees"
UTILITY = "utility:"
"""Begins the account of an enterprise whose bills are paid here."""

DELAYED = "delayed"
CASH_RESERVED = "cash_reserved"
CASH_PAID = "cash_paid"
CASH_DISPUTED = "cash_disputed"
CASH_RECEIVED = "cash_received"
CASH_IN_DISPUTED = "cash_in_disputed"
"""Customers' notes in a machine that a human has to count before they are anybody's."""

Holding = Literal["deposit", "wealth", "credit", "loan"]
OWN = ("card", *get_args(Holding))
"""What begins the name of a customer's own account."""


class Ledger:
    """The file. `connection` is for the rooms of the bank that keep tables of their own in it."""

    def __init__(self, path: Path, more: str = "") -> None:
        """Open the file; `more` is the schema of the rooms' own tables. All tables are made at once or not at all."""
        self.connection: sqlite3.Connection = open_database(path, f"BEGIN;{SCHEMA}{more}COMMIT;")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def once(self, kind: str, request_id: str, fields: dict[str, Any], act: Callable[[], dict[str, Any]]) -> Any:
        """Do `act` once per request id, in one transaction with the memory of its answer; later return that answer.

        Raises GuitaiError ``bank.request_reused`` if the id was used for anything else.
        """
        digest = hashlib.sha256(orjson.dumps([kind, fields], option=orjson.OPT_SORT_KEYS)).hexdigest()
        with transaction(self.connection):
            known = self.connection.execute("SELECT * FROM requests WHERE request_id = ?", (request_id,)).fetchone()
            if known is not None:
                if known["fingerprint"] != digest:
                    raise GuitaiError("bank.request_reused", request_id=request_id)
                return orjson.loads(known["answer"])
            answer = act()
            self.connection.execute(
                "INSERT INTO requests VALUES(?, ?, ?, ?)", (request_id, kind, digest, orjson.dumps(answer).decode())
            )
            return answer

    def move(self, from_: str, to: str, amount: Fen, at_ms: int, reference: str) -> None:
        """Post one transaction of two entries that sum to zero; call inside a transaction."""
        assert amount > 0
        (last,) = self.connection.execute("SELECT COALESCE(MAX(posting), 0) FROM entries").fetchone()
        self.connection.executemany(
            "INSERT INTO entries VALUES(?, ?, ?, ?, ?)",
            [(last + 1, from_, -amount, at_ms, reference), (last + 1, to, amount, at_ms, reference)],
        )

    def balance(self, account: str) -> Fen:
        """Return the sum of an account's entries."""
        (total,) = self.connection.execute(
            "SELECT COALESCE(SUM(amount_fen), 0) FROM entries WHERE account = ?", (account,)
        ).fetchone()
        return Fen(total)

    def case_number(self) -> str:
        """Return the next number for a case a human may be asked about; call inside a transaction."""
        (count,) = self.connection.execute(
            "SELECT (SELECT COUNT(*) FROM transfers WHERE case_number != '') "
            "+ (SELECT COUNT(*) FROM orders WHERE case_number != '')"
        ).fetchone()
        return f"GT{count + 1:06d}"

    def knows(self, account: str) -> bool:
        """Tell whether anything was ever entered on an account."""
        found = self.connection.execute("SELECT 1 FROM entries WHERE account = ? LIMIT 1", (account,))
        return found.fetchone() is not None

    def balances(self) -> dict[str, int]:
        """Return every account's balance; the values sum to zero."""
        rows = self.connection.execute("SELECT account, SUM(amount_fen) AS total FROM entries GROUP BY account")
        return {row["account"]: row["total"] for row in rows}


def account_of(card: str) -> str:
    """Return the ledger account behind a card token."""
    return f"card:{card}"


def holding_of(kind: Holding, card: str, id_: str = "") -> str:
    """Return the account of something else the customer holds; credit and loan are what they owe, zero or below."""
    return f"{kind}:{card}:{id_}" if id_ else f"{kind}:{card}"


def utility_of(payee: str) -> str:
    """Return the account of an enterprise whose bills are paid here."""
    return f"{UTILITY}{payee}"


def owner_of(account: str) -> str:
    """Return the card token of the customer whose account it is; empty when it is nobody's."""
    kind, _, rest = account.partition(":")
    return rest.partition(":")[0] if kind in OWN else ""
