"""The simulated bank's customers, known to kiosks by keyed hashes of numbers only; customers.toml has the branch's."""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from guitai.messages.masking import mask_name
from guitai.money import Fen
from headquarters.bank.holdings import (
    Application,
    CardStatus,
    CreditCard,
    Digits,
    Entry,
    FenIn,
    FixedDeposit,
    Handle,
    Holding,
    Loan,
    PastEntry,
    RiskClass,
    SentTransfer,
)

TOKEN_CHARS = 32
AccountStatus = Literal["normal", "frozen", "dormant", "restricted", "closed"]
"""``restricted``: no outgoing payments but at the counter (非柜面限制); ``dormant``: the same after long rest."""


class SavedPayee(Entry):
    """A payee the customer has saved at the bank."""

    ref: str
    name: str
    account: Digits
    bank: str


class Customer(Entry):
    """One customer with one debit card and the account behind it, and whatever else they hold."""

    name: str
    card: Digits
    id_number: Annotated[
        str, Field(pattern=r"^([0-9]{17}[0-9X])?$", title="Of the ID card; empty when the bank has none")
    ] = ""
    pin: Annotated[str, Field(pattern=r"^[0-9]{4,12}$")]
    phone: Digits
    region: str
    balance_fen: FenIn
    credit_record: Literal["good", "fair", "poor", "unknown"]
    transfers_30d: int
    typical_transfer_fen: Annotated[int, Field(ge=0, title="0 when there is no history")]
    withdrawals_30d: int
    large_transfers_24h: int
    elderly: bool
    retain_ordered: bool = False
    """The issuer has ordered that the card be kept."""

    account_class: Literal["I", "II", "III"] = "I"
    account_status: AccountStatus = "normal"
    card_status: CardStatus = "normal"
    branch: str = "湖滨支行"
    opened_days_ago: int = 2_000
    card_expires_in_days: int = 1_200
    id_expires_in_days: int = 2_500
    risk_class: RiskClass | None = None
    risk_profile_left_days: int = 200
    """Days until the risk profile expires; negative: expired."""

    payee: tuple[SavedPayee, ...] = ()
    past: tuple[PastEntry, ...] = ()
    sent: tuple[SentTransfer, ...] = ()
    deposit: tuple[FixedDeposit, ...] = ()
    credit_card: CreditCard | None = None
    application: Application | None = None
    loan: tuple[Loan, ...] = ()
    holding: tuple[Holding, ...] = ()
    interests: tuple[Handle, ...] = ()
    """Products the customer has asked about often."""

    opted_out: tuple[str, ...] = ()

    def masked_name(self) -> str:
        """Return 刘*芳."""
        return mask_name(self.name)

    def opening_balance(self) -> Fen:
        """Return the opening balance."""
        return Fen(self.balance_fen)


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers by card token, and the card token behind each person token."""

    by_token: dict[str, Customer]
    by_person: dict[str, str]


def card_token(number: str, key: bytes) -> str:
    """Return the pseudonym of a card number: HMAC-SHA256, hexadecimal, cut to 32 characters."""
    return hmac.new(key, number.encode("ascii"), hashlib.sha256).hexdigest()[:TOKEN_CHARS]


def person_token(id_number: str, key: bytes) -> str:
    """Return the pseudonym of a person, as the kiosk makes it of the ID card it read (`firmware_bridge.client.id_cards`)."""
    return card_token(f"id-card:{id_number}", key)


@cache
def branch_customers() -> tuple[Customer, ...]:
    """Return the customers of customers.toml."""
    text = resources.files("headquarters.bank").joinpath("customers.toml").read_text(encoding="utf-8")
    return tuple(Customer.model_validate(entry) for entry in tomllib.loads(text)["customer"])


def load_customers(key: bytes, customers: Iterable[Customer] | None = None) -> Customers:
    """Return customers (by default the branch's) under the tokens of this branch's key."""
    found = branch_customers() if customers is None else customers
    by_token = {card_token(customer.card, key): customer for customer in found}
    return Customers(
        by_token, {person_token(one.id_number, key): token for token, one in by_token.items() if one.id_number}
    )
