"""Carries effects out: each goes to the machine or the host it is for, its outcome comes back as an event."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog

from firmware_bridge.port import DevicePort
from guitai.bank.port import BankHost
from guitai.config import Phrasing
from guitai.errors import GuitaiError
from guitai.messages import (
    bank,
    branch,
    business,
    card,
    cash,
    cash_in,
    device,
    document,
    identity,
    phrasing,
    recording,
    takeover,
    voice,
)
from guitai.messages.card import PinAbandoned, PinKeyed
from guitai.messages.cash import CashFailed
from guitai.messages.session import CloseSession
from guitai.money import Fen
from guitai.shell.papers import Papers
from guitai.shell.phrasing import Phraser
from guitai.shell.recorder import Recorder
from guitai.shell.voice import Voice

TRY_AGAIN_S = 1.0

log = structlog.get_logger()

Vault = Callable[[str], str | None]


class Carrier:
    """One method per effect; an effect that only records carries nothing out."""

    def __init__(
        self,
        happen: Callable[[object], None],
        devices: DevicePort,
        host: BankHost,
        spoken: Voice,
        recorder: Recorder,
        papers: Papers,
        phrased_by: Phrasing,
        vault: Vault,
    ) -> None:
        self._happen, self._devices, self._host, self._voice, self._vault = happen, devices, host, spoken, vault
        self._papers = papers
        self._new_pins: dict[str, str] = {}
        """Encrypted blocks of a new PIN by what stands for them, until the session ends."""

        self._running: set[asyncio.Task[None]] = set()
        self._deeds: dict[type, Callable[[Any], Awaitable[object | None]]] = {
            card.AcceptCard: lambda _: devices.accept_card(),
            card.RefuseCard: lambda _: devices.refuse_card(),
            card.MoveCard: lambda e: devices.move_card(e.request_id, e.to),
            card.CheckPin: self._check_pin,
            card.EnterNewPin: self._enter_new_pin,
            card.CancelPin: lambda _: devices.cancel_pin(),
            cash.Dispense: self._dispense,
            cash.Present: lambda e: devices.present(e.request_id, e.amount),
            cash.Retract: lambda e: devices.retract(e.request_id),
            cash.Reject: lambda e: devices.reject(e.request_id),
            cash.AskPresentStatus: lambda e: devices.present_status(e.request_id, e.debit_id),
            cash_in.StartCashIn: lambda e: devices.start_cash_in(e.request_id, e.deposit_id),
            cash_in.AcceptNotes: lambda e: devices.accept_notes(e.request_id),
            cash_in.StopAccepting: lambda _: devices.stop_accepting(),
            cash_in.EndCashIn: lambda e: devices.end_cash_in(e.request_id, e.deposit_id),
            cash_in.RollBackCashIn: lambda e: devices.roll_back(e.request_id),
            cash_in.RetractReturned: lambda e: devices.retract_returned(e.request_id),
            cash_in.AskCashInStatus: lambda e: devices.cash_in_status(e.request_id, e.deposit_id),
            branch.StartExchange: lambda e: devices.start_exchange(e.request_id),
            branch.EndExchange: lambda e: devices.end_exchange(e.request_id, e.counts),
            branch.AcknowledgeMode: lambda e: devices.acknowledge_mode(e.device, enter=e.enter),
            device.PrintReceipt: lambda e: devices.print_receipt(e.request_id, e.title, e.lines),
            identity.ReadIdCard: lambda e: devices.read_id_card(e.request_id),
            identity.CancelIdCard: lambda _: devices.cancel_id_card(),
            phrasing.PhraseAnswer: Phraser(phrased_by).phrase,
            document.ExpectDocument: lambda _: papers.expect(),
            document.ReadDocument: lambda e: papers.read(e.request_id, keep=e.keep),
            bank.LookUpCustomer: host.look_up,
            bank.AskBalance: host.balance,
            bank.PostTransfer: self._transfer,
            bank.DecideHold: host.decide_hold,
            bank.AskTransfer: host.ask_transfer,
            bank.ReserveDebit: host.reserve,
            bank.SettleDebit: host.settle,
            bank.AskDebit: host.ask_debit,
            bank.PostDeposit: host.post_deposit,
            business.Inquire: self._inquire,
            business.PlaceOrder: self._order,
            business.AskOrder: host.ask_order,
            bank.SendSms: host.send_sms,
            bank.CheckSms: self._check_sms,
            recording.BeginRecording: recorder.begin,
            recording.EndRecording: recorder.end,
            recording.DiscardRecording: recorder.discard,
            voice.Listen: lambda e: spoken.listen(e.mode),
            CloseSession: self._forget_customer,
        }

    def picture(self, effect: takeover.ShowPaper) -> bytes | None:
        """Return what a teller may look at; None once it is forgotten."""
        return (self._papers.kept if effect.what == "document" else self._devices.picture)(effect.reference)

    def carry_out(self, effect: object) -> None:
        """Start carrying an effect out; its outcome arrives as an event."""
        # Speaking and hushing keep their order: nothing may slip in between.
        match effect:
            case voice.Speak():
                self._voice.speak(effect)
                return
            case voice.Hush():
                self._voice.hush()
                return
        deed = self._deeds.get(type(effect))
        if deed is None:
            return
        task = asyncio.create_task(self._do(deed, effect))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _do(self, deed: Callable[[Any], Awaitable[object | None]], effect: Any) -> None:
        while True:
            try:
                outcome = await deed(effect)
            except GuitaiError as error:
                # The port raises only while nothing was sent yet; what may have been sent comes back as an event.
                log.warning("effect waits", effect=type(effect).__name__, code=error.code)
                if not error.retryable:
                    self._failed(effect, error.code, certain=True)
                    return
                await asyncio.sleep(TRY_AGAIN_S)
                continue
            except Exception:
                # The one guard of a task nobody awaits: a bug must not leave the session waiting for ever. What was
                # asked for may have been sent before it broke.
                log.exception("effect broke", effect=type(effect).__name__)
                self._failed(effect, "device.outcome_unknown", certain=False)
                return
            if outcome is not None:
                self._happen(outcome)
            return

    def _failed(self, effect: Any, code: str, *, certain: bool) -> None:
        request_id = getattr(effect, "request_id", None)
        if isinstance(effect, cash.Dispense | cash.Present | cash.Retract | cash.Reject):
            self._happen(CashFailed(effect.request_id, code, certain=certain))
        elif isinstance(effect, _CASH_IN):
            self._happen(cash_in.CashInFailed(effect.request_id, code, certain=certain))
        elif isinstance(effect, branch.StartExchange | branch.EndExchange):
            self._happen(branch.ExchangeFailed(effect.request_id, code))
        elif isinstance(effect, cash_in.AskCashInStatus):
            self._happen(cash_in.CashInStatusKnown(effect.request_id, "unknown", Fen(0)))
        elif isinstance(effect, device.PrintReceipt):
            self._happen(device.PrintFailed(effect.request_id, code))
        elif isinstance(effect, card.MoveCard):
            self._happen(card.CardMoveFailed(effect.request_id, code))
        elif isinstance(effect, cash.AskPresentStatus):
            self._happen(cash.PresentStatusKnown(effect.request_id, "unknown", Fen(0)))
        elif isinstance(effect, identity.ReadIdCard):
            self._happen(identity.IdCardFailed(effect.request_id, code))
        elif isinstance(effect, recording.BeginRecording | recording.EndRecording):
            self._happen(recording.RecordingFailed(effect.request_id, code))
        elif isinstance(effect, phrasing.PhraseAnswer):
            self._happen(phrasing.AnswerPhrased(effect.request_id, ""))
        elif isinstance(effect, document.ReadDocument):
            self._happen(identity.DocumentFailed(effect.request_id, code))
        elif isinstance(effect, card.CheckPin | card.EnterNewPin):
            self._happen(PinAbandoned(effect.request_id, "device"))
        elif isinstance(request_id, str):
            self._happen(bank.BankUnreachable(request_id))

    async def _check_pin(self, effect: card.CheckPin) -> object:
        block = await self._devices.enter_pin(effect.request_id, lambda count: self._happen(PinKeyed(count)))
        if isinstance(block, PinAbandoned):
            return block
        token = self._devices.card_token
        if token is None:
            return PinAbandoned(effect.request_id, "device")
        answer = await self._host.verify_pin(effect.request_id, token, block)
        if isinstance(answer, bank.BankUnreachable):
            return PinAbandoned(effect.request_id, "bank")
        return answer

    async def _enter_new_pin(self, effect: card.EnterNewPin) -> object:
        block = await self._devices.enter_pin(effect.request_id, lambda count: self._happen(PinKeyed(count)))
        if isinstance(block, PinAbandoned):
            return block
        self._new_pins[business.PIN_AGAIN if effect.again else business.PIN] = block.hex().upper()
        return card.PinEntered(effect.request_id)

    async def _dispense(self, effect: cash.Dispense) -> object:
        nonce = await self._devices.command_nonce()
        token = await self._host.token(effect.debit_id, nonce, effect.amount)
        if isinstance(token, bank.BankUnreachable):
            # Without a token nothing can be dispensed, so nothing was.
            return CashFailed(effect.request_id, "bank.unreachable", certain=True)
        return await self._devices.dispense(effect.request_id, effect.amount, token, effect.debit_id)

    async def _transfer(self, effect: bank.PostTransfer) -> object:
        account = self._vault(effect.payee_ref) or ""
        return await self._host.transfer(effect, account)

    async def _inquire(self, effect: business.Inquire) -> object:
        return await self._host.inquire(replace(effect, params=self._all_revealed(effect.params)))

    async def _order(self, effect: business.PlaceOrder) -> object:
        return await self._host.order(replace(effect, params=self._all_revealed(effect.params)))

    def _all_revealed(self, params: business.Values) -> business.Values:
        return tuple((name, self._revealed(value)) for name, value in params)

    def _revealed(self, value: str) -> str:
        if value in (business.PIN, business.PIN_AGAIN):
            return self._new_pins.pop(value, "")
        if value.startswith(business.PERSON):
            card = self._devices.id_card(value.removeprefix(business.PERSON))
            return "" if card is None else card.number
        if not value.startswith(business.VAULT):
            return value
        return self._vault(value.removeprefix(business.VAULT).partition("|")[0]) or ""

    async def _forget_customer(self, _effect: CloseSession) -> None:
        self._new_pins.clear()
        self._devices.forget_person()
        self._papers.forget()
        await self._voice.forget()

    async def _check_sms(self, effect: bank.CheckSms) -> object:
        return await self._host.check_sms(effect, self._vault("sms") or "")


_CASH_IN = (
    cash_in.StartCashIn,
    cash_in.AcceptNotes,
    cash_in.EndCashIn,
    cash_in.RollBackCashIn,
    cash_in.RetractReturned,
)
