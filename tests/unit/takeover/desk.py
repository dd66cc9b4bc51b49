"""A teller's desk over the session in memory: what a console would send, and why core refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guitai import session as core
from guitai.messages import handover, takeover
from guitai.messages.codec import event_from
from guitai.money import Fen, yuan
from tests.unit.session.host import Host

TELLER, OTHER, SUPERVISOR = "0218", "0377", "0901"
LIMIT = yuan(10_000)
LEASE_MS = 600_000


@dataclass
class Desk(Host):
    """A customer with a card inside who has asked for a human."""

    def call(self) -> str:
        """Call a human and return the escalation's id."""
        self.press("human")
        return self.escalation

    @property
    def escalation(self) -> str:
        id_: str = self.last(handover.Escalate).escalation_id
        return id_

    def send(self, name: str, teller: str = TELLER, /, *, escalation: str = "", **data: Any) -> str:
        """Send a command as it would come; return why it is refused."""
        who = {} if name.startswith("listener.") or name == "teller.queued" else {"teller_id": teller}
        command = event_from({"type": name, "escalation_id": escalation or self.escalation, **who, **data})
        reason = core.refused(self.state, command, self.now_ms + 100)
        before = self.state
        self.happen(command)
        if reason:
            assert self.state == before, (name, reason)
        return reason

    def join(self, teller: str = TELLER, limit: Fen = LIMIT, **data: Any) -> str:
        return self.send("teller.joined", teller, teller_name="林柜员", lease_ms=LEASE_MS, limit_fen=limit, **data)

    def approval(self, operation: Any, amount: Fen, approval_id: str = "A1", **changes: Any) -> dict[str, Any]:
        """Return what a command carries with a supervisor's approval."""
        given = {
            "approval_id": approval_id,
            "escalation_id": self.escalation,
            "operation": operation,
            "amount_fen": amount,
            "approver_id": SUPERVISOR,
            "expires_ms": self.now_ms + 60_000,
            "signature": "",
        }
        return {"approval_id": approval_id, "approval": {**given, **changes}}

    def lose(self) -> None:
        self.happen(takeover.TellerLost(self.escalation, TELLER))

    def back(self) -> None:
        self.happen(takeover.TellerBack(self.escalation, TELLER))

    def lapse(self) -> None:
        self.happen(handover.TellerLeft(self.escalation, TELLER, lapsed=True))


def served() -> Desk:
    """Return a customer with a card inside, whom a teller has just joined."""
    desk = Desk()
    desk.open()
    desk.insert_card()
    desk.call()
    assert desk.join() == ""
    return desk
