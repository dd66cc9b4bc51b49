"""What a teller with a lease has the kiosk do: speak, show, ask, operate, decide. Each is a signed command that core may refuse."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.messages.takeover import Asked, Authorised, Operation, Shown
from guitai.wire.video import Role as ViewerRole
from headquarters.console import calls
from headquarters.console.approvals import Approvals
from headquarters.console.calls import Call
from headquarters.console.desk import Desk
from headquarters.console.listeners import Listeners
from headquarters.console.models import PageIn
from headquarters.console.people import Person
from headquarters.engine import Engine

CASH: Operation = "dispense"


class Deeds:
    """Commands of the holder, and of supervisors who listen. Raises what `Desk.held` and `Desk.command` raise."""

    def __init__(self, engine: Engine, desk: Desk, approvals: Approvals, clock: Clock) -> None:
        self._engine, self._desk, self._approvals, self._clock = engine, desk, approvals, clock
        self._listeners = Listeners(engine)

    async def say(self, id_: str, who: Person, text: str) -> Call:
        """Have the kiosk speak a sentence."""
        return await self._order(id_, who, "teller.said", text=text)

    async def push(self, id_: str, who: Person, page: PageIn) -> Call:
        """Put a page before the customer."""
        return await self._order(id_, who, "teller.pushed", page=page.model_dump(mode="json"))

    async def ask(self, id_: str, who: Person, what: Asked) -> Call:
        """Ask the customer for something only they can give."""
        return await self._order(id_, who, "teller.asked", what=what)

    async def look(self, id_: str, who: Person, what: Shown) -> Call:
        """Have the kiosk send a picture of what the customer laid down, over the browser's own connection to it."""
        return await self._order(id_, who, "teller.looked", what=what)

    async def operate(
        self, id_: str, who: Person, operation: Operation, amount_fen: int, approval_id: str | None, reason: str
    ) -> Call:
        """Have a machine do something."""
        call = self._desk.held(id_, who)
        needed: Authorised | None = "dispense" if operation == CASH else None
        approved = self._approved(call, who, needed, amount_fen, approval_id)
        data = {"operation": operation, "amount_fen": amount_fen, "reason": reason}
        return await self._approved_order(call, who, "teller.operated", approved, **data)

    async def decide(
        self, id_: str, who: Person, decision: Literal["approve", "reject"], reason: str, approval_id: str | None
    ) -> Call:
        """Approve or reject what is held or waits."""
        call = self._desk.held(id_, who)
        approved = self._approved(call, who, "approve", None, approval_id)
        await self._approved_order(call, who, "teller.decided", approved, decision=decision, reason=reason)
        return self._decided(call, who, decision)

    async def hold(
        self, id_: str, who: Person, decision: Literal["release", "confirm"], reason: str, approval_id: str | None
    ) -> Call:
        """Release what is frozen, or confirm the freeze."""
        call = self._desk.held(id_, who)
        approved = self._approved(call, who, decision, None, approval_id)
        await self._approved_order(call, who, "teller.hold", approved, decision=decision, reason=reason)
        return self._decided(call, who, "approve" if decision == "release" else "reject")

    async def listen(self, id_: str, who: Person) -> Call:
        """Listen in: the kiosk says so for as long as it lasts."""
        call = self._desk.find(id_, who)
        if not call.held:
            raise GuitaiError("hq.wrong_state", escalation=id_, state=call.state)
        self._listeners.came(id_, who, self._clock.unix_ms())
        try:
            await self._desk.command(call, "listener.joined", listener_id=who.id, name=who.name)
        except GuitaiError:
            self._listeners.stops(id_, who)  # the kiosk may have heard it all the same
            raise
        return call

    def listening(self, id_: str, who: Person) -> Call:
        """The listener's console is there. Raises GuitaiError ``hq.wrong_state`` where they do not listen any more."""
        call = self._desk.find(id_, who)
        if not self._listeners.beat(id_, who, self._clock.unix_ms()):
            raise GuitaiError("hq.wrong_state", escalation=id_, state=call.state)
        return call

    async def unlisten(self, id_: str, who: Person) -> Call:
        """Listen no more; a kiosk that does not answer has hung up already, or will."""
        call = self._desk.find(id_, who)
        self._listeners.stops(id_, who)
        await self._desk.command(call, "listener.left", listener_id=who.id)
        self._listeners.left(id_, who.id)
        return call

    async def offer(self, id_: str, who: Person, role: ViewerRole, sdp: str) -> str:
        """Hand a browser's offer to the kiosk; return the answer. The holder sends and receives, a listener only receives."""
        if role == "operator":
            call = self._desk.held(id_, who)
        else:
            call = self._desk.find(id_, who)
            if not self.listens(id_, who):
                raise GuitaiError("hq.not_yours", escalation=id_)
        reply = await self._desk.command(call, "video.offer", viewer_id=who.id, role=role, sdp=sdp)
        return str(reply.data.get("sdp", ""))

    def _decided(self, call: Call, who: Person, decision: Literal["approve", "reject"]) -> Call:
        """Keep what a teller decided: the nightly review takes it for what the case was."""
        self._engine.execute("UPDATE escalations SET decision = ? WHERE id = ?", (decision, call.id))
        return self._desk.find(call.id, who)

    def listens(self, id_: str, who: Person) -> bool:
        """Tell whether somebody listens in."""
        return self._listeners.listens(id_, who, self._clock.unix_ms())

    def label(self, id_: str, who: Person, outcome: str) -> Call:
        """Say how it came out; one has to have had the call."""
        if not self._desk.had(id_, who):
            raise GuitaiError("hq.not_yours", escalation=id_)
        calls.put(self._engine, id_, outcome=outcome)
        return self._desk.find(id_, who)

    async def _order(self, id_: str, who: Person, name: str, **data: Any) -> Call:
        call = self._desk.held(id_, who)
        await self._desk.command(call, name, teller_id=who.id, **data)
        return call

    def _approved(
        self, call: Call, who: Person, operation: Authorised | None, amount_fen: int | None, approval_id: str | None
    ) -> dict[str, Any]:
        if approval_id is None or operation is None:
            return {}
        return {
            "approval_id": approval_id,
            "approval": asdict(self._approvals.signed(approval_id, call, who, operation, amount_fen)),
        }

    async def _approved_order(self, call: Call, who: Person, name: str, approved: dict[str, Any], **data: Any) -> Call:
        await self._desk.command(call, name, teller_id=who.id, **approved, **data)
        if approved:
            self._approvals.used(approved["approval_id"])
        return call
