"""What supervisors look at: the live board, staffing from the queue's history, the quality of service, risk cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from guitai.clock import Clock
from headquarters import fleet
from headquarters.console import overseen as o
from headquarters.console import queue
from headquarters.console.approvals import Approvals
from headquarters.console.board import Board
from headquarters.console.people import Person
from headquarters.console.staffing import in_time, needed
from headquarters.engine import Engine
from headquarters.quality.figures import Figure, mean, share
from headquarters.quality.read import CHINA, DAY_MS, day_of, start_ms

TARGET_S = 20
TARGET_SHARE = 0.95
"""Nineteen of twenty within 20 s: a walk-in customer stands there meanwhile, and three minutes are the promise at worst."""

WEEKS = 8
HOURS = 24
ALL = "all"


@dataclass(frozen=True, slots=True)
class _Call:
    """A call's history, as far as the figures need it."""

    teller_id: str
    name: str
    response_ms: int | None
    nobody: bool
    resolved: bool | None
    satisfied: bool | None


class Supervisor:
    """Reads the tables; branches out of scope are left out."""

    def __init__(self, engine: Engine, board: Board, approvals: Approvals, clock: Clock) -> None:
        self._engine, self._board, self._approvals, self._clock = engine, board, approvals, clock

    def board(self, who: Person) -> o.BoardOut:
        """Return the live board."""
        now, seen = self._clock.unix_ms(), self._board.queue(who)
        kiosks = [kiosk for kiosk in fleet.kiosks(self._engine) if who.sees(kiosk.branch)]
        return o.BoardOut(
            at_ms=now, waiting=seen.waiting, talking=[*seen.mine, *seen.held_by_others], figures=seen.figures,
            tellers=self._board.tellers(who), approvals=[one for one in self._approvals.all(who) if one.state == "asked"],
            kiosks=len(kiosks), kiosks_online=sum(kiosk.online for kiosk in kiosks),
            alarms=sum(len(list(fleet.alarms(kiosk, now))) for kiosk in kiosks),
        )  # fmt: skip

    def forecast(self, weekday: int, who: Person) -> o.ForecastOut:
        """Return the staffing of a weekday (0 Monday) from that weekday's calls in the last weeks before today."""
        today = date.fromisoformat(day_of(self._clock.unix_ms()))
        first = start_ms((today - timedelta(weeks=WEEKS)).isoformat())
        last = start_ms(today.isoformat())
        rows = self._engine.execute(
            "SELECT branch, at_ms FROM escalations WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms", (first, last)
        ).fetchall()
        times = [_china(row["at_ms"]) for row in rows]
        began = min((time.date() for time in times), default=today)
        days = [
            day
            for n in range(WEEKS * 7)
            if began <= (day := today - timedelta(days=n + 1)) and day.weekday() == weekday
        ]
        counted: dict[int, int] = defaultdict(int)
        for row, time in zip(rows, times, strict=True):
            if time.weekday() == weekday and who.sees(row["branch"]):
                counted[time.hour] += 1
        talk_s = self._board.talk_s()
        hours = [_staff(hour, counted[hour] / len(days), talk_s) for hour in range(HOURS)] if days else []
        return o.ForecastOut(
            weekday=weekday, days=len(days), target_s=TARGET_S, target_share=TARGET_SHARE * 100, hours=hours
        )

    def quality(self, since: str, until: str, who: Person) -> list[o.TellerQualityOut]:
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

    def cases(self, who: Person, limit: int) -> list[o.CaseOut]:
        """Return the latest sessions whose risk was decided above low, newest first."""
        rows = self._engine.execute(
            "SELECT s.*, e.id AS escalation_id, e.decision AS teller_decision FROM sessions s LEFT JOIN escalations e "
            "ON e.kiosk = s.kiosk AND e.session_id = s.session_id AND e.bundle IS NOT NULL WHERE s.risk IS NOT NULL "
            "ORDER BY s.risk_ms DESC, s.session_id, e.id",
        )
        labels = {
            row["risk_ref"]: bool(row["fraud"])
            for row in self._engine.execute("SELECT risk_ref, fraud FROM risk_labels ORDER BY at_ms")
        }
        found: dict[tuple[str, str], o.CaseOut] = {}
        for row in rows:
            risk = self._engine.sealing.open(row["kiosk"], row["session_id"], row["risk"])
            if (
                risk.get("level") in ("medium", "high")
                and who.sees(row["branch"])
                and (row["kiosk"], row["session_id"]) not in found
            ):
                found[row["kiosk"], row["session_id"]] = _case(row, risk, labels)
            if len(found) == limit:
                break
        return list(found.values())

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
                None if row["outcome"] is None else row["outcome"] not in ("not_resolved", "customer_left", "technical"),
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


def _staff(hour: int, calls_per_h: float, talk_s: float | None) -> o.StaffOut:
    if talk_s is None:
        return o.StaffOut(hour=hour, calls=calls_per_h, talk_s=None, tellers=None, in_time=None)
    tellers = needed(calls_per_h, talk_s, TARGET_S, TARGET_SHARE)
    reached = in_time(tellers, calls_per_h * talk_s / 3600, talk_s, TARGET_S)
    return o.StaffOut(hour=hour, calls=calls_per_h, talk_s=talk_s, tellers=tellers, in_time=100 * reached)


def _case(row: Any, risk: dict[str, Any], labels: dict[str, bool]) -> o.CaseOut:
    refs = [ref for ref in labels if ref.startswith(f"{row['session_id']}-")]
    return o.CaseOut(
        kiosk=row["kiosk"], branch=row["branch"], session_id=row["session_id"], at_ms=row["risk_ms"], level=risk["level"],
        r=risk["r_hundredths"] / 100, outcome=row["outcome"], escalation_id=row["escalation_id"], decision=row["teller_decision"],
        labelled=labels[refs[-1]] if refs else None,
    )  # fmt: skip


def _china(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(CHINA)
