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
        self._seen: dict[str, tuple[object, ...]] = {}

    async def run(self) -> None:
        """Look twice a second; for ever."""
        while True:
            try:
                self.round()
            except (GuitaiError, *ERRORS):
                log.exception("queue not looked at")
            await asyncio.sleep(EVERY_S)

    def round(self) -> None:
        """Look once."""
        now = self._clock.unix_ms()
        found, staff = calls.open_calls(self._engine, now), self._staff.colleagues()
        self._notice(found)
        places = self._board.places(found, staff)
        for call in found:
            if (place := places.get(call.id)) is not None:
                self._keep(call, place)
            if queue.alarming(call, staff, now) and not call.alarmed:
                self._alarm(call, now)

    def _keep(self, call: Call, place: Place) -> None:
        """Tell the kiosk where its customer stands, if that changed. Nothing may show where the alarm was silent."""
        if call.bundle.get("silent") or not self._commander.online(call.kiosk):
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
        now = {call.id: (call.state, call.teller_id, call.decision, call.alarmed) for call in found}
        branches = {call.id: call.branch for call in found}
        for id_ in now.keys() | self._seen.keys():
            if now.get(id_) != self._seen.get(id_, (None,))[1:]:
                branch = branches.get(id_, str(self._seen.get(id_, ("",))[0]))
                self._live.tell(Notice("queue", id_, branch))
                self._live.tell(Notice("escalation", id_, branch))
        self._seen = {id_: (branches[id_], *state) for id_, state in now.items()}
