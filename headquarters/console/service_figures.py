"""The quality of service of tellers: first response, in time, talk, resolved, satisfaction. What nobody told is not measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headquarters.console import overseen as o
from headquarters.console import queue
from headquarters.console.people import Person
from headquarters.engine import Engine
from headquarters.quality.figures import Figure, mean, share
from headquarters.quality.read import DAY_MS, start_ms

ALL = "all"
UNRESOLVED = frozenset({"not_resolved", "customer_left", "technical"})
"""Outcomes by which a teller says that it did not come to its end."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A call's history, as far as the figures need it."""

    teller_id: str
    name: str
    response_ms: int | None
    nobody: bool
    resolved: bool | None
    satisfied: bool | None


class ServiceFigures:
    """Reads the tables; branches out of scope are left out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, since: str, until: str, who: Person) -> list[o.TellerQualityOut]:
        """Return the figures of all tellers together and of each; what nobody answered or labelled has no value."""
        first, last = start_ms(since), start_ms(until) + DAY_MS
        found = self._calls(first, last, who)
        talks: dict[str, list[float]] = defaultdict(list)
        names = {one.teller_id: one.name for one in found if one.teller_id}
        for row in self._talks(first, last, who):
            talks[row["teller_id"]].append((row["ended_ms"] - row["began_ms"]) / 1000)
            names.setdefault(row["teller_id"], row["teller_name"])
        declines: dict[str, int] = defaultdict(int)
        for row in self._engine.execute(
            "SELECT teller_id, COUNT(*) AS n FROM console_declines WHERE at_ms >= ? AND at_ms < ? GROUP BY teller_id",
            (first, last),
        ):
            declines[row["teller_id"]] = row["n"]
        everything = [took for some in talks.values() for took in some]
        return [_quality(ALL, "", found, everything, sum(declines.values()))] + [
            _quality(id_, name, [one for one in found if one.teller_id == id_], talks[id_], declines[id_])
            for id_, name in sorted(names.items())
        ]

    def _calls(self, first: int, last: int, who: Person) -> list[_Call]:
        rows = self._engine.execute(
            "SELECT e.branch, e.at_ms, e.accepted_ms, s.satisfied, c.outcome, t.teller_id, t.teller_name, EXISTS(SELECT 1 FROM "
            "work_orders w WHERE w.kiosk = e.kiosk AND w.session_id = e.session_id AND w.cause = 'no_teller') AS nobody "
            "FROM escalations e LEFT JOIN sessions s ON s.kiosk = e.kiosk AND s.session_id = e.session_id "
            "LEFT JOIN console_calls c ON c.escalation_id = e.id "
            "LEFT JOIN console_talks t ON t.escalation_id = e.id AND t.n = (SELECT MAX(n) FROM console_talks l "
            "WHERE l.escalation_id = e.id) WHERE e.bundle IS NOT NULL AND e.at_ms >= ? AND e.at_ms < ?",
            (first, last),
        )
        return [
            _Call(
                row["teller_id"] or "", row["teller_name"] or "",
                None if row["accepted_ms"] is None else row["accepted_ms"] - row["at_ms"], bool(row["nobody"]),
                None if row["outcome"] is None else row["outcome"] not in UNRESOLVED,
                None if row["satisfied"] is None else bool(row["satisfied"]),
            )
            for row in rows
            if who.sees(row["branch"])
        ]  # fmt: skip

    def _talks(self, first: int, last: int, who: Person) -> list[Any]:
        rows = self._engine.execute(
            "SELECT t.*, e.branch FROM console_talks t JOIN escalations e ON e.id = t.escalation_id "
            "WHERE t.ended_ms IS NOT NULL AND t.began_ms >= ? AND t.began_ms < ? ORDER BY t.began_ms",
            (first, last),
        )
        return [row for row in rows if who.sees(row["branch"])]


def _quality(
    id_: str, name: str, found: Sequence[_Call], talks_s: Sequence[float], declined: int
) -> o.TellerQualityOut:
    came = [one.response_ms for one in found if one.response_ms is not None]
    wanted = [one for one in found if one.response_ms is not None or one.nobody]
    figures: dict[str, Figure] = {
        "first_response_s": mean([took / 1000 for took in came]),
        "in_time": share([one.response_ms is not None and one.response_ms <= queue.PROMISE_S * 1000 for one in wanted]),
        "talk_s": mean(talks_s),
        "resolved": share([one.resolved for one in found if one.resolved is not None]),
        "satisfaction": share([one.satisfied for one in found if one.satisfied is not None and one.teller_id]),
        "unattended": share([one.response_ms is None for one in wanted]),
    }
    shown = [_figure(key, figure) for key, figure in figures.items()]
    shown.append(o.ServiceFigureOut(name="declined", value=declined, low=None, high=None, n=len(came) + declined))
    return o.TellerQualityOut(teller_id=id_, name=name, figures=shown)


def _figure(name: Any, figure: Figure) -> o.ServiceFigureOut:
    return o.ServiceFigureOut(name=name, value=figure.value, low=figure.low, high=figure.high, n=figure.n)
