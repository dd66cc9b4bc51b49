"""The simulated bank's customers, from customers.toml, known to kiosks by a keyed hash of the card number only."""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from guitai.money import Fen, yuan

TOKEN_CHARS = 32
Digits = Annotated[str, Field(pattern=r"^[0-9]+$")]


class SavedPayee(BaseModel):
    """A payee the customer has saved at the bank."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ref: str
    name: str
    account: Digits
    bank: str


class Customer(BaseModel):
    """One customer with one card and one account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    card: Digits
    pin: Annotated[str, Field(pattern=r"^[0-9]{4,12}$")]
    phone: Digits
    region: str
    balance: Annotated[int, Field(ge=0, title="Opening balance, yuan")]
    credit_record: Literal["good", "fair", "poor", "unknown"]
    transfers_30d: int
    typical_transfer: Annotated[int, Field(ge=0, title="Yuan; 0 when there is no history")]
    withdrawals_30d: int
    large_transfers_24h: int
    elderly: bool
    payee: tuple[SavedPayee, ...] = ()

    def masked_name(self) -> str:
        """Return 刘*芳."""
        return self.name[0] + "*" * max(1, len(self.name) - 2) + (self.name[-1] if len(self.name) > 2 else "")

    def opening_balance(self) -> Fen:
        """Return the opening balance in fen."""
        return yuan(self.balance)


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers by card token."""

    by_token: dict[str, Customer]


def card_token(number: str, key: bytes) -> str:
    """Return the pseudonym of a card number: HMAC-SHA256, hexadecimal, cut to 32 characters."""
    return hmac.new(key, number.encode("ascii"), hashlib.sha256).hexdigest()[:TOKEN_CHARS]


def load_customers(key: bytes) -> Customers:
    """Return the customers of customers.toml under the tokens of this branch's key."""
    text = resources.files("headquarters.bank").joinpath("customers.toml").read_text(encoding="utf-8")
    found = [Customer.model_validate(entry) for entry in tomllib.loads(text)["customer"]]
    return Customers({card_token(customer.card, key): customer for customer in found})
