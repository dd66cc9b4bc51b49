"""Money matters a closed session left without an answer: asked about, or told again, until the host has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from guitai.bank.port import BankHost
from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.messages.bank import (
    AskDebit,
    AskTransfer,
    BankUnreachable,
    DebitOutcome,
    DecideHold,
    PostDeposit,
    PostTransfer,
    ReserveDebit,
    SettleDebit,
)
from guitai.messages.business import AskOrder, PlaceOrder
from guitai.messages.device import LinkState
from guitai.messages.session import Occurred
from guitai.money import Fen

log = structlog.get_logger()
PROBE_S = 2.0
"""Between two looks for the bank host."""


class Leftovers:
    """Looks when told to: at start, when the line returns, when a session closes."""

    def __init__(self, journal: Journal, host: BankHost, clock: Clock) -> None:
        self._journal, self._host, self._clock = journal, host, clock
        self._wake = asyncio.Event()

    def look(self) -> None:
        """Look again soon."""
        self._wake.set()

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            for session_id, unfinished in self._journal.loose_ends():
                outcome = await self._ask(unfinished.effect)
                if outcome is None or isinstance(outcome, BankUnreachable):
                    continue
                occurred = Occurred(self._journal.next_seq(session_id), self._clock.unix_ms(), outcome)
                try:
                    self._journal.append(session_id, occurred, ())
                except GuitaiError as error:
                    log.warning("loose end stays", session_id=session_id, code=error.code)
                    continue
                log.info("loose end tied", session_id=session_id, request_id=unfinished.request_id)

    async def _ask(self, effect: object) -> object | None:
        try:
            match effect:
                case SettleDebit():
                    # Telling the host how a debit ended is idempotent under its request id.
                    return await self._host.settle(effect)
                case PostTransfer(request_id=request_id):
                    return await self._host.ask_transfer(AskTransfer(request_id))
                case ReserveDebit(request_id=request_id):
                    return await self._undo(await self._host.ask_debit(AskDebit(request_id)))
                case DecideHold():
                    return await self._host.decide_hold(effect)
                case PlaceOrder(request_id=request_id):
                    return await self._host.ask_order(AskOrder(request_id))
                case PostDeposit():
                    return await self._host.post_deposit(effect)
        except GuitaiError as error:
            log.warning("loose end stays", code=error.code)
        return None

    async def _undo(self, debit: DebitOutcome | BankUnreachable) -> DebitOutcome | BankUnreachable:
        """Give a debit back that the session never heard of: notes are asked for only after its outcome is recorded."""
        if isinstance(debit, BankUnreachable) or debit.status != "reserved":
            return debit
        settled = await self._host.settle(
            SettleDebit(f"{debit.request_id}-undone", debit.request_id, "reverse", Fen(0))
        )
        return settled if isinstance(settled, BankUnreachable) else replace(debit, status=settled.status)


async def watch_bank(host: BankHost, happen: Callable[[object], None]) -> None:
    """Tell whether the bank host answers, for ever. Told every time: `Facts` lets through what is news, or was doubted."""
    while True:
        happen(LinkState(await host.reachable()))
        await asyncio.sleep(PROBE_S)
