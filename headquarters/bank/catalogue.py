"""What the bank offers and charges, from catalogue.toml: rates, products, limits, fees, enterprises, branches."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from headquarters.bank.holdings import Digits, Entry, FenIn, Handle, RateBp, Term


class WealthProduct(Entry):
    """A wealth product. ``expected_bp`` is what it is expected to earn, never promised."""

    id: Handle
    name: str
    risk_level: Literal["R1", "R2", "R3", "R4", "R5"]
    term_days: Annotated[int, Field(ge=0, title="0: can be redeemed any day")]
    expected_bp: RateBp
    least_fen: FenIn


class Bill(Entry):
    """A bill of an enterprise, known under the customer's number there."""

    bill: Annotated[str, Field(title="What it is for: 电费, 水费, 燃气费, 话费, 社保 …")]
    user_no: str
    payee: str
    period: str
    amount_fen: FenIn


class ExchangeRate(Entry):
    """Yuan for 100 of a currency, as text."""

    currency: str
    buy: str
    sell: str


class BranchOffice(Entry):
    """A branch and how many wait there."""

    name: str
    waiting: Annotated[int, Field(ge=0)] = 0


class NamedAccount(Entry):
    """An account of nobody who uses the kiosks, whose owner's name the bank knows."""

    account: Digits
    name: str


class Catalogue(Entry):
    """Everything the bank offers."""

    demand_bp: RateBp
    loan_bp: RateBp
    instalment_bp: Annotated[int, Field(ge=0, title="Fee a month, hundredths of a percent of the amount")]
    annual_fee_rule: str
    minutes_each: Annotated[int, Field(gt=0, title="Minutes a customer at the counter takes")]
    deposit_bp: dict[Term, RateBp]
    product: tuple[WealthProduct, ...]
    bill: tuple[Bill, ...]
    exchange: tuple[ExchangeRate, ...]
    account: tuple[NamedAccount, ...] = ()
    branch: Annotated[tuple[BranchOffice, ...], Field(min_length=1, title="The first is the kiosk's own")]


@cache
def branch_catalogue() -> Catalogue:
    """Return the catalogue of catalogue.toml."""
    text = resources.files("headquarters.bank").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return Catalogue.model_validate(tomllib.loads(text))
