"""Bodies of the bank host's API (docs/generated/openapi.yaml is generated from these)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from headquarters.bank.transfers import Decision

ID = r"^[A-Za-z0-9._:-]{1,120}$"
RequestId = Annotated[str, Field(pattern=ID, title="Id under which the host is idempotent")]
PathId = Annotated[str, Path(pattern=ID)]
CardToken = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", title="HMAC-SHA256 of the card number, cut to 32 digits")]
CardPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
AmountFen = Annotated[int, Field(gt=0, le=10**13, title="Amount in fen")]


class Body(BaseModel):
    """Base of all bodies: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PayeeOut(Body):
    """A saved payee."""

    name: str
    account_tail: str
    bank: str
    payee_ref: str


class CustomerOut(Body):
    """Who a card belongs to, or the person of an ID card; name masked, and what risk needs to know."""

    card_token: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", title="What the host is asked with from here on")]
    masked_name: str
    card_region: str
    credit_record: Literal["good", "fair", "poor", "unknown"]
    transfers_30d: int
    typical_transfer: Annotated[int, Field(title="Fen; 0 when there is no history")]
    withdrawals_30d: int
    large_transfers_24h: int
    payees: list[PayeeOut]
    elderly: bool
    reminder: Annotated[bool, Field(title="Something is overdue: worth asking for the PIN at once, to tell of it")]
    retain_ordered: Annotated[bool, Field(title="The issuer has ordered that the card be kept")]


class BalanceOut(Body):
    """What is available, in fen."""

    available: int


class PinIn(Body):
    """An encrypted ISO 9564 format 0 PIN block."""

    request_id: RequestId
    card_token: CardToken
    pin_block: Annotated[str, Field(pattern=r"^[0-9A-F]{16}$")]


class CheckOut(Body):
    """Whether a PIN or a code was right."""

    right: bool
    tries_left: int


class TransferIn(Body):
    """A transfer; the id stands in the path."""

    card_token: CardToken
    payee_name: Annotated[str, Field(max_length=60)]
    payee_ref: Annotated[str, Field(max_length=80, title="A saved payee's handle, or account:NUMBER")]
    amount_fen: AmountFen
    mode: Literal["now", "delay_24h", "hold"]
    risk_ref: Annotated[str, Field(max_length=120)] = ""


class TransferOut(Body):
    """What became of a transfer."""

    status: Literal["posted", "delayed", "held", "refused"]
    reason: str
    case_number: str


class DecisionIn(Body):
    """A teller's decision."""

    request_id: RequestId
    decision: Decision
    teller_id: Annotated[str, Field(min_length=1, max_length=40)]


class DebitIn(Body):
    """A cash debit; the id stands in the path."""

    card_token: CardToken
    amount_fen: AmountFen


class DebitOut(Body):
    """What became of a debit."""

    status: Literal["reserved", "committed", "reversed", "disputed", "refused"]
    reason: str


class TokenIn(Body):
    """The dispenser's nonce and the amount it shall pay."""

    nonce: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{8,128}$")]
    amount_fen: AmountFen


class TokenOut(Body):
    """An XFS4IoT end-to-end token."""

    token: str


class SettlementIn(Body):
    """What became of the notes."""

    request_id: RequestId
    result: Literal["commit", "reverse", "dispute"]
    taken_fen: Annotated[int, Field(ge=0, le=10**13)]


class DepositIn(Body):
    """Notes a machine has stored; the id stands in the path."""

    card_token: CardToken
    amount_fen: Annotated[int, Field(ge=0, le=10**13, title="Fen; 0 for a dispute nobody could count")]
    result: Literal["credit", "dispute"]


class DepositOut(Body):
    """What became of a deposit."""

    status: Literal["credited", "disputed"]
    reason: str


class SmsIn(Body):
    """A code to send."""

    request_id: RequestId
    card_token: CardToken


class SmsOut(Body):
    """Where it went."""

    phone_tail: str


class CodeIn(Body):
    """A code the customer keyed in."""

    request_id: RequestId
    code: Annotated[str, Field(max_length=12)]


class InboxOut(Body):
    """What the simulated phone shows."""

    code: str
    text: str


class HealthOut(Body):
    """The host is there."""

    status: Literal["ok"] = "ok"


class Fault(Body):
    """An error of the table."""

    code: str
    message: str
    zh: str
    reason: Annotated[str, Field(title="Why, in a word; often empty")] = ""
