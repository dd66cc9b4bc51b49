"""Headquarters' API for tellers: sessions, escalations, what is stored, and a live line for the console."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, WebSocket, WebSocketDisconnect
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from guitai.clock import SystemClock
from guitai.errors import GuitaiError
from headquarters import dead_letters, fleet, projections
from headquarters.bank.models import Fault
from headquarters.desk import Desk, Logins, Teller
from headquarters.live import Live
from headquarters.store import Store

FIRST_WORD_S = 5.0
NOT_LOGGED_IN = 4401
DEAD_LETTERS = 200

bearer = HTTPBearer(auto_error=False)


class Services:
    """What the routes work with."""

    def __init__(self, store: Store, desk: Desk, logins: Logins, live: Live) -> None:
        self.store, self.desk, self.logins, self.live = store, desk, logins, live


def services_of(request: Request) -> Services:
    """Return this application's services."""
    services: Services = request.app.state.services
    return services


Here = Annotated[Services, Depends(services_of)]


def teller_of(here: Here, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Teller:
    """Return who asks. Raises GuitaiError ``hq.not_logged_in``."""
    if credentials is None:
        raise GuitaiError("hq.not_logged_in")
    return here.logins.teller(credentials.credentials)


Who = Annotated[Teller, Depends(teller_of)]


class Body(BaseModel):
    """Base of all bodies: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginIn(Body):
    """The built-in teller's password."""

    password: Annotated[str, Field(max_length=200)]


class LoginOut(Body):
    """A bearer token and whose it is."""

    token: str
    teller_id: str
    teller_name: str


class SayIn(Body):
    """A sentence the kiosk shall speak."""

    text: Annotated[str, Field(min_length=1, max_length=200)]


class DecideIn(Body):
    """What shall become of what is held."""

    decision: Literal["approve", "reject"]
    reason: Annotated[str, Field(max_length=200)] = ""


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


class EscalationOut(Body):
    """A customer who needs a human, with the masked bundle (guitai.messages.handover.Bundle)."""

    id: str
    kiosk: str
    branch: str
    session_id: str
    at_ms: int
    bundle: dict[str, Any]
    state: Literal["waiting", "accepted", "closed", "withdrawn"]
    teller_id: str | None
    teller_name: str | None
    accepted_ms: int | None
    lease_until_ms: int | None
    decision: str | None


class LaneOut(Body):
    """One lane of one kiosk: stored must equal watermark unless something is missing."""

    kiosk: str
    lane: str
    stored: int
    watermark: int
    gap: bool


FAULTS: dict[int | str, dict[str, Any]] = {code: {"model": Fault} for code in (401, 403, 404, 409, 502)}
router = APIRouter(prefix="/api", tags=["teller"], responses=FAULTS)


@router.post("/login")
async def login(body: LoginIn, here: Here) -> LoginOut:
    """Log the built-in teller in."""
    token, teller = here.logins.log_in(body.password)
    return LoginOut(token=token, teller_id=teller.id, teller_name=teller.name)


@router.get("/sessions")
async def sessions(here: Here, _: Who, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[SessionOut]:
    """Return the latest sessions, newest first."""
    return [SessionOut.model_validate(row) for row in projections.sessions(here.store.connection, limit)]


@router.get("/sessions/{session_id}/events")
async def events(session_id: str, here: Here, _: Who) -> list[EventOut]:
    """Return a session's events in the order of their time."""
    return [EventOut.model_validate(row) for row in here.store.events(session_id)]


@router.get("/events/count")
async def count(here: Here, _: Who, kiosk: str | None = None) -> dict[str, int]:
    """Return how many events of each lane are stored and verified, of one kiosk or of all."""
    total: Counter[str] = Counter()
    for lane in here.store.count(kiosk):
        total[lane["lane"]] += lane["watermark"]
    return dict(total)


@router.get("/lanes")
async def lanes(here: Here, _: Who) -> list[LaneOut]:
    """Return what is stored and verified of each kiosk and lane."""
    return [LaneOut.model_validate(row) for row in here.store.count()]


@router.get("/fleet")
async def kiosks(here: Here, _: Who) -> list[KioskOut]:
    """Return how every kiosk does, and what is wrong with it."""
    now_ms = SystemClock().unix_ms()
    return [
        KioskOut(**asdict(kiosk), alarms=list(fleet.alarms(kiosk, now_ms)))
        for kiosk in fleet.kiosks(here.store.connection)
    ]


@router.get("/dead-letters")
async def dead(here: Here, _: Who) -> DeadLettersOut:
    """Return the latest messages that were refused, and how many are kept, by error code; their contents stay in the table."""
    connection = here.store.connection
    letters = [DeadLetterOut.model_validate(row) for row in dead_letters.latest(connection, DEAD_LETTERS)]
    return DeadLettersOut(counts=dead_letters.counts(connection), latest=letters)


@router.get("/escalations")
async def escalations(here: Here, _: Who) -> list[EscalationOut]:
    """Return the latest escalations, oldest first."""
    return [_out(found) for found in projections.escalations(here.store.connection)]


@router.post("/escalations/{escalation_id}/accept")
async def accept(escalation_id: str, here: Here, teller: Who) -> EscalationOut:
    """Take an escalation: the kiosk shows that a teller has joined."""
    return _told(here, await here.desk.accept(escalation_id, teller))


@router.post("/escalations/{escalation_id}/say")
async def say(escalation_id: str, body: SayIn, here: Here, teller: Who) -> EscalationOut:
    """Have the kiosk speak a sentence."""
    return _told(here, await here.desk.say(escalation_id, teller, body.text))


@router.post("/escalations/{escalation_id}/decide")
async def decide(escalation_id: str, body: DecideIn, here: Here, teller: Who) -> EscalationOut:
    """Approve or reject what is held."""
    return _told(here, await here.desk.decide(escalation_id, teller, body.decision, body.reason))


@router.post("/escalations/{escalation_id}/close")
async def close(escalation_id: str, here: Here, teller: Who) -> EscalationOut:
    """Leave; the kiosk goes on alone."""
    return _told(here, await here.desk.close(escalation_id, teller))


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Send ``{"new": [types], "sessions": [ids]}`` whenever something is new; the first word must be the token."""
    here: Services = socket.app.state.services
    await socket.accept()
    try:
        first = await asyncio.wait_for(socket.receive_json(), FIRST_WORD_S)
        here.logins.teller(str(first.get("token", "")) if isinstance(first, dict) else "")
    except (GuitaiError, TimeoutError, ValueError, WebSocketDisconnect):
        await socket.close(NOT_LOGGED_IN)
        return
    with here.live.listen() as notices:
        await socket.send_json({"new": [], "sessions": []})
        await _until_gone(socket, notices)


async def _until_gone(socket: WebSocket, notices: asyncio.Queue[dict[str, Any] | None]) -> None:
    gone = asyncio.create_task(socket.receive())
    while True:
        notice = asyncio.create_task(notices.get())
        done, _ = await asyncio.wait({gone, notice}, return_when=asyncio.FIRST_COMPLETED)
        if gone in done:
            notice.cancel()
            return
        if (news := notice.result()) is None:
            gone.cancel()
            await socket.close()
            return
        await socket.send_json(news)


def _told(here: Services, escalation: projections.Escalation) -> EscalationOut:
    here.live.tell({"new": ["escalation"], "sessions": [escalation.session_id]})
    return _out(escalation)


def _out(escalation: projections.Escalation) -> EscalationOut:
    return EscalationOut.model_validate(asdict(escalation))
