"""The branch itself beside its customers: journals what stops it, carries a technician's exchange out, tells who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from guitai import branch as rules
from guitai.branch import Branch, Reason
from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.messages.branch import (
    BetweenSessions,
    CountsGiven,
    ExchangeEnded,
    ExchangeFailed,
    ExchangeStarted,
    ExchangeWanted,
    HoursChanged,
    JournalReleased,
    ModeWanted,
    SensorChanged,
    TechnicianAtWork,
    Unit,
)
from guitai.messages.card import CardMoveFailed
from guitai.messages.device import DeviceState, Tampered
from guitai.messages.face import CameraState
from guitai.messages.session import Occurred
from guitai.messages.sync import OutboxRow
from guitai.tables import branch_record

log = structlog.get_logger()
OUTCOMES = (ExchangeStarted, ExchangeEnded, ExchangeFailed)
LASTING = (SensorChanged, Tampered, CardMoveFailed, CameraState, DeviceState, JournalReleased, ModeWanted)
"""What is told once, when it begins and when it ends, and stops the branch or says how it does meanwhile."""


class Premises:
    """Holds the one `Branch`. Its record is a chain of its own in the journal, beside the sessions."""

    def __init__(self, kiosk_id: str, journal: Journal, clock: Clock, carry_out: Callable[[object], None]) -> None:
        self._record, self._journal, self._clock, self._carry_out = branch_record(kiosk_id), journal, clock, carry_out
        self._branch = Branch()
        self._owed: dict[tuple[str, str], object] = {}
        """What could not be written down and nobody tells again, the last word of each sensor and device."""

        self._answer: asyncio.Future[object] | None = None
        self._held: asyncio.Future[None] | None = None

    @property
    def branch(self) -> Branch:
        """What is known of it."""
        return self._branch

    @property
    def stopped(self) -> Reason | None:
        """Why no customer may be served, if so."""
        return self._branch.stopped

    @property
    def journal_stops(self) -> bool:
        """Whether a damaged journal is among what stops the branch."""
        return any(device == "journal" for device, _ in self._branch.faults)

    @property
    def findings(self) -> tuple[tuple[str, str], ...]:
        """Key and code of what the standing checks found and is not over."""
        return self._branch.findings

    def resume(self) -> None:
        """Rebuild the state after a break; whoever asked for what was under way has to ask again."""
        for occurred in self._journal.events(self._record):
            self._branch, _ = rules.step(self._branch, occurred.event, serving=False)
        for lost in self._journal.unfinished(self._record):
            self._take(ExchangeFailed(lost.request_id, "device.outcome_unknown"), serving=False)
        if self._branch.held:  # the technician's line broke with everything else
            self._take(TechnicianAtWork(False), serving=False)

    def take(self, event: object, *, serving: bool) -> tuple[OutboxRow, ...]:
        """Take an event in; return what headquarters is to be told. What changes nothing leaves no trace.

        Between customers a device that waits for its maintenance mode gets it at once. Hours are never written down.
        """
        if isinstance(event, HoursChanged):
            self._branch, _ = rules.step(self._branch, event, serving=serving)
            return ()
        rows = self._take(event, serving=serving)
        if self._branch.modes and not serving:
            rows += self._take(BetweenSessions(), serving=serving)
        return rows

    def make_good(self, *, serving: bool) -> tuple[OutboxRow, ...] | None:
        """Write down what could not be when it came; return what headquarters is to be told, None if nothing was owed."""
        owed, self._owed = self._owed, {}
        return sum((self.take(event, serving=serving) for event in owed.values()), ()) if owed else None

    def _take(self, event: object, *, serving: bool) -> tuple[OutboxRow, ...]:
        branch, effects = rules.step(self._branch, event, serving=serving)
        rows: tuple[OutboxRow, ...] = ()
        self._owed.pop(_subject(event), None)  # whatever it was, this is newer
        if branch == self._branch and not effects:
            if self._owed:  # it may change what they will
                self._owe(event)
            if isinstance(event, ExchangeWanted | CountsGiven):
                self._tell(ExchangeFailed("", "branch.not_now"))  # a customer was faster
        else:
            occurred = Occurred(self._journal.next_seq(self._record), self._clock.unix_ms(), event)
            try:
                rows = self._journal.append(self._record, occurred, effects)
            except GuitaiError as error:
                log.exception("journal refused", code=error.code)
                self._tell(ExchangeFailed("", error.code))
                self._owe(event)
                return ()
            self._branch = branch
            for effect in effects:
                self._carry_out(effect)
        if isinstance(event, OUTCOMES):
            self._tell(event)
        if isinstance(event, TechnicianAtWork) and self._held is not None and not self._held.done():
            self._held.set_result(None)
        return rows

    async def exchange(
        self, happen: Callable[[object], None], wanted: ExchangeWanted | CountsGiven
    ) -> tuple[Unit, ...]:
        """Begin or end an exchange for a technician; return the units as the machine counts them then.

        Asked to begin one that is under way, it returns the units again: the technician's own line may have broken.
        Raises GuitaiError ``branch.not_now`` (the branch is not in the state for it), ``branch.exchange_failed``.
        """
        state = self._branch.exchange
        if state == "active" and isinstance(wanted, ExchangeWanted):
            return self._branch.units
        busy = self._answer is not None and not self._answer.done()
        if busy or state != ("none" if isinstance(wanted, ExchangeWanted) else "active"):
            raise GuitaiError("branch.not_now", state=state)
        self._answer = asyncio.get_running_loop().create_future()
        happen(wanted)
        outcome = await self._answer
        if isinstance(outcome, ExchangeFailed):
            raise GuitaiError("branch.exchange_failed", reason=outcome.code)
        assert isinstance(outcome, ExchangeStarted | ExchangeEnded)
        return outcome.units

    def _owe(self, event: object) -> None:
        if isinstance(event, LASTING):
            self._owed[_subject(event)] = event

    def _tell(self, outcome: object) -> None:
        """Let the technician who waits know how it went, if one does."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(outcome)

    async def hold(self, happen: Callable[[object], None]) -> None:
        """Keep customers away while a technician moves devices; ends by TechnicianAtWork(False).

        Raises GuitaiError ``branch.not_now``.
        """
        if self._branch.exchange in ("starting", "ending") or self._branch.held:
            raise GuitaiError("branch.not_now", state="a technician is at work already")
        self._held = asyncio.get_running_loop().create_future()
        happen(TechnicianAtWork(True))
        await self._held
        if not self._branch.held:
            raise GuitaiError("branch.not_now", state="a customer is being served")

    def differences(self, counts: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int, int], ...]:
        """Return unit, machine's count and technician's count, where they differ."""
        return rules.differences(self._branch.units, counts)


def _subject(event: object) -> tuple[str, str]:
    return type(event).__name__, getattr(event, "sensor", "") or getattr(event, "device", "")
