"""The way of a takeover at headquarters: accept, decline, transfer, return, rejoin, beat, close, lapse.

The database decides who has the lease; the kiosk's own answer decides whether it has happened.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import Any

import structlog

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.messages.branch import RELEASE_JOURNAL
from guitai.messages.masking import mask_text
from guitai.wire.commands import STALE, Reply
from headquarters.commander import Commander
from headquarters.console import calls, queue
from headquarters.console.calls import ENDED_MS, Call
from headquarters.console.leases import LEASE_MS, Leases
from headquarters.console.listeners import Listeners
from headquarters.console.people import Person, Role, Skill
from headquarters.engine import ERRORS
from headquarters.live import Live, Notice
from headquarters.store import Store

LAPSE_CHECK_S = 1.0
GONE = frozenset({"no_escalation", "lease_over", "not_lease_holder"})
"""The kiosk's reasons that say: here nobody holds this any more."""

WAITS = "not_lease_holder"
"""Of these the one that says: the customer still waits for a human, this teller is not it."""

UNKNOWN = frozenset({"no_answer", "core_silent", "core_absent"})
"""Reasons after which the kiosk may have done it all the same."""

UNDONE_FOR_S, UNDO_EVERY_S = 45.0, 2.0
"""So long a kiosk is asked to undo what it may have done; then it has ended it by itself."""

OVERSEES: frozenset[Role] = frozenset({"supervisor", "risk_officer", "auditor"})
"""Who may read the briefing of a call that they never had."""

log = structlog.get_logger()


