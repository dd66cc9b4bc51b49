"""Who is at work: everybody who logged in, whether they take calls, and when they were last seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import orjson

from guitai.clock import Clock
from headquarters.console.people import Person, Skill
from headquarters.engine import Engine

SEEN_EVERY_MS = 10_000
GONE_MS = 60_000
"""Who was not seen for so long is away, whatever they said."""

Status = Literal["ready", "away"]
CALL_ROLES = frozenset({"teller", "risk_officer"})


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who takes calls."""

    id: str
    name: str
    skills: tuple[Skill, ...]
    branches: tuple[str, ...]
    state: Status
    seen_ms: int


class Staff:
    """The table `console_people`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._written: dict[str, int] = {}

    def came(self, person: Person) -> None:
        """Somebody logged in: ready, if calls are theirs to take."""
        takes = not CALL_ROLES.isdisjoint(person.roles)
        self._engine.execute(
            "INSERT INTO console_people VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET name = excluded.name, "
            "skills = excluded.skills, branches = excluded.branches, takes_calls = excluded.takes_calls, "
            "state = excluded.state, seen_ms = excluded.seen_ms",
            (
                person.id, person.name, orjson.dumps(person.skills).decode(), orjson.dumps(person.branches).decode(),
                int(takes), "ready" if takes else "away", self._clock.unix_ms(),
            ),
        )  # fmt: skip

    def seen(self, person: Person) -> None:
        """Note that somebody is there; written down now and then only."""
        now = self._clock.unix_ms()
        if now - self._written.get(person.id, 0) >= SEEN_EVERY_MS:
            self._written[person.id] = now
            self._engine.execute("UPDATE console_people SET seen_ms = ? WHERE id = ?", (now, person.id))

    def set(self, person: Person, status: Status) -> None:
        """Say whether somebody takes calls now."""
        self._engine.execute("UPDATE console_people SET state = ? WHERE id = ?", (status, person.id))

    def status(self, person: Person) -> Status:
        """Return what somebody said last."""
        row = self._engine.execute("SELECT state FROM console_people WHERE id = ?", (person.id,)).fetchone()
        return "ready" if row is not None and row["state"] == "ready" else "away"

    def left(self, person: Person) -> None:
        """Somebody logged out."""
        self._engine.execute("UPDATE console_people SET state = 'away', seen_ms = 0 WHERE id = ?", (person.id,))

    def colleagues(self) -> list[Colleague]:
        """Return everybody who takes calls, those seen last first."""
        return colleagues(self._engine, self._clock.unix_ms())


def colleagues(engine: Engine, now_ms: int) -> list[Colleague]:
    """Return everybody who takes calls, those seen last first."""
    rows = engine.execute("SELECT * FROM console_people WHERE takes_calls = 1 ORDER BY seen_ms DESC, id LIMIT 500")
    return [
        Colleague(
            row["id"], row["name"], _skills(row["skills"]), tuple(orjson.loads(row["branches"])),
            "ready" if row["state"] == "ready" and now_ms - row["seen_ms"] < GONE_MS else "away", row["seen_ms"],
        )
        for row in rows
    ]  # fmt: skip


def _skills(text: str) -> tuple[Skill, ...]:
    told = orjson.loads(text)
    return tuple(skill for skill in get_args(Skill) if skill in told)
