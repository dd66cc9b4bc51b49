"""What supervisors, risk officers and auditors look at: boards, staffing, service, cases, recordings, the audit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from headquarters import scope
from headquarters.console import models as m
from headquarters.console import overseen as o
from headquarters.console import shown as s
from headquarters.console.films import Films
from headquarters.console.guard import FAULTS, Here, Who, guard
from headquarters.console.routes import Console
from headquarters.console.webm import MEDIA_TYPE
from headquarters.quality.read import day_of

Day = Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Limit = Annotated[int, Query(ge=1, le=1000)]
RecordingId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}:[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
ViewId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{32}$")]
DEFAULT_DAYS = 30


def films_of(request: Request) -> Films:
    """Return what plays this application's recordings."""
    return cast("Films", request.app.state.films)


Played = Annotated[Films, Depends(films_of)]
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


@router.post("/recordings/{recording_id}/play", status_code=201)
async def play(recording_id: RecordingId, body: o.PlayIn, films: Played, who: Who) -> o.PlayOut:
    """Begin a view of a recording, with its reason in the audit."""
    return films.begin(recording_id, who)


@router.get(
    "/recordings/{recording_id}/film/{view}",
    status_code=206,
    response_class=Response,
    responses={206: {"content": {MEDIA_TYPE: {}}, "description": "One range of the film."}},
)
async def film(
    recording_id: RecordingId,
    view: ViewId,
    films: Played,
    who: Who,
    range_: Annotated[str, Header(alias="Range", max_length=100)] = "",
) -> Response:
    """Return one range of a film that is being viewed."""
    part = await films.part(recording_id, view, who, range_)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Range": f"bytes {part.start}-{part.end - 1}/{part.total}",
        "Content-Disposition": "inline",
    }
    return Response(part.body, 206, headers, MEDIA_TYPE)


@router.get("/audit")
async def audit(
    here: Here, me: Who, before: Annotated[int | None, Query(ge=1)] = None, limit: Limit = 100, who: m.Id | None = None
) -> o.AuditOut:
    """Return the audit, newest first, and up to where its chain is whole."""
    scope.check_whole(me)
    entries = [
        o.AuditEntryOut.model_validate(entry, from_attributes=True) for entry in here.audit.page(before, limit, who)
    ]
    return o.AuditOut(entries=entries, total=here.audit.total(), intact_to=here.audit.intact_to())
