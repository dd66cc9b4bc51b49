"""Leases of escalations in the database, which alone decides who has one: also between processes of headquarters."""

from __future__ import annotations

from dataclasses import dataclass

from headquarters.console import calls
from headquarters.console.calls import Call
from headquarters.console.people import Person
from headquarters.engine import Engine

LEASE_MS = 600_000
"""The hard end of a takeover."""

UNTOLD_FOR_MS = 900_000
"""So long a kiosk is told that a lease is over: by then it has had its hard end there, and nobody has waited for 180 s."""

_UNTOLD = (
    "SELECT l.escalation_id, l.teller_id, e.kiosk, e.closed_ms, "
    "e.teller_id = l.teller_id AND e.withdrawn_ms IS NULL AND s.closed_ms IS NULL AS current, "
    "(SELECT t.how FROM console_talks t WHERE t.escalation_id = l.escalation_id ORDER BY t.n DESC LIMIT 1) AS how "
    "FROM console_lapses l LEFT JOIN escalations e ON e.id = l.escalation_id "
    "LEFT JOIN sessions s ON s.kiosk = e.kiosk AND s.session_id = e.session_id"
)


@dataclass(frozen=True, slots=True)
class Untold:
    """A lease that is over here; its kiosk has not answered."""

    call_id: str
    teller_id: str
    kiosk: str
    lapsed: bool
    """It ran out, or the teller was lost; else they left."""


