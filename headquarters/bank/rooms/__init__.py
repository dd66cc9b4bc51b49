"""The rooms of the simulated bank, one domain a file; each keeps its own tables, enters what customers hold, answers and carries out."""

from __future__ import annotations

from headquarters.bank import standing as accounts_and_cards
from headquarters.bank.ask import Room
from headquarters.bank.catalogue import Catalogue
from headquarters.bank.checks import Checks
from headquarters.bank.ledger import Ledger
from headquarters.bank.rooms import branch, credit, fixed, loans, past, payments, service, wealth
from headquarters.bank.rooms.accounts import Accounts
from headquarters.bank.rooms.branch import Branch
from headquarters.bank.rooms.cards import Cards
from headquarters.bank.rooms.credit import Credit
from headquarters.bank.rooms.fixed import Fixed
from headquarters.bank.rooms.loans import Loans
from headquarters.bank.rooms.past import Past
from headquarters.bank.rooms.payments import Payments
from headquarters.bank.rooms.proposals import Proposals
from headquarters.bank.rooms.sending import Sending
from headquarters.bank.rooms.service import Service
from headquarters.bank.rooms.wealth import Wealth
from headquarters.bank.standing import Standing
from headquarters.bank.transfers import Transfers

SCHEMA = "".join(
    room.SCHEMA for room in (accounts_and_cards, past, fixed, credit, loans, wealth, payments, branch, service)
)
"""All tables of the rooms."""


def make_rooms(
    ledger: Ledger, transfers: Transfers, standing: Standing, checks: Checks, catalogue: Catalogue
) -> list[Room]:
    """Return the rooms over one ledger; the accounts' comes first, as the others stand on what it enters."""
    deposits, card, debts = (
        Fixed(ledger, standing, catalogue),
        Credit(ledger, standing, catalogue),
        Loans(ledger, standing, catalogue),
    )
    funds, wishes = Wealth(ledger, standing, catalogue), Service(ledger)
    return [
        Accounts(ledger, standing, (deposits.rows, card.rows, funds.rows, debts.rows)),
        Past(ledger),
        Sending(ledger, transfers, standing, catalogue),
        Cards(ledger, standing, checks),
        deposits,
        card,
        debts,
        funds,
        Payments(ledger, transfers, standing, catalogue),
        Branch(ledger, catalogue),
        wishes,
        Proposals(standing, deposits, card, debts, funds, wishes),
    ]
