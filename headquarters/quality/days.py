"""The figures day by day and branch by branch, kept in tables; recomputed each night, as labels arrive late."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import structlog

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from headquarters.engine import ERRORS, Engine, where
from headquarters.quality import read
from headquarters.quality.figures import Figure, Judged, Visit, figures
from headquarters.quality.topics import BASELINE_DAYS, Alarm, Count, alarms
from headquarters.review.nights import seconds_to_midnight
from headquarters.store import Store

ALL = "all"
"""Stands for all branches together."""

LATE_DAYS = 35
"""For so long labels may still arrive for a day."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS quality_figures(
  day TEXT NOT NULL, branch TEXT NOT NULL, name TEXT NOT NULL, value REAL, low REAL, high REAL, n INTEGER NOT NULL,
  PRIMARY KEY(day, branch, name)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quality_topics(
  day TEXT NOT NULL, topic TEXT NOT NULL, negative INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY(day, topic)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quality_alarms(
  day TEXT NOT NULL, topic TEXT NOT NULL, negative INTEGER NOT NULL, n INTEGER NOT NULL, before_negative INTEGER NOT NULL,
  before_n INTEGER NOT NULL, p REAL NOT NULL, PRIMARY KEY(day, topic)) STRICT, WITHOUT ROWID;
"""

log = structlog.get_logger()


class Quality:
    """The figures in headquarters' store. Days are ISO dates of the branches' time."""

    def __init__(self, connection: Engine) -> None:
        self._connection = connection
        connection.executescript(read.SCHEMA + SCHEMA)

    def refresh(self, since: str, until: str) -> None:
        """Recompute the days from `since` up to and with `until`: everything is computed first, then kept in one commit."""
        figures_ = _figure_rows(
            read.visits(self._connection, since, until), read.judged(self._connection, since, until)
        )
        spoken = read.topics(self._connection, days_before(since, BASELINE_DAYS), until)
        days = [day for day in days_of(since, until) if day in spoken]
        topics = [(day, topic, count.negative, count.n) for day in days for topic, count in spoken[day].items()]
        jumps = [(day, alarm) for day in days for alarm in alarms(spoken[day], _before(day, spoken))]
        with self._connection.transaction():
            for table in ("quality_figures", "quality_topics", "quality_alarms"):
                self._connection.execute(f"DELETE FROM {table} WHERE day BETWEEN ? AND ?", (since, until))  # noqa: S608 - names from this line
            self._connection.executemany("INSERT INTO quality_figures VALUES(?, ?, ?, ?, ?, ?, ?)", figures_)
            self._connection.executemany("INSERT INTO quality_topics VALUES(?, ?, ?, ?)", topics)
            self._connection.executemany(
                "INSERT INTO quality_alarms VALUES(?, ?, ?, ?, ?, ?, ?)", [_alarm_row(*one) for one in jumps]
            )
        for day, alarm in jumps:
            log.warning("negative rate jumped", day=day, topic=alarm.topic, rate=round(alarm.today.rate, 3))

    def over(self, since: str, until: str, branch: str = ALL) -> dict[str, Figure]:
        """Return the figures of some days taken together, computed afresh."""
        here = _of(branch)
        visits = [visit for visit in read.visits(self._connection, since, until) if here(visit)]
        return figures(visits, [one for one in read.judged(self._connection, since, until) if here(one)])

    def series(self, since: str, until: str, branch: str = ALL) -> list[dict[str, Any]]:
        """Return the kept figures of each day: day, branch, name, value, low, high, n."""
        rows = self._connection.execute(
            "SELECT * FROM quality_figures WHERE day BETWEEN ? AND ? AND branch = ? ORDER BY day, name",
            (since, until, branch),
        )
        return [dict(row) for row in rows]

    def topics(self, since: str, until: str) -> list[dict[str, Any]]:
        """Return how many of each topic's sentences were negative, day by day."""
        rows = self._connection.execute(
            "SELECT * FROM quality_topics WHERE day BETWEEN ? AND ? ORDER BY day, topic", (since, until)
        )
        return [dict(row) for row in rows]

    def alarms(self, since: str, until: str) -> list[dict[str, Any]]:
        """Return the topics whose negative rate jumped, newest first."""
        rows = self._connection.execute(
            "SELECT * FROM quality_alarms WHERE day BETWEEN ? AND ? ORDER BY day DESC, p", (since, until)
        )
        return [dict(row) for row in rows]


async def every_night(config: Config, clock: Clock) -> None:
    """Recompute the days for which labels may still arrive, after each midnight; for ever."""
    while True:
        await asyncio.sleep(seconds_to_midnight(clock.unix_ms()))
        yesterday = days_before(read.day_of(clock.unix_ms()), 1)
        try:
            await asyncio.to_thread(one_night, config, yesterday)
        except (GuitaiError, OSError, *ERRORS):
            log.exception("quality figures failed")


def one_night(config: Config, yesterday: str) -> None:
    """Recompute with a connection of its own."""
    with closing(Store(where(config))) as store:
        Quality(store.connection).refresh(days_before(yesterday, LATE_DAYS), yesterday)


def days_before(day: str, count: int) -> str:
    """Return the day `count` days before."""
    return (date.fromisoformat(day) - timedelta(days=count)).isoformat()


def days_of(since: str, until: str) -> Iterable[str]:
    """Yield each day from `since` up to and with `until`."""
    day = since
    while day <= until:
        yield day
        day = days_before(day, -1)


def _figure_rows(visits: Iterable[Visit], judged: Iterable[Judged]) -> list[tuple[Any, ...]]:
    """Return the rows of every day and branch on which there was anything, and of all branches together."""
    by_place: dict[tuple[str, str], tuple[list[Visit], list[Judged]]] = defaultdict(lambda: ([], []))
    for visit in visits:
        for branch in (ALL, visit.branch):
            by_place[visit.day, branch][0].append(visit)
    for one in judged:
        for branch in (ALL, one.branch):
            by_place[one.day, branch][1].append(one)
    return [
        (day, branch, name, figure.value, figure.low, figure.high, figure.n)
        for (day, branch), found in by_place.items()
        for name, figure in figures(*found).items()
    ]


def _before(day: str, spoken: dict[str, dict[str, Count]]) -> dict[str, Count]:
    """Return what was said of each topic in the days a day is compared with."""
    total: dict[str, Count] = {}
    for earlier in days_of(days_before(day, BASELINE_DAYS), days_before(day, 1)):
        for topic, count in spoken.get(earlier, {}).items():
            total[topic] = total.get(topic, Count()) + count
    return total


def _alarm_row(day: str, alarm: Alarm) -> tuple[Any, ...]:
    now, before = alarm.today, alarm.before
    return day, alarm.topic, now.negative, now.n, before.negative, before.n, alarm.p


def _of(branch: str) -> Callable[[Visit | Judged], bool]:
    return lambda one: branch in (ALL, one.branch)