class Leases:
    """Takes, gives back and ends leases; nothing here speaks to a kiosk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, call: Call, who: Person, now_ms: int) -> bool:
        """Take a waiting call; False when somebody was faster, or the person has another one."""
        with self._engine.transaction():
            self._engine.lock([f"teller {who.id}"])
            taken = self._engine.execute(
                "UPDATE escalations SET teller_id = ?1, teller_name = ?2, accepted_ms = COALESCE(accepted_ms, ?3), "
                "lease_until_ms = ?4 WHERE id = ?5 AND teller_id IS NULL AND closed_ms IS NULL AND withdrawn_ms IS NULL "
                "AND NOT EXISTS (SELECT 1 FROM escalations o LEFT JOIN sessions s ON s.kiosk = o.kiosk "
                "AND s.session_id = o.session_id WHERE o.teller_id = ?1 AND o.closed_ms IS NULL AND o.withdrawn_ms IS NULL "
                "AND s.closed_ms IS NULL)",
                (who.id, who.name, now_ms, now_ms + LEASE_MS, call.id),
            )
            if taken.rowcount == 0:
                return False
            calls.put(self._engine, call.id, beat_ms=now_ms)
            self._engine.execute(
                "INSERT INTO console_talks(escalation_id, n, teller_id, teller_name, began_ms) "
                "SELECT ?1, COALESCE(MAX(n), 0) + 1, ?2, ?3, ?4 FROM console_talks WHERE escalation_id = ?1",
                (call.id, who.id, who.name, now_ms),
            )
        return True

    def untake(self, call: Call, who: Person) -> None:
        """As if it had never been taken: the kiosk refused. `call` is how it was before."""
        with self._engine.transaction():
            self._engine.execute(
                "UPDATE escalations SET teller_id = NULL, teller_name = NULL, accepted_ms = ?, lease_until_ms = NULL "
                "WHERE id = ? AND teller_id = ? AND closed_ms IS NULL",
                (call.accepted_ms, call.id, who.id),
            )
            self._engine.execute(
                "DELETE FROM console_talks WHERE escalation_id = ? AND teller_id = ? AND ended_ms IS NULL",
                (call.id, who.id),
            )

    def had(self, call: Call, who: Person) -> bool:
        """Tell whether somebody has or had the call."""
        found = self._engine.execute(
            "SELECT 1 FROM console_talks WHERE escalation_id = ? AND teller_id = ?", (call.id, who.id)
        )
        return found.fetchone() is not None

    def beat(self, call: Call, now_ms: int) -> None:
        """The holder's console is there."""
        self._engine.execute("UPDATE console_calls SET beat_ms = ? WHERE escalation_id = ?", (now_ms, call.id))

    def release(self, call: Call, now_ms: int, **passed: object) -> bool:
        """Let the call wait again, for a colleague or a skill; False when it was no longer this teller's."""
        with self._engine.transaction():
            freed = self._engine.execute(
                "UPDATE escalations SET teller_id = NULL, teller_name = NULL, lease_until_ms = NULL "
                "WHERE id = ? AND teller_id = ? AND closed_ms IS NULL",
                (call.id, call.teller_id),
            )
            if freed.rowcount == 0:
                return False
            calls.put(
                self._engine,
                call.id,
                passed_by=call.teller_id,
                passed_ms=now_ms,
                told_place=None,
                alarmed_ms=None,
                **passed,
            )
            self._end_talk(call, now_ms, "transferred")
            self._engine.execute("DELETE FROM console_listeners WHERE escalation_id = ?", (call.id,))
        return True

    def untold(self, now_ms: int) -> list[Untold]:
        """Return every end of a lease whose kiosk has not answered; what need not be told any more is forgotten."""
        rows = self._engine.execute(_UNTOLD).fetchall()
        due = list[Untold]()
        for row in rows:
            if row["current"] and (row["closed_ms"] or 0) > now_ms - UNTOLD_FOR_MS:
                lapsed = row["how"] in ("lapsed", "lost")
                due.append(Untold(row["escalation_id"], row["teller_id"], row["kiosk"], lapsed))
            else:
                self.told(row["escalation_id"], row["teller_id"])
        return due

    def told(self, call_id: str, teller_id: str) -> bool:
        """The kiosk has answered, or need not be told; False: that was known."""
        gone = self._engine.execute(
            "DELETE FROM console_lapses WHERE escalation_id = ? AND teller_id = ?", (call_id, teller_id)
        )
        return gone.rowcount > 0

    def reopen(self, call: Call, now_ms: int) -> bool:
        """Let a lapsed call wait again whose customer still waits for a human; False: it is open, or was opened before."""
        with self._engine.transaction():
            if not self.told(call.id, call.teller_id or ""):
                return False
            opened = self._engine.execute(
                "UPDATE escalations SET closed_ms = NULL, teller_id = NULL, teller_name = NULL, lease_until_ms = NULL "
                "WHERE id = ? AND closed_ms IS NOT NULL",
                (call.id,),
            )
            if opened.rowcount == 0:
                return False
            calls.put(
                self._engine, call.id, passed_by=call.teller_id, passed_ms=now_ms, told_place=None, alarmed_ms=None
            )
        return True

    def drop(self, call: Call, now_ms: int) -> bool:
        """Close a call that nobody has: the kiosk says that it does not know it any more."""
        closed = self._engine.execute(
            "UPDATE escalations SET closed_ms = ? WHERE id = ? AND teller_id IS NULL AND closed_ms IS NULL",
            (now_ms, call.id),
        )
        return closed.rowcount > 0

    def end(self, call: Call, now_ms: int, how: str, *, untold: bool = False) -> bool:
        """Close the call; False when it is closed already, or another teller has it.

        With `untold` it is kept that the kiosk has not answered yet.
        """
        with self._engine.transaction():
            closed = self._engine.execute(
                "UPDATE escalations SET closed_ms = ? WHERE id = ? AND teller_id = ? AND closed_ms IS NULL",
                (now_ms, call.id, call.teller_id),
            )
            if closed.rowcount == 0:
                return False
            self._end_talk(call, now_ms, how)
            self._engine.execute("DELETE FROM console_listeners WHERE escalation_id = ?", (call.id,))
            if untold:
                self._engine.execute(
                    "INSERT INTO console_lapses VALUES(?, ?) ON CONFLICT(escalation_id) DO UPDATE SET "
                    "teller_id = excluded.teller_id",
                    (call.id, call.teller_id),
                )
        return True

    def _end_talk(self, call: Call, now_ms: int, how: str) -> None:
        self._engine.execute(
            "UPDATE console_talks SET ended_ms = ?, how = ? WHERE escalation_id = ? AND teller_id = ? AND ended_ms IS NULL",
            (now_ms, how, call.id, call.teller_id),
        )
