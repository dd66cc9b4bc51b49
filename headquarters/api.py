"""Headquarters' API of what is stored: sessions, events, lanes, the fleet, dead letters."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from guitai.wire.commands import Id, Software
from headquarters import dead_letters, fleet, projections, scope
from headquarters.console.guard import FAULTS, Here, Services, Who, guard
from headquarters.console.models import Body
from headquarters.console.people import Person

DEAD_LETTERS = 200


class SessionOut(Body):
    """One customer's session."""

    kiosk: str
    session_id: str
    branch: str
    first_ms: int
    last_ms: int
    events: int
    opened_ms: int | None
    closed_ms: int | None
    reason: str | None
    outcome: str | None
    satisfied: bool | None
    risk: dict[str, Any] | None
    risk_ms: int | None


class EventOut(Body):
    """One stored event."""

    kiosk: str
    lane: str
    sequence: int
    id: str
    type: str
    at_ms: int
    hash: str
    body: dict[str, Any]


class FoundOut(Body):
    """What a kiosk's own checks found wrong (headquarters.fleet.Found)."""

    code: str
    level: str
    key: str
    at_ms: int


class VersionsOut(Body):
    """The versions a kiosk goes by, as hashes; empty: those that ship with its software."""

    at_ms: int | None
    """Of the session that named them; None: none has come."""

    flows: str
    answers: str
    rules: str
    models: str


class KioskOut(Body):
    """How one kiosk does (headquarters.fleet.Kiosk), with what gives alarm."""

    kiosk: str
    branch: str
    online: bool
    heard_ms: int
    beats: bool
    skew_ms: int | None
    waiting_rows: int | None
    stuck_s: int | None
    disk_percent: int | None
    gap_since_ms: int | None
    faults: dict[str, str]
    disagreed_ms: int | None
    findings: list[FoundOut]
    software: Software | None
    alarms: list[fleet.Alarm]


class DeadLetterOut(Body):
    """A message that was refused, without its contents."""

    kiosk: str
    digest: str
    lane: str
    code: str
    reason: str
    bytes: int
    first_ms: int
    last_ms: int
    times: int


class DeadLettersOut(Body):
    """What was refused."""

    counts: dict[str, int]
    latest: list[DeadLetterOut]


class LaneOut(Body):
    """One lane of one kiosk: stored must equal watermark unless something is missing."""

    kiosk: str
    lane: str
    stored: int
    watermark: int
    gap: bool


router = APIRouter(prefix="/api", tags=["stored"], responses=FAULTS, dependencies=[Depends(guard)])


@router.get("/sessions")
async def sessions(here: Here, who: Who, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[SessionOut]:
    """Return the latest sessions, newest first."""
    return [SessionOut.model_validate(row) for row in projections.sessions(here.store.connection, limit, who.branches)]


@router.get("/sessions/{session_id}/events")
async def events(session_id: str, here: Here, who: Who) -> list[EventOut]:
    """Return a session's events in the order of their time."""
    return [EventOut.model_validate(row) for row in here.store.events(session_id, who.branches)]


@router.get("/events/count")
async def count(here: Here, who: Who, kiosk: str | None = None) -> dict[str, int]:
    """Return how many events of each lane are stored and verified, of one kiosk or of all."""
    total: Counter[str] = Counter()
    for lane in _lanes(here, who, kiosk):
        total[lane["lane"]] += lane["watermark"]
    return dict(total)


@router.get("/lanes")
async def lanes(here: Here, who: Who) -> list[LaneOut]:
    """Return what is stored and verified of each kiosk and lane."""
    return [LaneOut.model_validate(row) for row in _lanes(here, who)]


@router.get("/fleet")
async def kiosks(here: Here, who: Who) -> list[KioskOut]:
    """Return how every kiosk does, and what is wrong with it."""
    now_ms = here.clock.unix_ms()
    return [
        KioskOut(**asdict(kiosk), alarms=list(fleet.alarms(kiosk, now_ms)))
        for kiosk in fleet.kiosks(here.store.connection)
        if who.sees(kiosk.branch)
    ]


@router.get("/fleet/{kiosk}/versions")
async def versions(kiosk: Id, here: Here, who: Who) -> VersionsOut:
    """Return the versions a kiosk served its latest session by."""
    connection = here.store.connection
    row = connection.execute(
        "SELECT id, at_ms, body FROM events WHERE kiosk = ? AND lane = 'session' AND type = 'session.opened' "
        "ORDER BY sequence DESC LIMIT 1",
        (kiosk,),
    ).fetchone()
    body = connection.sealing.open(kiosk, row["id"], row["body"]) if row is not None else {}
    if row is None or not who.sees(str(body.get("branch", ""))):
        return VersionsOut(at_ms=None, flows="", answers="", rules="", models="")
    told = {name: str(body.get(f"{name}_hash") or "") for name in ("flows", "answers", "rules", "models")}
    return VersionsOut(at_ms=row["at_ms"], **told)


@router.get("/dead-letters")
async def dead(here: Here, who: Who) -> DeadLettersOut:
    """Return the latest messages that were refused, and how many are kept, by error code; their contents stay in the table."""
    connection = here.store.connection
    senders = dead_letters.senders(connection)
    out = scope.unseen(connection, senders, who)
    letters = [DeadLetterOut.model_validate(row) for row in dead_letters.latest(connection, DEAD_LETTERS, out)]
    return DeadLettersOut(counts=dead_letters.counts(connection, out), latest=letters)


def _lanes(here: Services, who: Person, kiosk: str | None = None) -> list[dict[str, Any]]:
    """Return the lanes of the kiosks in scope."""
    found = here.store.count(kiosk)
    out = set(scope.unseen(here.store.connection, {lane["kiosk"] for lane in found}, who))
    return [lane for lane in found if lane["kiosk"] not in out]
