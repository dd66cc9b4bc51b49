"""The queue as it is shown: each call with its place, and the numbers beside it."""

from __future__ import annotations

from collections.abc import Sequence

from guitai.clock import Clock
from headquarters.console import calls, queue
from headquarters.console.calls import Call
from headquarters.console.people import Person
from headquarters.console.queue import Place
from headquarters.console.shown import QueueFiguresOut, QueueItemOut, QueueOut, TellerOut
from headquarters.console.staff import Colleague, Staff
from headquarters.engine import Engine
from headquarters.quality.read import day_of, start_ms

RECENT_TALKS = 50
"""So many talks back the expected wait is reckoned from."""


class Board:
    """Reads queue, staff and talks. Nothing here changes anything."""

    def __init__(self, engine: Engine, staff: Staff, clock: Clock) -> None:
        self._engine, self._staff, self._clock = engine, staff, clock

    def queue(self, who: Person) -> QueueOut:
        """Return what a person sees of the queue: branches in scope only, but everybody's true place."""
        now = self._clock.unix_ms()
        found, staff = calls.open_calls(self._engine, now), self._staff.colleagues()
        places = self.places(found, staff)
        seen = [call for call in found if who.sees(call.branch)]
        items = {call.id: item(call, who, places.get(call.id), now) for call in seen}
        return QueueOut(
            waiting=[items[call.id] for call in queue.ordered(seen, now)],
            mine=[items[call.id] for call in seen if call.held and call.teller_id == who.id],
            held_by_others=[items[call.id] for call in seen if call.held and call.teller_id != who.id],
            promise_s=queue.PROMISE_S,
            figures=self.figures(seen, staff),
        )

    def place(self, call: Call) -> Place | None:
        """Return where one call stands, if it waits."""
        found = calls.open_calls(self._engine, self._clock.unix_ms())
        return self.places(found, self._staff.colleagues()).get(call.id)

    def places(self, found: Sequence[Call], staff: Sequence[Colleague]) -> dict[str, Place]:
        """Return each waiting call's place and expected wait."""
        return queue.places(found, staff, self.talk_s(), self._clock.unix_ms())

    def talk_s(self) -> float | None:
        """Return how long the latest talks took on average, None while there were none."""
        row = self._engine.execute(
            "SELECT AVG(t.took_ms) AS took_ms FROM (SELECT ended_ms - began_ms AS took_ms FROM console_talks "
            "WHERE ended_ms IS NOT NULL ORDER BY began_ms DESC LIMIT ?) t",
            (RECENT_TALKS,),
        ).fetchone()
        return None if row["took_ms"] is None else float(row["took_ms"]) / 1000

    def figures(self, seen: Sequence[Call], staff: Sequence[Colleague]) -> QueueFiguresOut:
        """Return the queue in numbers."""
        now = self._clock.unix_ms()
        waiting = [call for call in seen if call.state == "waiting"]
        busy = {call.teller_id for call in seen if call.held}
        row = self._engine.execute(
            "SELECT COUNT(*) AS n, SUM(CASE WHEN accepted_ms - at_ms <= ? THEN 1 ELSE 0 END) AS in_time FROM escalations "
            "WHERE accepted_ms IS NOT NULL AND at_ms >= ?",
            (queue.PROMISE_S * 1000, start_ms(day_of(now))),
        ).fetchone()
        return QueueFiguresOut(
            waiting=len(waiting),
            longest_s=max((now - call.at_ms for call in waiting), default=0) // 1000,
            ready_tellers=sum(one.state == "ready" and one.id not in busy for one in staff),
            busy_tellers=len(busy),
            in_time=100 * row["in_time"] / row["n"] if row["n"] else None,
            accepted_today=row["n"],
            alarm=any(queue.alarming(call, staff, now) for call in waiting),
        )

    def may_take(self, branch: str) -> set[str]:
        """Return who takes calls of a branch."""
        return {one.id for one in self._staff.colleagues() if not one.branches or branch in one.branches}

    def tellers(self, who: Person) -> list[TellerOut]:
        """Return the colleagues who share a branch with this person."""
        now = self._clock.unix_ms()
        busy = {call.teller_id for call in calls.open_calls(self._engine, now) if call.held}
        counted = {
            row["teller_id"]: row["n"]
            for row in self._engine.execute(
                "SELECT teller_id, COUNT(*) AS n FROM console_talks WHERE began_ms >= ? GROUP BY teller_id",
                (start_ms(day_of(now)),),
            )
        }
        return [
            TellerOut(
                id=one.id, name=one.name, skills=list(one.skills), branches=list(one.branches),
                state="busy" if one.id in busy else one.state, calls_today=counted.get(one.id, 0), seen_ms=one.seen_ms,
            )
            for one in self._staff.colleagues()
            if not one.branches or not who.branches or set(one.branches) & set(who.branches)
        ]  # fmt: skip


def item(call: Call, who: Person, place: Place | None, now_ms: int) -> QueueItemOut:
    """Return a call as the queue shows it to a person."""
    risk = call.bundle.get("risk") or {}
    hundredths = risk.get("r_hundredths")
    return QueueItemOut(
        id=call.id, kiosk=call.kiosk, branch=call.branch, at_ms=call.at_ms, priority=queue.priority(call, now_ms),
        skills=list(queue.skills(call)), why=str(call.bundle.get("why", "")), headline=str(call.bundle.get("headline", "")),
        silent=bool(call.bundle.get("silent")), level=risk.get("level"), r=None if hundredths is None else hundredths / 100,
        state=call.state, position=place.position if place else None, wait_s=place.wait_s if place else None,
        waited_s=max(0, (call.accepted_ms or now_ms) - call.at_ms) // 1000, teller_id=call.teller_id,
        teller_name=call.teller_name, for_me=call.state == "waiting" and queue.for_me(call, who, now_ms), note=call.note,
    )  # fmt: skip
