"""Bank: what the host is asked and what it answered. Every request carries an id under which the host is idempotent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event
from guitai.money import Fen


@dataclass(frozen=True, slots=True)
class Payee:
    """A saved payee of the customer."""

    name: str
    account_tail: str
    bank: str
    payee_ref: str
    """The host's own handle; the full account number stays at the host."""


@event("bank.customer")
@dataclass(frozen=True, slots=True)
class CustomerKnown:
    """Who the card or the ID card belongs to, and the facts risk needs. Names are already masked (刘*芳)."""

    request_id: str
    masked_name: str
    card_region: str
    credit_record: Literal["good", "fair", "poor", "unknown"]
    transfers_30d: int
    typical_transfer: Fen
    withdrawals_30d: int
    large_transfers_24h: int
    payees: tuple[Payee, ...] = ()
    elderly: bool = False
    """From the ID card's age at the bank, never from a face."""

    card_token: str = ""
    """The host's own handle of the customer's card, also when a person token was asked for."""

    reminder: bool = False
    """Something is overdue: the PIN is asked for at once, so that it can be told."""

    retain_ordered: bool = False
    """The issuer has ordered that the card be kept (ISO 8583 response codes 04, 07, 41, 43)."""


@event("bank.balance")
@dataclass(frozen=True, slots=True)
class BalanceKnown:
    """The available balance."""

    request_id: str
    available: Fen


@event("bank.transfer")
@dataclass(frozen=True, slots=True)
class TransferOutcome:
    """What became of a transfer."""

    request_id: str
    status: Literal["posted", "delayed", "held", "refused", "absent"]
    """``absent``: the host never saw this id (after a break: safe to ask for again)."""

    reason: str = ""
    case_number: str = ""


@event("bank.debit")
@dataclass(frozen=True, slots=True)
class DebitOutcome:
    """What became of a cash withdrawal's debit."""

    request_id: str
    status: Literal["reserved", "committed", "reversed", "disputed", "refused", "absent"]
    reason: str = ""


@event("bank.deposit")
@dataclass(frozen=True, slots=True)
class DepositOutcome:
    """What became of a cash deposit's credit."""

    request_id: str
    status: Literal["credited", "disputed", "refused"]
    reason: str = ""


@event("bank.sms")
@dataclass(frozen=True, slots=True)
class SmsSent:
    """A code is on its way to the customer's own phone."""

    request_id: str
    phone_tail: str


@event("bank.sms_checked")
@dataclass(frozen=True, slots=True)
class SmsChecked:
    """Whether the code was right. The code itself never becomes an event."""

    request_id: str
    right: bool
    tries_left: int


@event("bank.unreachable")
@dataclass(frozen=True, slots=True)
class BankUnreachable:
    """No answer: for queries nothing happened; for a committed request the outcome is unknown until asked."""

    request_id: str


@effect("bank.look_up")
@dataclass(frozen=True, slots=True)
class LookUpCustomer:
    """Ask who the card belongs to, or whose ID card it is."""

    request_id: str
    card_token: str
    """Or the person token, when only the ID card was read."""


@effect("bank.ask_balance")
@dataclass(frozen=True, slots=True)
class AskBalance:
    """Ask for the balance."""

    request_id: str
    card_token: str


@effect("bank.post_transfer")
@dataclass(frozen=True, slots=True)
class PostTransfer:
    """Move money, now, delayed by 24 h, or on hold until a human decides. Committed."""

    request_id: str
    card_token: str
    payee_name: str
    payee_ref: str
    """The saved payee's handle, or ``account:`` and the vault key of a number entered in this session."""

    amount: Fen
    mode: Literal["now", "delay_24h", "hold"]
    risk_ref: str
    """Sequence of the journalled risk decision this rests on."""


@effect("bank.decide_hold")
@dataclass(frozen=True, slots=True)
class DecideHold:
    """Carry a teller's decision on a held transfer to the host. Committed."""

    request_id: str
    transfer_id: str
    decision: Literal["release", "reject", "confirm"]
    """``confirm``: the hold stands and does not lapse by itself any more."""

    teller_id: str


@effect("bank.ask_transfer")
@dataclass(frozen=True, slots=True)
class AskTransfer:
    """After a break: what became of the transfer `request_id`? Moves nothing."""

    request_id: str


@effect("bank.reserve")
@dataclass(frozen=True, slots=True)
class ReserveDebit:
    """Debit the account for cash and obtain the host token. Committed."""

    request_id: str
    card_token: str
    amount: Fen


@effect("bank.settle")
@dataclass(frozen=True, slots=True)
class SettleDebit:
    """Tell the host what became of the notes. Committed, idempotent at the host."""

    request_id: str
    debit_id: str
    result: Literal["commit", "reverse", "dispute"]
    taken: Fen


@effect("bank.ask_debit")
@dataclass(frozen=True, slots=True)
class AskDebit:
    """After a break: what became of the debit `request_id`? Moves nothing."""

    request_id: str


@effect("bank.post_deposit")
@dataclass(frozen=True, slots=True)
class PostDeposit:
    """Credit notes the machine has stored, or open a dispute about them. Committed, idempotent at the host."""

    request_id: str
    card_token: str
    amount: Fen
    result: Literal["credit", "dispute"]


@effect("bank.send_sms")
@dataclass(frozen=True, slots=True)
class SendSms:
    """Have the gateway send a code to the customer's registered phone."""

    request_id: str
    card_token: str


@effect("bank.check_sms")
@dataclass(frozen=True, slots=True)
class CheckSms:
    """Check the code the window just collected; the daemon holds it, not the journal."""

    request_id: str
    sms_id: str
