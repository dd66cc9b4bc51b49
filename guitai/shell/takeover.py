"""The rim of a takeover: takes headquarters' commands in, watches the lease, feeds the video process. Decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from guitai.clock import Clock
from guitai.config import Paths
from guitai.dialogue import lease
from guitai.dialogue.seen import added
from guitai.dialogue.state import Session
from guitai.errors import GuitaiError
from guitai.messages.handover import TellerDecided, TellerJoined
from guitai.messages.takeover import Approval, TellerBeat, TellerHold, TellerOperated
from guitai.messages.view import View
from guitai.shell.last_beat import LastBeat
from guitai.shell.lease_watch import LeaseWatch
from guitai.shell.video import VideoLink
from guitai.wire.approvals import is_signed
from guitai.wire.commands import load_public

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ordered:
    """A command on its way through the queue; the answer is given once the session has taken it and it is written down."""

    event: object
    answer: asyncio.Future[str]
    """Why it was refused, or an empty string."""

    def give(self, reason: str) -> None:
        """Answer, if anybody still waits."""
        if not self.answer.done():
            self.answer.set_result(reason)


class Takeover:
    """One for each core. `paths.keys` is the folder that holds command.pub."""

    def __init__(self, paths: Paths, clock: Clock, happen: Callable[[object], None], video: VideoLink) -> None:
        self._keys, self._clock, self._happen, self._video = paths.keys, clock, happen, video
        self._last = LastBeat(paths.run)
        self._watch = LeaseWatch(clock.monotonic_ns)
        self._timer: asyncio.TimerHandle | None = None

    def why_not(self, state: Session, command: object) -> str:
        """Return why a command is refused now, as a word; a beat that is taken is heard here and goes no further."""
        approval = command.approval if isinstance(command, TellerDecided | TellerOperated | TellerHold) else None
        if approval is not None and not self._is_headquarters(approval):
            return "approval_forged"
        reason = lease.why_not(state.but(at_ms=self._clock.unix_ms()), command)
        if not reason and isinstance(command, TellerBeat | TellerJoined):
            self._watch.beat(command.escalation_id, command.teller_id)
            self._last.write(command.escalation_id, command.teller_id, self._clock.monotonic_ns())
            self._look()
        return reason

    def resume(self, state: Session) -> None:
        """Go on after a break: a lease counts from its last beat, not from now."""
        handover = state.handover
        if handover is not None and handover.teller_id:
            heard_ns = self._last.read(handover.escalation_id, handover.teller_id)
            self._watch.resume(handover, self._clock.unix_ms(), heard_ns)
        self._look()

    def follow(self, before: Session, state: Session) -> None:
        """Take in what a step made of the lease; hand on what was said."""
        self._watch.follow(state.handover, self._clock.unix_ms())
        self._look()
        if before.transcript is not state.transcript:
            for line in added(before.transcript, state.transcript):
                self._video.caption(line)

    def show(self, view: View) -> None:
        """Let the teller see the screen."""
        self._video.show(view)

    def _look(self) -> None:
        """Tell what is due, and come back when something may be."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (edge := self._watch.due()) is not None:
            self._happen(edge)
        if (wait_ns := self._watch.wait_ns()) is not None:
            self._timer = asyncio.get_running_loop().call_later(wait_ns / 1e9 + 0.001, self._look)

    def _is_headquarters(self, approval: Approval) -> bool:
        try:
            return is_signed(approval, load_public(self._keys / "command.pub"))
        except GuitaiError as error:
            log.warning("an approval cannot be checked", code=error.code)
            return False
