"""The bank host over HTTPS (docs/generated/openapi.yaml, /bank/v1), with the kiosk's certificate."""

from __future__ import annotations

import ssl
from typing import Any, Literal, TypeVar

import httpx
import structlog

from guitai.config import Config
from guitai.errors import GuitaiError
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
from guitai.messages.business import AskOrder, Inquire, Inquired, OrderOutcome, PlaceOrder, paired
from guitai.messages.card import PinChecked
from guitai.messages.codec import convert
from guitai.money import Fen
from guitai.wire.tls import Identity, client_context

log = structlog.get_logger()
T = TypeVar("T")
Outcome = TypeVar("Outcome", TransferOutcome, DebitOutcome, OrderOutcome)
Method = Literal["GET", "POST", "PUT"]


class _NoAnswerError(Exception):
    """The host did not answer, or not as the contract says: what it did is unknown."""


class _RefusedError(Exception):
    """The host answered 4xx: it did nothing."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(code)


class HttpBankHost:
    """A `BankHost` over HTTP. Keeps connections open; `close` ends them."""

    def __init__(self, url: str, context: ssl.SSLContext, timeout_s: float) -> None:
        self._http = httpx.AsyncClient(base_url=url, verify=context, timeout=timeout_s)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def reachable(self) -> bool:
        """Tell whether the host answers now."""
        try:
            await self._ask("GET", "/health")
        except (_NoAnswerError, _RefusedError):
            return False
        return True

    async def look_up(self, effect: LookUpCustomer) -> CustomerKnown | BankUnreachable:
        """Return who the card belongs to. An unknown card counts as no answer: the card goes back."""
        return await self._query(effect.request_id, f"/customers/{effect.card_token}", CustomerKnown)

    async def balance(self, effect: AskBalance) -> BalanceKnown | BankUnreachable:
        """Return what is available."""
        return await self._query(effect.request_id, f"/accounts/{effect.card_token}/balance", BalanceKnown)

    async def verify_pin(self, request_id: str, card_token: str, pin_block: bytes) -> PinChecked | BankUnreachable:
        """Have the host check an encrypted ISO 9564 format 0 PIN block (8 bytes)."""
        body = {"request_id": request_id, "card_token": card_token, "pin_block": pin_block.hex().upper()}
        try:
            answer = await self._ask("POST", "/pin/verify", body)
            return _as({"request_id": request_id, **answer}, PinChecked)
        except (_NoAnswerError, _RefusedError) as error:
            return _unreachable(request_id, error)

    async def transfer(self, effect: PostTransfer, account: str) -> TransferOutcome | BankUnreachable:
        """Move money. `account` is the payee's number, or empty when the effect names a saved payee."""
        body = {
            "card_token": effect.card_token, "payee_name": effect.payee_name,
            "payee_ref": f"account:{account}" if account else effect.payee_ref, "amount_fen": effect.amount,
            "mode": effect.mode, "risk_ref": effect.risk_ref,
        }  # fmt: skip
        return await self._outcome(TransferOutcome, effect.request_id, "PUT", f"/transfers/{effect.request_id}", body)

    async def ask_transfer(self, effect: AskTransfer) -> TransferOutcome | BankUnreachable:
        """Return what became of a transfer; ``absent`` if the host never saw it."""
        return await self._outcome(TransferOutcome, effect.request_id, "GET", f"/transfers/{effect.request_id}")

    async def decide_hold(self, effect: DecideHold) -> TransferOutcome | BankUnreachable:
        """Release or reject a held or delayed transfer; the answer carries the decision's own request id."""
        body = {"request_id": effect.request_id, "decision": effect.decision, "teller_id": effect.teller_id}
        return await self._outcome(
            TransferOutcome, effect.request_id, "POST", f"/transfers/{effect.transfer_id}/decision", body
        )

    async def reserve(self, effect: ReserveDebit) -> DebitOutcome | BankUnreachable:
        """Debit the account for cash."""
        body = {"card_token": effect.card_token, "amount_fen": effect.amount}
        return await self._outcome(DebitOutcome, effect.request_id, "PUT", f"/debits/{effect.request_id}", body)

    async def token(self, debit_id: str, nonce: str, amount: Fen) -> str | BankUnreachable:
        """Return the host token that lets the dispenser pay a reserved debit out, once.

        Raises GuitaiError ``bank.refused`` if the host does not give one.
        """
        try:
            answer = await self._ask("POST", f"/debits/{debit_id}/token", {"nonce": nonce, "amount_fen": amount})
            return str(answer["token"])
        except _RefusedError as error:
            raise GuitaiError("bank.refused", reason=error.code) from error
        except (_NoAnswerError, KeyError) as error:
            return _unreachable(debit_id, error)

    async def settle(self, effect: SettleDebit) -> DebitOutcome | BankUnreachable:
        """Tell what became of the notes; the answer carries the settlement's request id."""
        body = {"request_id": effect.request_id, "result": effect.result, "taken_fen": effect.taken}
        return await self._outcome(
            DebitOutcome, effect.request_id, "PUT", f"/debits/{effect.debit_id}/settlement", body
        )

    async def ask_debit(self, effect: AskDebit) -> DebitOutcome | BankUnreachable:
        """Return what became of a debit; ``absent`` if the host never saw it."""
        return await self._outcome(DebitOutcome, effect.request_id, "GET", f"/debits/{effect.request_id}")

    async def post_deposit(self, effect: PostDeposit) -> DepositOutcome | BankUnreachable:
        """Credit stored notes, or open a dispute about them."""
        body = {"card_token": effect.card_token, "amount_fen": effect.amount, "result": effect.result}
        try:
            answer = await self._ask("PUT", f"/deposits/{effect.request_id}", body)
            return _as({"request_id": effect.request_id, **answer}, DepositOutcome)
        except _RefusedError as error:
            return DepositOutcome(effect.request_id, "refused", error.reason)
        except _NoAnswerError as error:
            return _unreachable(effect.request_id, error)

    async def inquire(self, effect: Inquire) -> Inquired | BankUnreachable:
        """Return the answer to an inquiry; a refusal says why there is none."""
        body = {"card_token": effect.card_token, "params": dict(effect.params)}
        try:
            answer = await self._ask("POST", f"/inquiries/{effect.kind}", body)
            return _as({"request_id": effect.request_id, **paired(answer)}, Inquired)
        except _RefusedError as error:
            return Inquired(effect.request_id, refused=error.reason or error.code)
        except _NoAnswerError as error:
            return _unreachable(effect.request_id, error)

    async def order(self, effect: PlaceOrder) -> OrderOutcome | BankUnreachable:
        """Place an order, its vault values filled in."""
        body = {
            "card_token": effect.card_token, "params": dict(effect.params), "mode": effect.mode,
            "risk_ref": effect.risk_ref, "approved_by": effect.approved_by,
        }  # fmt: skip
        return await self._outcome(
            OrderOutcome, effect.request_id, "PUT", f"/orders/{effect.kind}/{effect.request_id}", body
        )

    async def ask_order(self, effect: AskOrder) -> OrderOutcome | BankUnreachable:
        """Return what became of an order; ``absent`` if the host never saw it."""
        return await self._outcome(OrderOutcome, effect.request_id, "GET", f"/orders/{effect.request_id}")

    async def send_sms(self, effect: SendSms) -> SmsSent | BankUnreachable:
        """Have a code sent to the customer's own phone."""
        body = {"request_id": effect.request_id, "card_token": effect.card_token}
        try:
            answer = await self._ask("POST", "/sms", body)
            return _as({"request_id": effect.request_id, **answer}, SmsSent)
        except (_NoAnswerError, _RefusedError) as error:
            return _unreachable(effect.request_id, error)

    async def check_sms(self, effect: CheckSms, code: str) -> SmsChecked | BankUnreachable:
        """Check the code the customer keyed in."""
        body = {"request_id": effect.request_id, "code": code}
        try:
            answer = await self._ask("POST", f"/sms/{effect.sms_id}/check", body)
            return _as({"request_id": effect.request_id, **answer}, SmsChecked)
        except (_NoAnswerError, _RefusedError) as error:
            return _unreachable(effect.request_id, error)

    async def _query(self, request_id: str, path: str, kind: type[T]) -> T | BankUnreachable:
        try:
            return _as({"request_id": request_id, **await self._ask("GET", path)}, kind)
        except (_NoAnswerError, _RefusedError) as error:
            return _unreachable(request_id, error)

    async def _outcome(
        self, kind: type[Outcome], request_id: str, method: Method, path: str, body: dict[str, Any] | None = None
    ) -> Outcome | BankUnreachable:
        """Ask about, or for, something that moves money or rights: a refusal is an outcome of its own."""
        try:
            answer = await self._ask(method, path, body)
            return _as({"request_id": request_id, **paired(answer)}, kind)
        except _RefusedError as error:
            if (status := _status(method, error)) is None:
                return _unreachable(request_id, error)
            return kind(request_id, status, error.reason)
        except _NoAnswerError as error:
            return _unreachable(request_id, error)

    async def _ask(self, method: Method, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            response = await self._http.request(method, path, json=body)
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _NoAnswerError(type(error).__name__) from error
        if response.is_client_error and isinstance(answer, dict):
            raise _RefusedError(str(answer.get("code", "")), str(answer.get("reason", "")))
        if not response.is_success or not isinstance(answer, dict):
            raise _NoAnswerError(str(response.status_code))
        return answer


def open_bank(config: Config) -> HttpBankHost:
    """Return the configured bank host. Raises GuitaiError ``mqtt.keys`` if this kiosk is not provisioned."""
    context = client_context(Identity.of(config.paths.keys, "kiosk"))
    return HttpBankHost(config.bank.url, context, config.bank.timeout_s)


def _as(data: dict[str, Any], kind: type[T]) -> T:
    try:
        return convert(data, kind)
    except GuitaiError as error:
        raise _NoAnswerError(str(error)) from error


def _status(method: Method, error: _RefusedError) -> Literal["absent", "refused"] | None:
    """Return what a refusal says of the request, or None: a question turned away says nothing of what it asked about."""
    if error.code == "bank.absent":
        return "absent"
    return None if method == "GET" else "refused"


def _unreachable(request_id: str, error: Exception) -> BankUnreachable:
    log.warning("bank gave no answer", request_id=request_id, cause=type(error).__name__, detail=str(error))
    return BankUnreachable(request_id)
