"""Enrolment at the console: for technicians and administrators; every change is in the audit."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from guitai.errors import GuitaiError
from guitai.wire.commands import Id
from headquarters.console.guard import FAULTS, Who, guard
from headquarters.console.models import Body, Reason
from headquarters.console.people import Person
from headquarters.enrolment.desk import EnrolmentDesk
from headquarters.enrolment.profile import checked
from headquarters.enrolment.routes import Here
from headquarters.enrolment.tables import Joined


class ClaimIn(Body):
    """A kiosk that shall join; `profile` are sections of configuration."""

    kiosk: Id
    branch: Id
    days: Annotated[int, Field(ge=1, le=30)] | None = None
    profile: Annotated[dict[str, Any], Field(default_factory=dict)]


class ClaimOut(Body):
    """A code: shown once, and nowhere kept."""

    kiosk: str
    branch: str
    shown: str
    scanned: str
    """What the QR code says: code and address."""

    expires_ms: int


class EnrolledOut(Body):
    """One kiosk."""

    kiosk: str
    branch: str
    state: Joined
    code_expires_ms: int | None
    certificate_ends_ms: int | None
    accepted_ms: int | None
    move_to: str


class RevokeIn(Body):
    """Why."""

    reason: Reason


class MoveIn(Body):
    """Where to."""

    branch: Id


router = APIRouter(prefix="/api/enrolment", tags=["enrolment"], responses=FAULTS, dependencies=[Depends(guard)])


def _seen(here: EnrolmentDesk, kiosk: str, who: Person) -> None:
    """Refuse a kiosk out of somebody's branches as one that is not there. Raises GuitaiError ``enrolment.no_kiosk``."""
    if not who.sees(here.kiosks.of(kiosk)[0]):
        raise GuitaiError("enrolment.no_kiosk", kiosk=kiosk)


def _may_give(branch: str, who: Person) -> None:
    """Refuse a branch out of scope. Raises GuitaiError ``hq.forbidden``."""
    if not who.sees(branch):
        raise GuitaiError("hq.forbidden")


@router.get("")
async def listed(here: Here, who: Who) -> list[EnrolledOut]:
    """Return every kiosk that joined or has a code, by name."""
    return [EnrolledOut.model_validate(asdict(one)) for one in here.kiosks.listed() if who.sees(one.branch)]


@router.post("", status_code=201)
async def new(body: ClaimIn, here: Here, who: Who) -> ClaimOut:
    """Make a claim code; older unused ones of the kiosk end."""
    _may_give(body.branch, who)
    if any(one.kiosk == body.kiosk and not who.sees(one.branch) for one in here.kiosks.listed()):
        raise GuitaiError("enrolment.no_kiosk", kiosk=body.kiosk)
    made = here.new(body.kiosk, body.branch, checked(body.profile, "profile"), body.days, who.id)
    return ClaimOut(
        kiosk=made.kiosk, branch=made.branch, shown=made.claim.text(), scanned=made.claim.scanned(), expires_ms=made.expires_ms
    )  # fmt: skip


@router.post("/{kiosk}/withdraw", status_code=204)
async def withdraw(kiosk: Id, here: Here, who: Who) -> None:
    """End a code that nobody used; a kiosk that is in stays in."""
    if not any(one.kiosk == kiosk and who.sees(one.branch) for one in here.kiosks.listed()):
        raise GuitaiError("enrolment.no_kiosk", kiosk=kiosk)
    here.store.withdraw(kiosk)


@router.post("/{kiosk}/revoke", status_code=204)
async def revoke(kiosk: Id, body: RevokeIn, here: Here, who: Who) -> None:
    """Shut a kiosk out: refused and cut within seconds. It may join again with a new code."""
    _seen(here, kiosk, who)
    here.revoke(kiosk, body.reason, who)


@router.post("/{kiosk}/move", status_code=204)
async def move(kiosk: Id, body: MoveIn, here: Here, who: Who) -> None:
    """Move a kiosk to another branch, once its events are through."""
    _seen(here, kiosk, who)
    _may_give(body.branch, who)
    here.kiosks.move(kiosk, body.branch)


@router.post("/{kiosk}/decommission", status_code=204)
async def decommission(kiosk: Id, here: Here, who: Who) -> None:
    """Let a kiosk destroy its keys; somebody at the kiosk has to do it."""
    _seen(here, kiosk, who)
    here.kiosks.decommission(kiosk)


@router.get("/{kiosk}/acceptance", response_class=Response)
async def acceptance(kiosk: Id, here: Here, who: Who) -> Response:
    """Return the newest certificate of acceptance (PDF)."""
    _seen(here, kiosk, who)
    return Response(base64.b64decode(here.kiosks.document(kiosk, "acceptance")["pdf"]), media_type="application/pdf")


@router.get("/{kiosk}/proof")
async def proof(kiosk: Id, here: Here, who: Who) -> dict[str, Any]:
    """Return the newest proof that a kiosk's keys were destroyed."""
    _seen(here, kiosk, who)
    return here.kiosks.document(kiosk, "decommission")
