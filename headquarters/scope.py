"""Whose kiosk is whose: somebody who is for some branches sees and changes what is of those alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from guitai.errors import GuitaiError
from headquarters.console.people import Person
from headquarters.engine import Engine

TABLES = ("fleet", "enrolment_kiosks")
"""Where a kiosk says it is, and over that where it was enrolled."""


def unseen(engine: Engine, kiosks: Iterable[str], who: Person) -> list[str]:
    """Return those kiosks that are out of somebody's branches; one whose branch nobody knows is, unless they see every branch."""
    if not who.branches:
        return []
    branches: dict[str, str] = {}
    for table in TABLES:
        rows = engine.execute(f"SELECT kiosk, branch FROM {table}").fetchall()  # noqa: S608 - our own words
        branches.update((row["kiosk"], row["branch"]) for row in rows)
    return [one for one in kiosks if one not in branches or not who.sees(branches[one])]


def within(branches: Collection[str], column: str = "branch") -> tuple[str, tuple[str, ...]]:
    """Return an SQL condition on a branch's column, and its values; none named: all."""
    return (f"{column} IN ({', '.join('?' * len(branches))})", tuple(branches)) if branches else ("1 = 1", ())


def check_whole(who: Person) -> None:
    """Refuse what is the whole bank's to somebody who is for some branches. Raises GuitaiError ``hq.whole_bank``."""
    if who.branches:
        raise GuitaiError("hq.whole_bank")


def check(engine: Engine, kiosks: Iterable[str], who: Person) -> None:
    """Refuse kiosks out of scope as ones that are not there. Raises GuitaiError ``enrolment.no_kiosk``."""
    if out := unseen(engine, kiosks, who):
        raise GuitaiError("enrolment.no_kiosk", kiosk=out[0])