class Desk:
    """What somebody who takes calls may do with one.

    Raises GuitaiError ``hq.no_escalation`` (also of branches out of scope), ``hq.wrong_state``, ``hq.not_yours``, ``hq.busy``,
    ``hq.rejected``.
    """

    def __init__(self, store: Store, commander: Commander, live: Live, clock: Clock) -> None:
        self._engine, self._commander, self._live, self._clock = store.connection, commander, live, clock
        self._leases = Leases(store.connection)
        self._listeners = Listeners(store.connection)
        self._undoing: set[asyncio.Task[None]] = set()

    def find(self, id_: str, who: Person) -> Call:
        """Return a call of a branch in scope."""
        call = calls.one(self._engine, id_, self._clock.unix_ms())
        if call is None or not who.sees(call.branch):
            raise GuitaiError("hq.no_escalation", escalation=id_)
        return call

    def briefed(self, id_: str, who: Person) -> Call:
        """Return a call whose briefing a person may read: one that waits, one they have or had, or any for who oversees.

        Raises GuitaiError ``hq.not_yours``.
        """
        call = self.find(id_, who)
        if OVERSEES.isdisjoint(who.roles) and call.state != "waiting" and not self._leases.had(call, who):
            raise GuitaiError("hq.not_yours", escalation=id_)
        return call

    def had(self, id_: str, who: Person) -> bool:
        """Tell whether somebody has or had a call."""
        return self._leases.had(self.find(id_, who), who)

    def held(self, id_: str, who: Person) -> Call:
        """Return a call that this person holds."""
        call = self.find(id_, who)
        if not call.held:
            raise GuitaiError("hq.wrong_state", escalation=id_, state=call.state)
        if call.teller_id != who.id:
            raise GuitaiError("hq.not_yours", escalation=id_)
        if call.lease_until_ms is not None and call.lease_until_ms <= self._clock.unix_ms():
            raise GuitaiError("hq.wrong_state", escalation=id_, state="lapsed")
        return call

    async def accept(self, id_: str, who: Person) -> Call:
        """Take a call; the first gets it, once the kiosk agrees."""
        call, now = self.find(id_, who), self._clock.unix_ms()
        if call.state != "waiting":
            raise GuitaiError("hq.wrong_state", escalation=id_, state=call.state)
        if queue.kept_for_another(call, who.id, now):
            raise GuitaiError("hq.not_yours", escalation=id_)
        if not self._leases.take(call, who, now):
            if self._busy(who):
                raise GuitaiError("hq.busy")
            raise GuitaiError("hq.wrong_state", escalation=id_, state="accepted")
        try:
            await self._join(call, who, LEASE_MS)
        except GuitaiError as error:
            self._leases.untake(call, who)
            self._not_joined(call, who, str(error.params.get("reason", "")))
            raise
        self._tell(call)
        return self.find(id_, who)

    async def rejoin(self, id_: str, who: Person) -> Call:
        """Come back in place, after a cut: same lease, same end."""
        call, now = self.held(id_, who), self._clock.unix_ms()
        await self._join(call, who, (call.lease_until_ms or now) - now)
        self._leases.beat(call, now)
        self._tell(call)
        return self.find(id_, who)

    def beat(self, id_: str, who: Person) -> Call:
        """The holder's console is there: the kiosk is told, and the beat counts when it has heard it.

        So both ends count alike: a kiosk that hears nothing for 45 s has ended the lease, and so have we.
        """
        call = self.held(id_, who)
        told = {"escalation_id": id_, "teller_id": who.id}
        self._commander.tell(call.kiosk, "teller.beat", told, lambda reply: self._heard(call, reply))
        return call

    def decline(self, id_: str, who: Person, reason: str) -> Call:
        """Leave a waiting call to the next."""
        call = self.find(id_, who)
        if call.state != "waiting":
            raise GuitaiError("hq.wrong_state", escalation=id_, state=call.state)
        self._engine.execute(
            "INSERT INTO console_declines VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (id_, who.id, mask_text(reason), self._clock.unix_ms()),
        )
        if call.for_teller == who.id:
            calls.put(self._engine, id_, for_teller=None)
        self._tell(call)
        return self.find(id_, who)

    async def transfer(self, id_: str, who: Person, teller_id: str | None, skill: Skill | None, note: str) -> Call:
        """Pass the call on: it waits again under the same id, and the customer is told that a colleague comes."""
        call, now = self.held(id_, who), self._clock.unix_ms()
        kept = calls.sealed_note(self._engine, call, mask_text(note), now)
        calls.put(self._engine, id_, skill=skill, for_teller=teller_id, note=kept)  # also where the answer gets lost
        await self.command(call, "teller.left", teller_id=who.id, transferred=True)
        self._leases.release(call, now, skill=skill, for_teller=teller_id, note=kept)
        self._tell(call)
        return self.find(id_, who)

    async def leave(self, id_: str, who: Person, how: str) -> Call:
        """End the takeover: the machine goes on. A kiosk that does not answer is told until it has."""
        call, untold = self.held(id_, who), False
        try:
            await self.command(call, "teller.left", teller_id=who.id)
        except GuitaiError as error:
            reason = str(error.params.get("reason", ""))
            untold = reason not in GONE
            log.warning("kiosk not told that the teller left", escalation=id_, reason=reason)
        self._leases.end(call, self._clock.unix_ms(), how, untold=untold)
        self._tell(call)
        return self.find(id_, who)

    async def command(self, call: Call, name: str, /, **data: Any) -> Reply:
        """Have the kiosk do something; what it says has gone is closed here, too."""
        reply = await self._commander.command(call.kiosk, name, {"escalation_id": call.id, **data})
        if reply.status == "rejected":
            if reply.reason in GONE and call.held:
                self._gone(call, reply.reason)
            raise GuitaiError("hq.rejected", reason=reply.reason)
        return reply

    async def release_journal(self, kiosk: str, who: Person) -> None:
        """End a kiosk's stop for a damaged journal. Raises GuitaiError ``hq.rejected``."""
        reply = await self._commander.command(kiosk, RELEASE_JOURNAL, {"released_by": who.id})
        if reply.status == "rejected":
            raise GuitaiError("hq.rejected", reason=reply.reason)

    async def watch(self) -> None:
        """End takeovers whose lease has run out, or whose console is gone; for ever."""
        while True:
            await asyncio.sleep(LAPSE_CHECK_S)
            try:
                await self.lapse()
                self.listened()
            except (GuitaiError, *ERRORS):
                log.exception("leases not looked at")

    async def lapse(self) -> None:
        """End every takeover whose time is over; of two processes one does it. The kiosk is told until it has answered."""
        now = self._clock.unix_ms()
        for call in calls.held_calls(self._engine, now):
            over = call.lease_until_ms is not None and call.lease_until_ms <= now
            silent = call.beat_ms is not None and now - call.beat_ms >= ENDED_MS
            how = "lapsed" if over else "lost"
            if (over or silent) and self._leases.end(call, now, how, untold=True):
                log.warning("lease lapsed", escalation=call.id, how="time" if over else "beat")
                self._tell(call)
        for one in self._leases.untold(now):
            if not self._commander.online(one.kiosk) or (ended := calls.one(self._engine, one.call_id, now)) is None:
                continue
            told = {"escalation_id": one.call_id, "teller_id": one.teller_id} | ({"lapsed": True} if one.lapsed else {})
            # the kiosk's own timer ends it, too
            self._commander.tell(one.kiosk, "teller.left", told, partial(self._lapsed, ended))

    def listened(self) -> None:
        """Have every kiosk say that nobody listens any more whose console is gone; told until it has heard it."""
        now = self._clock.unix_ms()
        for call_id, person_id in self._listeners.gone(now):
            call = calls.one(self._engine, call_id, now)
            if call is None or not call.held:
                self._listeners.left(call_id, person_id)
                continue
            told = {"escalation_id": call_id, "listener_id": person_id}
            self._commander.tell(call.kiosk, "listener.left", told, partial(self._unheard, call, person_id))

    def _unheard(self, call: Call, person_id: str, reply: Reply) -> None:
        if reply.status == "accepted" or reply.reason in GONE:
            self._listeners.left(call.id, person_id)
            self._tell(call)

    def _heard(self, call: Call, reply: Reply) -> None:
        now = self._clock.unix_ms()
        if reply.status == "accepted":
            self._leases.beat(call, now)
        elif reply.reason in GONE:
            self._gone(call, reply.reason)

    def _gone(self, call: Call, reason: str) -> None:
        """The kiosk has ended the lease: the call is over, or waits for the next where its customer does."""
        now = self._clock.unix_ms()
        over = self._leases.release(call, now) if reason == WAITS else self._leases.end(call, now, "gone")
        if over:
            self._tell(call)

    def _lapsed(self, call: Call, reply: Reply) -> None:
        """The kiosk was told that a lease is over. One whose customer waits for a human had passed it on before."""
        if reply.status == "rejected" and reply.reason == WAITS:
            if self._leases.reopen(call, self._clock.unix_ms()):
                self._tell(call)
        elif reply.status == "accepted" or reply.reason in GONE:
            self._leases.told(call.id, call.teller_id or "")

    def _not_joined(self, call: Call, who: Person, reason: str) -> None:
        """Nobody has joined here: what the kiosk may have done all the same is undone, what it does not know is closed."""
        if reason in UNKNOWN:
            task = asyncio.create_task(self._undo(call, who))
            self._undoing.add(task)
            task.add_done_callback(self._undoing.discard)
        elif reason == "no_escalation":
            self._leases.drop(call, self._clock.unix_ms())
        self._tell(call)

    async def _undo(self, call: Call, who: Person) -> None:
        """Have the customer wait for another: until the kiosk answers, or the teller has come after all."""
        left = {"escalation_id": call.id, "teller_id": who.id, "transferred": True}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UNDONE_FOR_S):
                while True:
                    now_it_is = calls.one(self._engine, call.id, self._clock.unix_ms())
                    if now_it_is is None or now_it_is.teller_id == who.id:
                        return
                    with contextlib.suppress(GuitaiError):
                        reply = await self._commander.command(call.kiosk, "teller.left", left)
                        if reply.reason not in UNKNOWN | STALE:
                            return
                    await asyncio.sleep(UNDO_EVERY_S)

    async def _join(self, call: Call, who: Person, lease_ms: int) -> None:
        await self.command(
            call, "teller.joined", teller_id=who.id, teller_name=who.name, lease_ms=lease_ms, limit_fen=who.limit_fen
        )

    def _busy(self, who: Person) -> bool:
        return any(call.teller_id == who.id for call in calls.open_calls(self._engine, self._clock.unix_ms()))

    def _tell(self, call: Call) -> None:
        self._live.tell(Notice("queue", call.id, call.branch))
        self._live.tell(Notice("escalation", call.id, call.branch))
