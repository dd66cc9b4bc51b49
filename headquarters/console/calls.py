"""Calls for a human as the console sees them: what the kiosk told (`projections`) and what became of it here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from headquarters.console.people import SKILLS, Skill
from headquarters.engine import Engine
from headquarters.scope import within
from headquarters.sealing import DESTROYED

CallState = Literal["waiting", "accepted", "lost", "closed", "withdrawn"]
LOST_MS = 15_000
"""Without a beat for so long the teller is lost; the kiosk counts alike."""

ENDED_MS = 45_000
"""And for so long the lease is over."""

MOST_OPEN = 2_000
_SELECT = (
    "SELECT e.*, s.closed_ms AS session_closed_ms, s.events, c.beat_ms, c.skill, c.for_teller, c.passed_by, c.passed_ms, c.note, "
    "c.outcome, c.told_place, c.told_wait_s, c.alarmed_ms FROM escalations e "
    "LEFT JOIN sessions s ON s.kiosk = e.kiosk AND s.session_id = e.session_id "
    "LEFT JOIN console_calls c ON c.escalation_id = e.id WHERE e.bundle IS NOT NULL "
)
_OPEN = "AND e.closed_ms IS NULL AND e.withdrawn_ms IS NULL AND s.closed_ms IS NULL "


@dataclass(frozen=True, slots=True)
class Call:
    """A customer who needs a human."""

    id: str
    kiosk: str
    branch: str
    session_id: str
    at_ms: int
    bundle: dict[str, Any]
    state: CallState
    teller_id: str | None
    teller_name: str | None
    accepted_ms: int | None
    """When somebody first accepted."""

    lease_until_ms: int | None
    beat_ms: int | None
    decision: str | None
    outcome: str | None
    skill: Skill | None
    """The skill a colleague passed it to, in place of what it would ask for itself."""

    for_teller: str | None
    """The colleague it was passed to."""

    passed_by: str | None
    passed_ms: int | None
    note: str
    declined_by: frozenset[str]
    told: tuple[int, int] | None
    """Position and wait (s) the kiosk was told last."""

    alarmed: bool
    events: int
    """How many the session's kiosk has told; with each the talk has gone on."""

    @property
    def held(self) -> bool:
        """Somebody has the lease."""
        return self.state in ("accepted", "lost")


def open_calls(engine: Engine, now_ms: int) -> list[Call]:
    """Return the calls that wait or are held, oldest first."""
    rows = engine.execute(f"{_SELECT}{_OPEN}ORDER BY e.at_ms, e.id LIMIT ?", (MOST_OPEN,)).fetchall()
    return _calls(engine, rows, now_ms)


def held_calls(engine: Engine, now_ms: int) -> list[Call]:
    """Return the calls that are held, oldest first: those that wait, of which there may be many, are not opened for it."""
    rows = engine.execute(f"{_SELECT}{_OPEN}AND e.teller_id IS NOT NULL ORDER BY e.at_ms, e.id").fetchall()
    return _calls(engine, rows, now_ms)


def latest(engine: Engine, now_ms: int, limit: int, branches: Collection[str] = ()) -> list[Call]:
    """Return the latest calls of any state, oldest first; with branches named, of these only."""
    here, values = within(branches, "e.branch")
    rows = engine.execute(f"{_SELECT}AND {here} ORDER BY e.at_ms DESC, e.id LIMIT ?", (*values, limit)).fetchall()
    return _calls(engine, reversed(rows), now_ms)


def one(engine: Engine, id_: str, now_ms: int) -> Call | None:
    """Return one call."""
    return next(iter(_calls(engine, engine.execute(f"{_SELECT}AND e.id = ?", (id_,)).fetchall(), now_ms)), None)


def bundle_of(engine: Engine, row: Any) -> dict[str, Any]:
    """Return the bundle of an escalation's row, as far as it can still be read."""
    return engine.sealing.open(row["kiosk"], row["id"], row["bundle"])


def sealed_note(engine: Engine, call: Call, text: str, now_ms: int) -> str:
    """Return a colleague's words as `console_calls.note` keeps them."""
    return engine.sealing.whole(call.kiosk, f"{call.id} note", now_ms, {"text": text}) if text else ""


def begin(engine: Engine, id_: str) -> None:
    """Have a row for what becomes of a call here."""
    engine.execute("INSERT INTO console_calls(escalation_id) VALUES(?) ON CONFLICT DO NOTHING", (id_,))


def put(engine: Engine, id_: str, **columns: object) -> None:
    """Set columns of what became of a call here."""
    begin(engine, id_)
    names = ", ".join(f"{name} = ?" for name in columns)
    engine.execute(f"UPDATE console_calls SET {names} WHERE escalation_id = ?", (*columns.values(), id_))  # noqa: S608 - names from our code


def _calls(engine: Engine, rows: Iterable[Any], now_ms: int) -> list[Call]:
    rows = list(rows)
    declined: dict[str, set[str]] = {}
    if rows:
        marks = ", ".join("?" * len(rows))
        for row in engine.execute(
            f"SELECT escalation_id, teller_id FROM console_declines WHERE escalation_id IN ({marks})",  # noqa: S608 - placeholders
            [row["id"] for row in rows],
        ):
            declined.setdefault(row["escalation_id"], set()).add(row["teller_id"])
    found = [_call(engine, row, frozenset(declined.get(row["id"], ())), now_ms) for row in rows]
    return [call for call in found if DESTROYED not in call.bundle]  # past its time: nothing to see, nobody waits


def _call(engine: Engine, row: Any, declined_by: frozenset[str], now_ms: int) -> Call:
    told = None if row["told_place"] is None else (row["told_place"], row["told_wait_s"])
    return Call(
        row["id"], row["kiosk"], row["branch"], row["session_id"], row["at_ms"], bundle_of(engine, row),
        _state(row, now_ms), row["teller_id"], row["teller_name"], row["accepted_ms"], row["lease_until_ms"], row["beat_ms"],
        row["decision"], row["outcome"], next((skill for skill in SKILLS if skill == row["skill"]), None), row["for_teller"],
        row["passed_by"], row["passed_ms"], _note(engine, row), declined_by, told, row["alarmed_ms"] is not None, row["events"] or 0,
    )  # fmt: skip


def _note(engine: Engine, row: Any) -> str:
    opened = engine.sealing.open(row["kiosk"], f"{row['id']} note", row["note"]) if row["note"] else {}
    return str(opened.get("text", ""))


def _state(row: Any, now_ms: int) -> CallState:
    if row["closed_ms"] is not None:
        return "closed"
    if row["withdrawn_ms"] is not None:
        return "withdrawn"
    if row["session_closed_ms"] is not None:
        return "closed"
    if row["teller_id"] is None:
        return "waiting"
    return "lost" if row["beat_ms"] is not None and now_ms - row["beat_ms"] >= LOST_MS else "accepted"
