"""The bank host's API under /bank/v1. Every call needs a client certificate of our authority."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from guitai.errors import GuitaiError
from guitai.money import Fen
from headquarters.bank import models as m
from headquarters.bank.business_routes import add_business
from headquarters.bank.host import Bank
from headquarters.bank.transfers import Order


def peer(request: Request) -> str:
    """Return the common name of the caller's certificate.

    Raises GuitaiError ``bank.no_certificate``, ``enrolment.not_live`` if it is on the authority's list,
    ``hq.no_revocations`` if that cannot be read.
    """
    name = getattr(request.state, "peer_name", "")
    if not name:
        raise GuitaiError("bank.no_certificate")
    serial, revoked = getattr(request.state, "peer_serial", ""), getattr(request.app.state, "revoked", ())
    if serial and int(serial, 16) in revoked:
        raise GuitaiError("enrolment.not_live")
    return str(name)


def bank_of(request: Request) -> Bank:
    """Return the bank this application runs."""
    bank: Bank = request.app.state.bank
    return bank


BankHere = Annotated[Bank, Depends(bank_of)]

FAULTS: dict[int | str, dict[str, Any]] = {code: {"model": m.Fault} for code in (401, 404, 409)}
router = APIRouter(prefix="/bank/v1", tags=["bank"], dependencies=[Depends(peer)], responses=FAULTS)


@router.get("/health")
async def health() -> m.HealthOut:
    """Tell that the host answers."""
    return m.HealthOut()


@router.get("/customers/{card_token}")
async def customer(card_token: m.CardPath, bank: BankHere) -> m.CustomerOut:
    """Return who the card belongs to; a person token (HMAC of ``id-card:`` and the ID card's number) serves as well."""
    return m.CustomerOut.model_validate(bank.profile(card_token))


@router.get("/accounts/{card_token}/balance")
async def balance(card_token: m.CardPath, bank: BankHere) -> m.BalanceOut:
    """Return what is available."""
    return m.BalanceOut(available=bank.available(card_token))


@router.post("/pin/verify")
async def verify_pin(body: m.PinIn, bank: BankHere) -> m.CheckOut:
    """Check a PIN block; three wrong ones in a row lock it."""
    owner = bank.customer(body.card_token)
    block = bytes.fromhex(body.pin_block)
    return m.CheckOut(**bank.checks.verify_pin(body.request_id, body.card_token, owner, block))


@router.put("/transfers/{request_id}")
async def put_transfer(request_id: m.PathId, body: m.TransferIn, bank: BankHere) -> m.TransferOut:
    """Ask for a transfer: idempotent."""
    order = Order(
        body.card_token, body.payee_name, body.payee_ref, Fen(body.amount_fen), body.mode, body.risk_ref
    )  # fmt: skip
    return m.TransferOut(**bank.transfers.put(request_id, order, bank.customer(body.card_token)))


@router.get("/transfers/{request_id}")
async def get_transfer(request_id: m.PathId, bank: BankHere) -> m.TransferOut:
    """Return what became of a transfer."""
    return m.TransferOut(**bank.transfers.get(request_id))


@router.post("/transfers/{request_id}/decision")
async def decide(request_id: m.PathId, body: m.DecisionIn, bank: BankHere) -> m.TransferOut:
    """Release or reject a transfer or an order that is held or delayed."""
    return m.TransferOut(**bank.decide(request_id, body.request_id, body.decision, body.teller_id))


@router.put("/debits/{request_id}")
async def put_debit(request_id: m.PathId, body: m.DebitIn, bank: BankHere) -> m.DebitOut:
    """Reserve money for notes: idempotent."""
    bank.customer(body.card_token)
    return m.DebitOut(**bank.debits.put(request_id, body.card_token, Fen(body.amount_fen)))


@router.get("/debits/{request_id}")
async def get_debit(request_id: m.PathId, bank: BankHere) -> m.DebitOut:
    """Return what became of a debit."""
    return m.DebitOut(**bank.debits.get(request_id))


@router.post("/debits/{request_id}/token")
async def token(request_id: m.PathId, body: m.TokenIn, bank: BankHere) -> m.TokenOut:
    """Mint the one token of a reserved debit."""
    return m.TokenOut(token=bank.debits.token(request_id, body.nonce, Fen(body.amount_fen)))


@router.put("/debits/{request_id}/settlement")
async def settle(request_id: m.PathId, body: m.SettlementIn, bank: BankHere) -> m.DebitOut:
    """Take in what became of the notes: idempotent."""
    return m.DebitOut(**bank.debits.settle(request_id, body.request_id, body.result, Fen(body.taken_fen)))


@router.put("/deposits/{request_id}")
async def post_deposit(request_id: m.PathId, body: m.DepositIn, bank: BankHere) -> m.DepositOut:
    """Credit stored notes, or open a dispute about them: idempotent."""
    bank.customer(body.card_token)
    return m.DepositOut(**bank.deposits.put(request_id, body.card_token, Fen(body.amount_fen), body.result))


@router.get("/deposits/{request_id}")
async def deposit(request_id: m.PathId, bank: BankHere) -> m.DepositOut:
    """Return what became of a deposit."""
    return m.DepositOut(**bank.deposits.get(request_id))


@router.post("/sms")
async def send_sms(body: m.SmsIn, bank: BankHere) -> m.SmsOut:
    """Send a code to the customer's own phone."""
    return m.SmsOut(**bank.checks.send_sms(body.request_id, body.card_token, bank.customer(body.card_token)))


@router.post("/sms/{sms_id}/check")
async def check_sms(sms_id: m.PathId, body: m.CodeIn, bank: BankHere) -> m.CheckOut:
    """Check a code."""
    return m.CheckOut(**bank.checks.check_sms(sms_id, body.request_id, body.code))


@router.get("/sim/sms/{sms_id}")
async def inbox(sms_id: m.PathId, bank: BankHere) -> m.InboxOut:
    """Look at the simulated phone (only the simulator has this)."""
    code = bank.checks.inbox(sms_id)
    return m.InboxOut(code=code, text=f"【柜台】您的验证码是 {code}，5 分钟内有效。转账才用得到它，请不要告诉任何人。")


add_business(router, BankHere)
