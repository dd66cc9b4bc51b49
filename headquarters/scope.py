"""Whose kiosk is whose: somebody who is for some branches sees and changes the kiosks of those alone."""

from __future__ import annotations

from collections.abc import Iterable

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


def check(engine: Engine, kiosks: Iterable[str], who: Person) -> None:
    """Refuse kiosks out of scope as ones that are not there. Raises GuitaiError ``enrolment.no_kiosk``."""
    if out := unseen(engine, kiosks, who):
        raise GuitaiError("enrolment.no_kiosk", kiosk=out[0])
