"""The bank host as core needs it: one method per effect of `guitai.messages.bank`, each answered by its event.

No method raises for an answer that did not come: that is `BankUnreachable`, whose outcome is unknown for a committed
request. Every request is idempotent at the host under its request id.
"""

from __future__ import annotations

from typing import Protocol

from guitai.messages.bank import (
    AskBalance,
    AskDebit,
    AskTransfer,
    BalanceKnown,
    BankUnreachable,
    CheckSms,
    CustomerKnown,
    DebitOutcome,
    DecideHold,
    DepositOutcome,
    LookUpCustomer,
    PostDeposit,
    PostTransfer,
    ReserveDebit,
    SendSms,
    SettleDebit,
    SmsChecked,
    SmsSent,
    TransferOutcome,
)
from guitai.messages.business import AskOrder, Inquire, Inquired, OrderOutcome, PlaceOrder
from guitai.messages.card import PinChecked
from guitai.money import Fen


class BankHost(Protocol):
    """A bank host."""

    async def reachable(self) -> bool:
        """Tell whether the host answers now."""
        ...

    async def look_up(self, effect: LookUpCustomer) -> CustomerKnown | BankUnreachable:
        """Return who the card belongs to."""
        ...

    async def balance(self, effect: AskBalance) -> BalanceKnown | BankUnreachable:
        """Return what is available."""
        ...

    async def verify_pin(self, request_id: str, card_token: str, pin_block: bytes) -> PinChecked | BankUnreachable:
        """Have the host check an encrypted ISO 9564 format 0 PIN block (8 bytes)."""
        ...

    async def transfer(self, effect: PostTransfer, account: str) -> TransferOutcome | BankUnreachable:
        """Move money. `account` is the payee's number, or empty when the effect names a saved payee."""
        ...

    async def ask_transfer(self, effect: AskTransfer) -> TransferOutcome | BankUnreachable:
        """Return what became of a transfer; ``absent`` if the host never saw it."""
        ...

    async def decide_hold(self, effect: DecideHold) -> TransferOutcome | BankUnreachable:
        """Release or reject a held or delayed transfer; the answer carries the decision's own request id."""
        ...

    async def reserve(self, effect: ReserveDebit) -> DebitOutcome | BankUnreachable:
        """Debit the account for cash."""
        ...

    async def token(self, debit_id: str, nonce: str, amount: Fen) -> str | BankUnreachable:
        """Return the host token that lets the dispenser pay a reserved debit out, once.

        Raises GuitaiError ``bank.refused`` if the host does not give one.
        """
        ...

    async def settle(self, effect: SettleDebit) -> DebitOutcome | BankUnreachable:
        """Tell what became of the notes; the answer carries the settlement's request id."""
        ...

    async def ask_debit(self, effect: AskDebit) -> DebitOutcome | BankUnreachable:
        """Return what became of a debit; ``absent`` if the host never saw it."""
        ...

    async def post_deposit(self, effect: PostDeposit) -> DepositOutcome | BankUnreachable:
        """Credit stored notes, or open a dispute about them."""
        ...

    async def inquire(self, effect: Inquire) -> Inquired | BankUnreachable:
        """Return the answer to an inquiry."""
        ...

    async def order(self, effect: PlaceOrder) -> OrderOutcome | BankUnreachable:
        """Place an order, its vault values filled in."""
        ...

    async def ask_order(self, effect: AskOrder) -> OrderOutcome | BankUnreachable:
        """Return what became of an order; ``absent`` if the host never saw it."""
        ...

    async def send_sms(self, effect: SendSms) -> SmsSent | BankUnreachable:
        """Have a code sent to the customer's own phone."""
        ...

    async def check_sms(self, effect: CheckSms, code: str) -> SmsChecked | BankUnreachable:
        """Check the code the customer keyed in."""
        ...
