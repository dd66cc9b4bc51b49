"""What a customer may hold at the bank when the books are opened: deposits, credit card, loans, wealth products.

Days count from the moment the books are opened (``elapsed_days`` back, ``in_days`` ahead; negative = already over), so that
the data never grows old.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Digits = Annotated[str, Field(pattern=r"^[0-9]+$")]
FenIn = Annotated[int, Field(ge=0, le=10**13, title="Fen")]
RateBp = Annotated[int, Field(ge=0, le=10_000, title="Hundredths of a percent a year")]
Handle = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
Term = Literal["P7D", "P3M", "P6M", "P1Y", "P2Y", "P3Y", "P5Y"]
"""ISO 8601; P7D is a deposit at seven days' notice (七天通知存款)."""

RiskClass = Literal["C1", "C2", "C3", "C4", "C5"]
CardStatus = Literal["normal", "inactive", "lost", "swallowed", "cancelled", "ordered"]


class Entry(BaseModel):
    """Base of all entries: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FixedDeposit(Entry):
    """A fixed deposit."""

    id: Handle
    term: Term
    amount_fen: Annotated[int, Field(gt=0)]
    rate_bp: RateBp
    elapsed_days: Annotated[int, Field(ge=0)] = 0
    product: str = "整存整取"


class CreditCard(Entry):
    """A credit card. ``bill_fen`` is what is left of the last bill, ``spent_fen`` what was bought since."""

    card: Digits
    limit_fen: FenIn
    bill_fen: FenIn = 0
    min_due_fen: FenIn = 0
    spent_fen: FenIn = 0
    due_in_days: int = 15
    points: Annotated[int, Field(ge=0)] = 0
    annual_fee_fen: FenIn = 0
    expires_in_days: int = 900
    status: CardStatus = "normal"


class Loan(Entry):
    """A loan in equal monthly payments."""

    id: Handle
    product: str
    outstanding_fen: Annotated[int, Field(gt=0)]
    rate_bp: RateBp
    months_left: Annotated[int, Field(gt=0, le=480)]
    due_in_days: int = 15
    """Negative: overdue by so many days."""

    monthly_fen: Annotated[int, Field(gt=0)] | None = None
    """What is due a month; by default what pays the loan off in the months left."""


class Holding(Entry):
    """Shares of a wealth product."""

    id: Handle
    product_id: Handle
    amount_fen: Annotated[int, Field(gt=0)]
    elapsed_days: Annotated[int, Field(ge=0)] = 0


class SentTransfer(Entry):
    """A transfer made before: of the last day, waiting for its 24 hours to pass, or one that has arrived since."""

    id: Handle
    payee: str
    account: Digits
    amount_fen: Annotated[int, Field(gt=0)]
    hours_ago: Annotated[int, Field(ge=0)] = 1


class Application(Entry):
    """A credit card applied for."""

    status: Literal["in_review", "approved", "rejected", "mailed"]
    days_ago: Annotated[int, Field(ge=0)] = 3


class PastEntry(Entry):
    """A line of the account's past; only shown, its effect is in the opening balance."""

    days_ago: Annotated[int, Field(ge=0)]
    summary: str
    amount_fen: int
    """Negative: out."""
