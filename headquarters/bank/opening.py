"""Enters what customers hold when a ledger first sees their card; afterwards the ledger alone counts."""

from __future__ import annotations

from guitai.clock import UnixMs
from guitai.money import Fen
from headquarters.bank.customers import Customer
from headquarters.bank.holdings import SentTransfer
from headquarters.bank.ledger import DELAYED, OPENING, OPENING_HOLDINGS, Ledger, account_of
from headquarters.bank.transfers import DAY_MS
from headquarters.database import transaction

HOUR_MS = 3_600_000


def open_books(ledger: Ledger, card: str, customer: Customer, now: UnixMs) -> None:
    """Enter a customer, once."""
    with transaction(ledger.connection):
        known = ledger.connection.execute("SELECT 1 FROM opened WHERE card = ?", (card,)).fetchone()
        if known is not None:
            return
        ledger.connection.execute("INSERT INTO opened VALUES(?, ?)", (card, now))
        if customer.balance_fen:
            ledger.move(OPENING, account_of(card), customer.opening_balance(), now, "opening")
        for sent in customer.sent:
            _send(ledger, card, sent, now)


def _send(ledger: Ledger, card: str, sent: SentTransfer, now: UnixMs) -> None:
    """Enter a transfer that is under way; its money is no longer in the opening balance."""
    at = now - sent.hours_ago * HOUR_MS
    ledger.connection.execute(
        "INSERT INTO transfers VALUES(?, ?, ?, ?, ?, 'delay_24h', '', 'delayed', '', '', ?, ?, '')",
        (sent.id, card, sent.payee, sent.account, sent.amount_fen, at, at + DAY_MS),
    )
    ledger.move(OPENING_HOLDINGS, account_of(card), Fen(sent.amount_fen), at, "opening")
    ledger.move(account_of(card), DELAYED, Fen(sent.amount_fen), at, sent.id)
