"""The product with one safety rule taken out each: the oracle has to notice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.client.link import Link
from firmware_bridge.protocol.client import Completed
from guitai import session as core
from guitai.dialogue import deposit
from guitai.dialogue.state import Session, Step
from guitai.episodes.core import Core, WatchedJournal
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.messages.bank import DepositOutcome, PostDeposit
from guitai.messages.card import CardRetained
from guitai.messages.cash_in import NotesStored
from guitai.messages.session import Occurred

LATE_S = 1.0
AGAIN_S = 0.3
TIMES = 40
MOVING = frozenset(
    {"Dispense", "Present", "Retract", "Reject", "CashInStart", "CashIn", "CashInEnd", "CashInRollback", "Move"}
)


def journal_skipped(patch: pytest.MonkeyPatch) -> None:
    """Effects are carried out before they are written down."""
    patch.setattr(Core, "journal_kind", LateJournal)


def command_resent(patch: pytest.MonkeyPatch) -> None:
    """What was sent and not answered is sent again."""
    patch.setattr(Link, "request", request_again)


def credit_before_the_end(patch: pytest.MonkeyPatch) -> None:
    """A deposit is credited when the customer confirms it, not when the machine has stored it."""
    patch.setattr(deposit, "confirmed", credited_at_once)
    patch.setattr(deposit, "stored", only_thanked)
    patch.setitem(core.HANDLERS, NotesStored, only_thanked)
    patch.setitem(core.HANDLERS, DepositOutcome, lambda session, _event: (session, ()))


class LateJournal(WatchedJournal):
    """Writes a second later, or when somebody reads; a crash in between forgets."""

    def __init__(self, path: Path, *rest: Any) -> None:
        super().__init__(path, *rest)
        self._late: list[tuple[str, Occurred, Any]] = []

    def append(self, session_id: str, occurred: Occurred, effects: Any) -> tuple[()]:
        self.moment("journal")
        if not self._late:
            asyncio.get_running_loop().call_later(LATE_S, self._flush)
        self._late.append((session_id, occurred, effects))
        self.moment("journalled")
        return ()

    def next_seq(self, session_id: str) -> int:
        self._flush()
        return super().next_seq(session_id)

    def loose_ends(self) -> Any:
        self._flush()
        return super().loose_ends()

    def close(self) -> None:
        self._late.clear()
        super().close()

    def _flush(self) -> None:
        late, self._late = self._late, []
        for session_id, occurred, effects in late:
            Journal.append(self, session_id, occurred, effects)
            if isinstance(occurred.event, CardRetained):
                self.records.append(occurred.event.request_id)


asks_once = Link.request


async def request_again(self: Link, command: Any, *rest: Any, **more: Any) -> Completed:
    name = command if isinstance(command, str) else command.NAME
    was_sent = False
    for _ in range(TIMES):
        try:
            return await asks_once(self, command, *rest, **more)
        except GuitaiError as error:
            was_sent |= not error.retryable
            if not was_sent or name.partition(".")[2] not in MOVING:
                raise
            await asyncio.sleep(AGAIN_S)
    raise GuitaiError("device.outcome_unknown", device=self.name, command=name)


rightly_confirmed, rightly_thanked = deposit.confirmed, deposit.outcome


def credited_at_once(session: Session) -> Step:
    session, effects = rightly_confirmed(session)
    assert session.task is not None
    assert session.task.deposit is not None
    session, request_id = session.asks(deposit.CREDIT)
    return session, (PostDeposit(request_id, session.card_token, session.task.deposit.amount, "credit"), *effects)


def only_thanked(session: Session, event: NotesStored) -> Step:
    return rightly_thanked(session, DepositOutcome(event.request_id, "credited"))
