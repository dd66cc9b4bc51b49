"""Reads what sessions and labelled decisions came to out of headquarters' tables, for some days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from headquarters.engine import Engine
from headquarters.quality.figures import Judged, Visit
from headquarters.quality.topics import Count
from headquarters.review import cases
from headquarters.service.questions import DIALOG

CHINA = timezone(timedelta(hours=8))
"""A branch's day: all of China keeps one time."""

DAY_MS = 86_400_000
RESOLVED = frozenset({"done", "posted", "delayed", "shown", "taken", "credited"})
"""How the outcome of an errand ends that came to its end; an answer's begins with ``answered.``."""

NOTHING = frozenset({"", "none", "cancelled"})
"""Outcomes of sessions in which nothing was asked for, or the customer thought better of it."""

STOPS = frozenset({"delay_24h", "hold", "human"})

SCHEMA = "CREATE INDEX IF NOT EXISTS events_type ON events(type, at_ms);"


def day_of(at_ms: int) -> str:
    """Return the branch's day (ISO) of a Unix time in ms."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(CHINA).date().isoformat()


def start_ms(day: str) -> int:
    """Return when a day begins, Unix ms."""
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), CHINA).timestamp() * 1000)


def visits(connection: Engine, since: str, until: str) -> list[Visit]:
    """Return what each session came to that was closed from `since` up to and with `until`."""
    first, last = start_ms(since), start_ms(until) + DAY_MS
    trouble = _work_orders(connection, first - DAY_MS)
    responses = _responses(connection, first - DAY_MS, last)
    waits = _waits(connection, first - DAY_MS, last)
    called = _called(connection, first - DAY_MS)
    rows = connection.execute(
        "SELECT * FROM sessions WHERE closed_ms >= ? AND closed_ms < ? ORDER BY closed_ms, kiosk, session_id",
        (first, last),
    )
    found = []
    for row in rows:
        key, outcome = (row["kiosk"], row["session_id"]), row["outcome"] or ""
        satisfied = None if row["satisfied"] is None else bool(row["satisfied"])
        resolved = _done(outcome) and satisfied is not False and key not in trouble
        found.append(
            Visit(
                day_of(row["closed_ms"]),
                row["branch"],
                outcome not in NOTHING or key in trouble,
                resolved,
                key not in called,
                satisfied,
                tuple(responses.get(key, ())),
                tuple(waits.get(key, ())),
            )
        )
    return found


def judged(connection: Engine, since: str, until: str) -> list[Judged]:
    """Return the labelled decisions of some days."""
    decided = {event["body"]["risk_ref"]: event["body"]["decision"] for event in cases.decisions(connection)}
    branches = {
        row["session_id"]: row["branch"] for row in connection.execute("SELECT session_id, branch FROM sessions")
    }
    found = []
    for case in cases.labelled(connection):
        day, decision = day_of(case.at_ms), decided[case.risk_ref]
        if since <= day <= until:
            found.append(
                Judged(
                    day,
                    branches.get(case.session_id, ""),
                    case.fraud,
                    decision.get("level") in ("medium", "high"),
                    bool(STOPS & set(decision.get("actions", ()))),
                    case.fraud and case.source == "complaint",
                    case.weight,
                )
            )
    return found


def topics(connection: Engine, since: str, until: str) -> dict[str, dict[str, Count]]:
    """Return by day and topic how many of the customers' sentences were negative.

    A sentence's topic is its intent; one of the dialogue itself (yes, no, thanks) belongs to what was spoken of before.
    """
    found: dict[str, dict[str, Count]] = defaultdict(dict)
    spoken_of: dict[tuple[str, str], str] = {}
    for event in _events(connection, "voice.said", start_ms(since), start_ms(until) + DAY_MS):
        heard = event["body"].get("understanding")
        intents = heard.get("intents") if isinstance(heard, dict) else None
        if not isinstance(heard, dict) or not intents or not isinstance(intents[0], dict):
            continue
        session, intent = (event["kiosk"], event["session_id"]), str(intents[0].get("name"))
        topic = spoken_of.get(session) if intent in DIALOG else intent
        if topic is not None:
            spoken_of[session] = topic
            counts = found[day_of(event["at_ms"])]
            counts[topic] = counts.get(topic, Count()) + Count(int(heard.get("sentiment") == "negative"), 1)
    return dict(found)


def _done(outcome: str) -> bool:
    return outcome.startswith("answered.") or outcome.rpartition(".")[2] in RESOLVED


def _work_orders(connection: Engine, since_ms: int) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT DISTINCT kiosk, session_id FROM work_orders WHERE at_ms >= ?", (since_ms,))
    return {(row["kiosk"], row["session_id"]) for row in rows}


def _called(connection: Engine, since_ms: int) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT DISTINCT kiosk, session_id FROM escalations WHERE at_ms >= ?", (since_ms,))
    return {(row["kiosk"], row["session_id"]) for row in rows}


def _responses(connection: Engine, first_ms: int, last_ms: int) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event in _events(connection, "service.response", first_ms, last_ms):
        if isinstance(took := event["body"].get("took_ms"), int):
            found[event["kiosk"], event["session_id"]].append(took)
    return found


def _waits(connection: Engine, first_ms: int, last_ms: int) -> dict[tuple[str, str], list[int | None]]:
    """Return how long each call for a human waited; calls taken back by the customer's going do not count."""
    found: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    rows = connection.execute(
        "SELECT e.*, EXISTS(SELECT 1 FROM work_orders w WHERE w.kiosk = e.kiosk AND w.session_id = e.session_id "
        "AND w.cause = 'no_teller') AS nobody FROM escalations e WHERE e.at_ms >= ? AND e.at_ms < ? "
        "ORDER BY e.at_ms, e.id",
        (first_ms, last_ms),
    )
    for row in rows:
        if row["accepted_ms"] is not None:
            found[row["kiosk"], row["session_id"]].append(row["accepted_ms"] - row["at_ms"])
        elif row["nobody"]:
            found[row["kiosk"], row["session_id"]].append(None)
    return found


def _events(connection: Engine, type_: str, first_ms: int, last_ms: int) -> Iterator[dict[str, Any]]:
    rows = connection.execute(
        "SELECT kiosk, id, session_id, at_ms, body FROM events WHERE type = ? AND at_ms >= ? AND at_ms < ? "
        "ORDER BY at_ms, kiosk, id",
        (type_, first_ms, last_ms),
    )
    for row in rows:
        yield {**dict(row), "body": connection.sealing.open(row["kiosk"], row["id"], row["body"])}
