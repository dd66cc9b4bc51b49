"""The bank of an episode: the simulator's own ledger, and a line to it on which requests and answers get lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from guitai.errors import GuitaiError
from guitai.messages import bank as m
from guitai.messages.business import AskOrder, Inquire, Inquired, OrderOutcome, PlaceOrder, paired
from guitai.messages.card import PinChecked
from guitai.messages.codec import convert
from guitai.money import Fen
from headquarters.bank.host import Bank
from headquarters.bank.transfers import Order

T = TypeVar("T")
Trouble = Literal["request lost", "answer lost", "slow"]

ANSWER_S = 0.04
TIMEOUT_S = 3.0
LOOK_S = 30.0
"""How long a question whether the line is up is held while nothing changes."""


class BankLine:
    """A `BankHost`. `calling` is told of every request and returns what becomes of it."""

    def __init__(self, bank: Bank, calling: Callable[[str], tuple[Trouble, float] | None]) -> None:
        self._bank, self._calling = bank, calling
        self._changed = asyncio.Event()
        self._told_up: bool | None = None
        self.is_up = True

    def set_up(self, up: bool) -> None:
        """Cut or mend the line."""
        self.is_up = up
        self._changed.set()
        self._changed = asyncio.Event()

    def forget(self) -> None:
        """Core is a new process: it knows nothing of the line."""
        self._told_up = None

    async def reachable(self) -> bool:
        """Tell whether the host answers; answers at once only what is news."""
        if self._told_up == self.is_up:
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._changed.wait()
            except TimeoutError:
                pass
        self._told_up = self.is_up
        return self.is_up

    async def look_up(self, effect: m.LookUpCustomer) -> m.CustomerKnown | m.BankUnreachable:
        """Return who the card belongs to."""
        return await self._query("look_up", effect.request_id, m.CustomerKnown, self._bank.profile, effect.card_token)

    async def balance(self, effect: m.AskBalance) -> m.BalanceKnown | m.BankUnreachable:
        """Return what is available."""
        return await self._query(
            "balance", effect.request_id, m.BalanceKnown, lambda: {"available": self._bank.available(effect.card_token)}
        )

    async def verify_pin(self, request_id: str, card_token: str, pin_block: bytes) -> PinChecked | m.BankUnreachable:
        """Check the PIN block."""
        checks, owner = self._bank.checks, self._bank.customer
        return await self._query(
            "verify_pin",
            request_id,
            PinChecked,
            lambda: checks.verify_pin(request_id, card_token, owner(card_token), pin_block),
        )

    async def transfer(self, effect: m.PostTransfer, account: str) -> m.TransferOutcome | m.BankUnreachable:
        """Move money."""
        order = Order(
            effect.card_token,
            effect.payee_name,
            f"account:{account}" if account else effect.payee_ref,
            effect.amount,
            effect.mode,
            effect.risk_ref,
        )
        transfers, owner = self._bank.transfers, self._bank.customer
        return await self._outcome(
            "transfer",
            effect.request_id,
            m.TransferOutcome,
            lambda: transfers.put(effect.request_id, order, owner(effect.card_token)),
        )

    async def ask_transfer(self, effect: m.AskTransfer) -> m.TransferOutcome | m.BankUnreachable:
        """Return what became of a transfer."""
        return await self._outcome(
            "ask_transfer", effect.request_id, m.TransferOutcome, self._bank.transfers.get, effect.request_id
        )

    async def decide_hold(self, effect: m.DecideHold) -> m.TransferOutcome | m.BankUnreachable:
        """Release or reject."""
        asked = effect.transfer_id, effect.request_id, effect.decision, effect.teller_id
        return await self._outcome("decide_hold", effect.request_id, m.TransferOutcome, self._bank.decide, *asked)

    async def reserve(self, effect: m.ReserveDebit) -> m.DebitOutcome | m.BankUnreachable:
        """Debit the account for cash."""
        asked = effect.request_id, effect.card_token, effect.amount
        return await self._outcome(
            "reserve", effect.request_id, m.DebitOutcome, self._of_a_customer, self._bank.debits.put, *asked
        )

    async def token(self, debit_id: str, nonce: str, amount: Fen) -> str | m.BankUnreachable:
        """Return the token of a debit. Raises GuitaiError ``bank.refused``."""
        try:
            answer = await self._ask("token", self._bank.debits.token, debit_id, nonce, amount)
        except GuitaiError as error:
            raise GuitaiError("bank.refused", reason=error.code) from error
        return m.BankUnreachable(debit_id) if answer is None else str(answer)

    async def settle(self, effect: m.SettleDebit) -> m.DebitOutcome | m.BankUnreachable:
        """Tell what became of the notes."""
        asked = effect.debit_id, effect.request_id, effect.result, effect.taken
        return await self._outcome("settle", effect.request_id, m.DebitOutcome, self._bank.debits.settle, *asked)

    async def ask_debit(self, effect: m.AskDebit) -> m.DebitOutcome | m.BankUnreachable:
        """Return what became of a debit."""
        return await self._outcome(
            "ask_debit", effect.request_id, m.DebitOutcome, self._bank.debits.get, effect.request_id
        )

    async def post_deposit(self, effect: m.PostDeposit) -> m.DepositOutcome | m.BankUnreachable:
        """Credit stored notes, or open a dispute about them."""
        asked = effect.request_id, effect.card_token, effect.amount, effect.result
        return await self._outcome(
            "post_deposit", effect.request_id, m.DepositOutcome, self._of_a_customer, self._bank.deposits.put, *asked
        )

    async def inquire(self, effect: Inquire) -> Inquired | m.BankUnreachable:
        """Return the answer to an inquiry."""
        asked = effect.kind, effect.card_token, dict(effect.params)
        try:
            answer = await self._ask("inquire", self._bank.business.inquire, *asked)
        except GuitaiError as error:
            return Inquired(effect.request_id, refused=str(error.params.get("reason") or error.code))
        known = m.BankUnreachable(effect.request_id)
        return known if answer is None else convert({"request_id": effect.request_id, **paired(answer)}, Inquired)

    async def order(self, effect: PlaceOrder) -> OrderOutcome | m.BankUnreachable:
        """Place an order."""
        asked = effect.request_id, effect.kind, effect.card_token, dict(effect.params), effect.mode, effect.approved_by
        return await self._outcome(
            "order", effect.request_id, OrderOutcome, lambda *of: paired(self._bank.business.order(*of)), *asked
        )

    async def ask_order(self, effect: AskOrder) -> OrderOutcome | m.BankUnreachable:
        """Return what became of an order."""
        return await self._outcome(
            "ask_order",
            effect.request_id,
            OrderOutcome,
            lambda request_id: paired(self._bank.business.ordered(request_id)),
            effect.request_id,
        )

    async def send_sms(self, effect: m.SendSms) -> m.SmsSent | m.BankUnreachable:
        """Have a code sent."""
        checks, owner, card = self._bank.checks, self._bank.customer, effect.card_token
        return await self._query(
            "send_sms", effect.request_id, m.SmsSent, lambda: checks.send_sms(effect.request_id, card, owner(card))
        )

    async def check_sms(self, effect: m.CheckSms, code: str) -> m.SmsChecked | m.BankUnreachable:
        """Check a code."""
        asked = effect.sms_id, effect.request_id, code
        return await self._query("check_sms", effect.request_id, m.SmsChecked, self._bank.checks.check_sms, *asked)

    def _of_a_customer(self, act: Callable[..., Any], request_id: str, card: str, *args: object) -> Any:
        """Do what the host does only for a card it knows. Raises GuitaiError ``bank.no_card``."""
        self._bank.customer(card)
        return act(request_id, card, *args)

    async def _query(
        self, name: str, request_id: str, kind: type[T], act: Callable[..., Any], *args: object
    ) -> T | m.BankUnreachable:
        """Answer as `guitai.bank.client` reads the host: a refused query is as good as none."""
        try:
            answer = await self._ask(name, act, *args)
        except GuitaiError:
            answer = None
        return m.BankUnreachable(request_id) if answer is None else convert({"request_id": request_id, **answer}, kind)

    async def _outcome(
        self, name: str, request_id: str, kind: type[T], act: Callable[..., Any], *args: object
    ) -> T | m.BankUnreachable:
        """The same for what moves money: a refusal of a question says nothing of what it asked about."""
        try:
            answer = await self._ask(name, act, *args)
        except GuitaiError as error:
            reason = str(error.params.get("reason", ""))
            if error.code == "bank.absent":
                return convert({"request_id": request_id, "status": "absent", "reason": reason}, kind)
            if name.startswith("ask"):
                return m.BankUnreachable(request_id)
            return convert({"request_id": request_id, "status": "refused", "reason": reason}, kind)
        return m.BankUnreachable(request_id) if answer is None else convert({"request_id": request_id, **answer}, kind)

    async def _ask(self, name: str, act: Callable[..., Any], *args: object) -> Any:
        """Return the host's answer, or None when none came."""
        trouble, seconds = self._calling(name) or ("", 0.0)
        if trouble == "slow":
            await asyncio.sleep(seconds)
        if trouble == "request lost" or not self.is_up:
            await asyncio.sleep(TIMEOUT_S)
            return None
        await asyncio.sleep(ANSWER_S)
        answer, refusal = None, None
        try:
            answer = act(*args)
        except GuitaiError as error:
            refusal = error
        await asyncio.sleep(ANSWER_S)
        if trouble == "answer lost" or not self.is_up:
            await asyncio.sleep(TIMEOUT_S)
            return None
        if refusal is not None:
            raise refusal
        return answer
