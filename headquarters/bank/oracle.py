"""What really became of a customer's money, read from the ledger alone: for scripted customers and tests, never for kiosks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from guitai.money import Fen
from headquarters.bank.ledger import (
    CASH_DISPUTED,
    CASH_IN_DISPUTED,
    CASH_RESERVED,
    DELAYED,
    FEES,
    INTEREST,
    OPENING,
    OPENING_HOLDINGS,
    Ledger,
    owner_of,
)

Direction = Literal["out", "in", "own"]
TRANSIT = frozenset({DELAYED, CASH_RESERVED})
BANK = frozenset({INTEREST, FEES})
"""What the bank takes is ``own``, as services.yaml has it: it goes to nobody else. What it pays comes ``in``."""

DISPUTED = frozenset({CASH_DISPUTED, CASH_IN_DISPUTED})


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that has arrived where it was sent."""

    request_id: str
    direction: Direction
    """``own``: between accounts of the same customer, or a debt of theirs to the bank."""

    amount: Fen
    account: str
    """The ledger account it went to (out, own) or came from (in): others, cash_paid, utility:…, interest, deposit:…"""


@dataclass(frozen=True, slots=True)
class Picture:
    """All of one customer's money since the books were opened."""

    movements: tuple[Movement, ...]
    delayed: Fen
    """On its way for a day: has left the account, or (within the bank) will; can still be called back."""

    held: Fen
    """Asked for, kept where it is until a human decides."""

    reserved: Fen
    """Debited for notes nobody knows the end of yet."""

    disputed: Fen
    statuses: dict[str, str]
    """What became of every transfer, debit and order, by request id."""

    recalled: Fen

    def moved(self, direction: Direction) -> Fen:
        """Return the sum of the movements of one direction."""
        return Fen(sum(movement.amount for movement in self.movements if movement.direction == direction))

    def pending(self) -> Fen:
        """Return what was asked for and has neither arrived nor been called off."""
        return Fen(self.delayed + self.held)


def observe(ledger: Ledger, card: str) -> Picture:
    """Return the picture of a card's owner."""
    nets = _nets(ledger, card)
    rows = ledger.connection.execute("SELECT id, amount_fen, status FROM transfers WHERE card = ?", (card,)).fetchall()
    orders = ledger.connection.execute(
        "SELECT id, amount_fen, status FROM orders WHERE card = ? AND status != 'sent'", (card,)
    ).fetchall()
    debits = ledger.connection.execute("SELECT id, status FROM debits WHERE card = ?", (card,)).fetchall()

    def sum_of(status: str) -> Fen:
        return Fen(sum(row["amount_fen"] for row in (*rows, *orders) if row["status"] == status))

    def lying(account: str) -> Fen:
        return Fen(sum(net.get(account, 0) for net in nets.values()))

    return Picture(
        movements=tuple(movement for id_, net in nets.items() for movement in _movements(id_, net)),
        delayed=Fen(lying(DELAYED) + sum(row["amount_fen"] for row in orders if row["status"] == "delayed")),
        held=sum_of("held"),
        reserved=lying(CASH_RESERVED),
        disputed=Fen(sum(lying(account) for account in DISPUTED)),
        statuses={row["id"]: row["status"] for row in (*rows, *debits, *orders)},
        recalled=sum_of("recalled"),
    )


def _nets(ledger: Ledger, card: str) -> dict[str, dict[str, int]]:
    """Return, by request, what it changed on which account: only requests that touched the customer."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = ledger.connection.execute(
        "SELECT reference, account, SUM(amount_fen) AS net FROM entries GROUP BY reference, account ORDER BY MIN(rowid)"
    )
    for row in rows:
        if row["account"] not in (OPENING, OPENING_HOLDINGS):
            found[row["reference"]][row["account"]] = row["net"]
    mine = {id_: net for id_, net in found.items() if any(owner_of(account) == card for account in net)}
    mine.pop("opening", None)
    return mine


def _movements(id_: str, net: dict[str, int]) -> Iterator[Movement]:
    gained = {account: Fen(fen) for account, fen in net.items() if owner_of(account) and fen > 0}
    gained |= {account: Fen(net[account]) for account in BANK if net.get(account, 0) > 0}
    lost = -sum(fen for account, fen in net.items() if owner_of(account) and fen < 0)
    for account, fen in net.items():
        if fen and account not in gained and not owner_of(account) and account not in TRANSIT | DISPUTED:
            yield Movement(id_, "out" if fen > 0 else "in", Fen(abs(fen)), account)
    if gained and lost:
        between = min(lost, sum(gained.values()))
        yield Movement(id_, "own", Fen(between), max(gained, key=lambda account: gained[account]))
