"""Keeps the promise to who waits: tells the kiosk place and expected wait, tells everybody when nobody accepts.

Runs in every process of headquarters; the database lets one of them speak. It also finds what another process changed, so that
consoles here are told of it.
"""

from __future__ import annotations

import asyncio

import structlog

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.wire.commands import STALE, Reply
from headquarters.commander import Commander
from headquarters.console import calls, queue
from headquarters.console.board import Board
from headquarters.console.calls import Call
from headquarters.console.queue import Place
from headquarters.console.staff import Staff
from headquarters.engine import ERRORS, Engine
from headquarters.live import Live, Notice

EVERY_S = 0.5
TOLD_AGAIN_S = 30
"""The kiosk is told again when the wait changed by so much, or the place by one."""

log = structlog.get_logger()


class Promise:
    """Watches the queue."""

    def __init__(
        self, engine: Engine, board: Board, staff: Staff, commander: Commander, live: Live, clock: Clock
    ) -> None:
        self._engine, self._board, self._staff = engine, board, staff
        self._commander, self._live, self._clock = commander, live, clock
        self._seen: dict[str, Call] = {}

    async def run(self) -> None:
        """Look twice a second; for ever."""
        while True:
            try:
                self.round()
            except (GuitaiError, *ERRORS):
                log.exception("queue not looked at")
            await asyncio.sleep(EVERY_S)

    def talks(self) -> set[str]:
        """Return the sessions whose customer waits or talks to a teller."""
        return {call.session_id for call in self._seen.values()}

    def round(self) -> None:
        """Look once."""
        now = self._clock.unix_ms()
        found, staff = calls.open_calls(self._engine, now), self._staff.colleagues()
        self._notice(found)
        places = self._board.places(found, staff)
        # One customer stands at a kiosk: of its calls the latest waits there, however many were left open. A silent alarm
        # is told no place and takes none: nothing may show where it was given.
        waiting = {call.kiosk: call for call in found if call.id in places and not call.bundle.get("silent")}
        for call in waiting.values():
            self._keep(call, places[call.id])
        for call in found:
            if queue.alarming(call, staff, now) and not call.alarmed:
                self._alarm(call, now)

    def _keep(self, call: Call, place: Place) -> None:
        """Tell the kiosk where its customer stands, if that changed."""
        if not self._commander.online(call.kiosk):
            return
        if call.told is not None and call.told[0] == place.position and abs(call.told[1] - place.wait_s) < TOLD_AGAIN_S:
            return
        before = call.told or (None, None)
        calls.begin(self._engine, call.id)
        ours = self._engine.execute(
            "UPDATE console_calls SET told_place = ?, told_wait_s = ? WHERE escalation_id = ? "
            "AND COALESCE(told_place, -1) = COALESCE(?, -1) AND COALESCE(told_wait_s, -1) = COALESCE(?, -1)",
            (place.position, place.wait_s, call.id, *before),
        )
        if ours.rowcount:
            told = {"escalation_id": call.id, "position": place.position, "wait_s": place.wait_s}
            self._commander.tell(call.kiosk, "teller.queued", told, lambda reply: self._answered(call, reply))

    def _answered(self, call: Call, reply: Reply) -> None:
        """What went over an old nonce was not heard: it is told again in the next round."""
        if reply.status == "rejected" and reply.reason in STALE:
            calls.put(self._engine, call.id, told_place=None, told_wait_s=None)

    def _alarm(self, call: Call, now_ms: int) -> None:
        calls.begin(self._engine, call.id)
        ours = self._engine.execute(
            "UPDATE console_calls SET alarmed_ms = ? WHERE escalation_id = ? AND alarmed_ms IS NULL", (now_ms, call.id)
        )
        if ours.rowcount:
            log.warning(
                "nobody accepts", escalation=call.id, branch=call.branch, waited_s=(now_ms - call.at_ms) // 1000
            )
        self._live.tell(Notice("queue", call.id, call.branch))

    def _notice(self, found: list[Call]) -> None:
        """Tell consoles of this process what any process changed."""
        before, self._seen = self._seen, {call.id: call for call in found}
        for id_ in before.keys() | self._seen.keys():
            old, new = before.get(id_), self._seen.get(id_)
            call = new or old
            assert call is not None
            if old is None or new is None or _shown(old) != _shown(new):
                self._live.tell(Notice("queue", id_, call.branch))
                self._live.tell(Notice("escalation", id_, call.branch))
            elif old.events != new.events:
                self._live.tell(Notice("transcript", call.session_id, call.branch))


def _shown(call: Call) -> tuple[object, ...]:
    return call.state, call.teller_id, call.decision, call.alarmed
