"""The simulated bank as one object: customers, ledger and its rooms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.money import Fen, yuan
from headquarters.bank.business import Business
from headquarters.bank.catalogue import Catalogue, branch_catalogue
from headquarters.bank.checks import Checks
from headquarters.bank.customers import Customer, load_customers
from headquarters.bank.days import DAY_MS
from headquarters.bank.debits import Debits
from headquarters.bank.deposits import Deposits
from headquarters.bank.ledger import Ledger, account_of
from headquarters.bank.opening import open_books
from headquarters.bank.oracle import Picture, observe
from headquarters.bank.rooms import SCHEMA, make_rooms
from headquarters.bank.standing import Standing
from headquarters.bank.transfers import Decision, Transfers

LARGE = yuan(50_000)
"""From here a transfer counts as large (大额)."""

DAYS_30_MS = 30 * DAY_MS


class Bank:
    """Opens the ledger in `state` and the keys in `keys`. Raises GuitaiError ``bank.bad_key``, ``hq.database``.

    `customers` and `catalogue` are the branch's own (customers.toml, catalogue.toml) unless a scripted world brings others.
    What customers hold is entered when a ledger first sees their card; afterwards the ledger alone counts.
    """

    def __init__(
        self,
        state: Path,
        keys: Path,
        clock: Clock,
        customers: Iterable[Customer] | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        self._clock = clock
        known = load_customers(_key(keys / "card_token.key"), customers)
        self._customers, self._persons = known.by_token, known.by_person
        self.catalogue = catalogue or branch_catalogue()
        self.ledger = Ledger(state / "bank.sqlite3", SCHEMA)
        self.standing = Standing(self.ledger, clock)
        self.transfers = Transfers(self.ledger, clock, self.standing)
        self.debits = Debits(self.ledger, self.standing, clock, _key(keys / "e2e.key"))
        self.deposits = Deposits(self.ledger, clock)
        self.checks = Checks(self.ledger, clock, _key(keys / "pin.key"))
        rooms = make_rooms(self.ledger, self.transfers, self.standing, self.checks, self.catalogue)
        self.business = Business(self.ledger, self.transfers, clock, self.customer, rooms)
        for token, customer in self._customers.items():
            open_books(self.ledger, rooms, token, customer, clock.unix_ms())

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def customer(self, card: str) -> Customer:
        """Return a card's owner, with the phone and PIN they have now. Raises GuitaiError ``bank.no_card``."""
        if card not in self._customers:
            raise GuitaiError("bank.no_card")
        row = self.standing.of(card)
        return self._customers[card].model_copy(update={"phone": row["phone"], "pin": row["pin"]})

    def profile(self, token: str) -> dict[str, Any]:
        """Return what a kiosk may know of the customer behind a card or person token. Raises GuitaiError ``bank.no_card``.

        History is the seed's plus what this ledger has seen. All else is asked for with the card token that is returned.
        """
        card = self._persons.get(token, token)
        customer, now = self.customer(card), self._clock.unix_ms()
        payees = [
            {"name": p.name, "account_tail": p.account[-4:], "bank": p.bank, "payee_ref": p.ref} for p in customer.payee
        ]
        return {
            "card_token": card,
            "masked_name": customer.masked_name(),
            "card_region": customer.region,
            "credit_record": customer.credit_record,
            "transfers_30d": customer.transfers_30d + self.transfers.history(card, now - DAYS_30_MS),
            "typical_transfer": customer.typical_transfer_fen,
            "withdrawals_30d": customer.withdrawals_30d,
            "large_transfers_24h": customer.large_transfers_24h
            + self.transfers.history(card, now - DAY_MS, at_least=LARGE),
            "payees": payees,
            "elderly": customer.elderly,
            "reminder": self.business.is_late(card),
            "retain_ordered": customer.retain_ordered,
        }

    def token_of(self, card: str) -> str:
        """Return the token of a card number as it stands on the stripe. Raises GuitaiError ``bank.no_card``."""
        for token, customer in self._customers.items():
            if customer.card == card:
                return token
        raise GuitaiError("bank.no_card")

    def picture(self, card: str) -> Picture:
        """Return what really became of the customer's money: the oracle of scripted customers and tests."""
        self.business.do_due()
        return observe(self.ledger, card)

    def decide(self, id_: str, request_id: str, decision: Decision, teller: str) -> dict[str, Any]:
        """Release or reject a transfer or an order that is held or delayed, in a transfer's words. Raises GuitaiError ``bank.absent``."""
        if self.transfers.knows(id_):
            return self.transfers.decide(id_, request_id, decision, teller)
        decided = self.business.decide(id_, request_id, decision, teller)
        status = "posted" if decided["status"] == "done" else decided["status"]
        return {"status": status, "reason": decided["reason"], "case_number": decided["case_number"]}

    def available(self, card: str) -> Fen:
        """Return the available balance; a hold leaves it untouched. Raises GuitaiError ``bank.no_card``."""
        self.customer(card)
        return self.ledger.balance(account_of(card))


def _key(path: Path) -> bytes:
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise GuitaiError("bank.bad_key", path=path) from error
