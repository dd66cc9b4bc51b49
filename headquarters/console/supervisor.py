"""What supervisors look at: the live board, staffing from the queue's history, risk cases."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from guitai.clock import Clock
from headquarters import fleet
from headquarters.console import overseen as o
from headquarters.console.approvals import Approvals
from headquarters.console.board import Board
from headquarters.console.people import Person
from headquarters.console.staffing import in_time, needed
from headquarters.engine import Engine
from headquarters.quality.read import CHINA, day_of, start_ms

TARGET_S = 20
TARGET_SHARE = 0.95
"""Nineteen of twenty within 20 s: a walk-in customer stands there meanwhile, and three minutes are the promise at worst."""

WEEKS = 8
HOURS = 24
MOST_SESSIONS = 20_000
"""So far back cases are looked for."""


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

    def cases(self, who: Person, limit: int) -> list[o.CaseOut]:
        """Return the latest sessions whose risk was decided above low, newest first."""
        rows = self._engine.execute(
            "SELECT s.*, e.id AS escalation_id, e.decision AS teller_decision FROM sessions s LEFT JOIN escalations e "
            "ON e.kiosk = s.kiosk AND e.session_id = s.session_id AND e.bundle IS NOT NULL WHERE s.risk IS NOT NULL "
            "ORDER BY s.risk_ms DESC, s.session_id, e.id LIMIT ?",
            (MOST_SESSIONS,),
        )
        labels = {
            row["risk_ref"].rsplit("-", 2)[0]: bool(row["fraud"])
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


def _staff(hour: int, calls_per_h: float, talk_s: float | None) -> o.StaffOut:
    if talk_s is None:
        return o.StaffOut(hour=hour, calls=calls_per_h, talk_s=None, tellers=None, in_time=None)
    tellers = needed(calls_per_h, talk_s, TARGET_S, TARGET_SHARE)
    reached = in_time(tellers, calls_per_h * talk_s / 3600, talk_s, TARGET_S)
    return o.StaffOut(hour=hour, calls=calls_per_h, talk_s=talk_s, tellers=tellers, in_time=100 * reached)


def _case(row: Any, risk: dict[str, Any], labels: dict[str, bool]) -> o.CaseOut:
    return o.CaseOut(
        kiosk=row["kiosk"], branch=row["branch"], session_id=row["session_id"], at_ms=row["risk_ms"], level=risk["level"],
        r=risk["r_hundredths"] / 100, outcome=row["outcome"], escalation_id=row["escalation_id"], decision=row["teller_decision"],
        labelled=labels.get(row["session_id"]),
    )  # fmt: skip


def _china(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(CHINA)
