"""Enters what customers hold when a ledger first sees their card; afterwards the ledger alone counts."""

from __future__ import annotations

from collections.abc import Sequence

from guitai.clock import UnixMs
from headquarters.bank.ask import Room
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import OPENING, Ledger, account_of
from headquarters.database import transaction


def open_books(ledger: Ledger, rooms: Sequence[Room], card: str, customer: Customer, now: UnixMs) -> None:
    """Enter a customer, once."""
    with transaction(ledger.connection):
        if ledger.connection.execute("SELECT 1 FROM opened WHERE card = ?", (card,)).fetchone() is not None:
            return
        ledger.connection.execute("INSERT INTO opened VALUES(?, ?)", (card, now))
        # A ledger of before there were rooms has the account and nothing else.
        if customer.balance_fen and not ledger.knows(account_of(card)):
            ledger.move(OPENING, account_of(card), customer.opening_balance(), now, "opening")
        for room in rooms:
            room.enter(card, customer, now)
