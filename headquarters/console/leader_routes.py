"""What supervisors, risk officers and auditors look at: boards, staffing, service, cases, recordings, the audit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from headquarters.console import models as m
from headquarters.console import overseen as o
from headquarters.console import shown as s
from headquarters.console.guard import FAULTS, Here, Who, guard
from headquarters.console.routes import Console
from headquarters.quality.read import day_of

Day = Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Limit = Annotated[int, Query(ge=1, le=1000)]
RecordingId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}:[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
DEFAULT_DAYS = 30
router = APIRouter(prefix="/api", tags=["supervision"], responses=FAULTS, dependencies=[Depends(guard)])


@router.get("/supervisor/board")
async def board(house: Console, who: Who) -> o.BoardOut:
    """Return the live board."""
    return house.supervisor.board(who)


@router.get("/supervisor/forecast")
async def forecast(house: Console, who: Who, weekday: Annotated[int | None, Query(ge=0, le=6)] = None) -> o.ForecastOut:
    """Return how many tellers each hour of a weekday needs (0 Monday); tomorrow's, if none is named."""
    tomorrow = (date.fromisoformat(day_of(house.clock.unix_ms())) + timedelta(days=1)).weekday()
    return house.supervisor.forecast(tomorrow if weekday is None else weekday, who)


@router.get("/supervisor/quality")
async def quality(house: Console, who: Who, since: Day = None, until: Day = None) -> list[o.TellerQualityOut]:
    """Return the figures of service, all tellers first; the last 30 days, if none are named."""
    last = until or day_of(house.clock.unix_ms())
    first = since or (date.fromisoformat(last) - timedelta(days=DEFAULT_DAYS - 1)).isoformat()
    return house.service.of(first, last, who)


@router.get("/supervisor/tellers")
async def tellers(house: Console, who: Who) -> list[s.TellerOut]:
    """Return the colleagues a call can be passed to."""
    return house.board.tellers(who)


@router.get("/cases")
async def cases(house: Console, who: Who, limit: Limit = 100) -> list[o.CaseOut]:
    """Return the latest sessions whose risk was decided above low."""
    return house.supervisor.cases(who, limit)


@router.get("/recordings")
async def recordings(house: Console, who: Who, limit: Limit = 200) -> list[o.RecordingOut]:
    """Return recordings that have come whole, newest first."""
    return house.recordings.all(who, limit)


@router.get("/recordings/{recording_id}")
async def recording(recording_id: RecordingId, house: Console, who: Who) -> o.RecordingViewOut:
    """Return what a recording is. Each view stands in the audit."""
    return house.recordings.one(recording_id, who)


@router.get("/audit")
async def audit(
    here: Here, _: Who, before: Annotated[int | None, Query(ge=1)] = None, limit: Limit = 100, who: m.Id | None = None
) -> o.AuditOut:
    """Return the audit, newest first, and up to where its chain is whole."""
    entries = [
        o.AuditEntryOut(
            n=one.n, at_ms=one.at_ms, who=one.who, roles=one.roles, deed=one.deed, subject=one.subject, detail=one.detail,
            hash=one.hash,
        )
        for one in here.audit.page(before, limit, who)
    ]  # fmt: skip
    return o.AuditOut(entries=entries, total=here.audit.total(), intact_to=here.audit.intact_to())
