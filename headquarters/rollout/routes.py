"""The HTTPS side of rollouts: staff begin and stop them with their login, kiosks fetch releases with their certificate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse
from pydantic import Field

from guitai.errors import GuitaiError
from guitai.wire.commands import Id
from guitai.wire.releases import Kind
from headquarters import scope
from headquarters.bank.routes import peer
from headquarters.console.guard import FAULTS, Who, guard
from headquarters.console.models import Body
from headquarters.console.people import Person
from headquarters.rollout import plan
from headquarters.rollout.desk import Releases, Rollouts
from headquarters.rollout.plan import Criteria, Phase, Rollout, Standing


class RolloutDesk:
    """What the routes work with."""

    def __init__(self, rollouts: Rollouts, releases: Releases) -> None:
        self.rollouts, self.releases = rollouts, releases


def desk_of(request: Request) -> RolloutDesk:
    """Return this application's desk."""
    return cast("RolloutDesk", request.app.state.rollout)


Here = Annotated[RolloutDesk, Depends(desk_of)]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{4,64}$")]


class RolloutIn(Body):
    """What is to be rolled out, and how carefully."""

    release: Hex
    kiosks: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100_000)]
    stages: Annotated[tuple[int, ...], Field(min_length=1, max_length=20)] = Criteria().stages
    most_failed: Annotated[int, Field(ge=0)] = 0
    silent_s: Annotated[int, Field(ge=60, le=30 * 86_400)] = Criteria().silent_s
    soak_s: Annotated[int, Field(ge=0, le=30 * 86_400)] = Criteria().soak_s
    why: Annotated[str, Field(max_length=200)] = ""


class WhyIn(Body):
    """Why it is done."""

    why: Annotated[str, Field(max_length=200)] = ""


class MemberOut(Body):
    """One kiosk."""

    kiosk: str
    standing: Standing
    reason: str
    at_ms: int
    """When its standing last changed; 0: never."""


class ReleaseOut(Body):
    """A published release."""

    id: str
    kind: Kind
    name: str
    version: str
    build: int
    compatible: str
    size: int
    """Bytes."""


class RolloutLine(Body):
    """How a rollout stands, its kiosks only counted."""

    id: str
    release: str
    name: str
    """Of the release; empty: it is not kept here any more."""

    made_by: str
    why: str
    created_ms: int
    phase: Phase
    reason: str
    stage: int
    stages: tuple[int, ...]
    most_failed: int
    silent_s: int
    soak_s: int
    opened: int
    """So many kiosks may have it so far."""

    kiosks: int
    """So many it is for."""

    counts: dict[Standing, int]
    """How many of them stand so; what none does is left out."""


class RolloutOut(RolloutLine):
    """How a rollout stands, kiosk by kiosk."""

    members: tuple[MemberOut, ...]


router = APIRouter(tags=["rollouts"], responses=FAULTS)
ROLLOUT = "/api/rollouts/{rollout_id}"


@router.get("/api/releases", dependencies=[Depends(guard)])
async def releases(here: Here, _: Who) -> list[ReleaseOut]:
    """Return the published releases, the newest build first."""
    found = sorted(here.releases.all().items(), key=lambda one: (one[1].order, one[0]), reverse=True)
    return [
        ReleaseOut(
            id=id_, kind=one.kind, name=one.name, version=one.version, build=one.build, compatible=one.compatible, size=one.size
        )
        for id_, one in found
    ]  # fmt: skip


@router.get("/api/rollouts", dependencies=[Depends(guard)])
async def rollouts(here: Here, who: Who) -> list[RolloutLine]:
    """Return every rollout whose kiosks are all in scope, oldest first; the kiosks are in each one's own answer."""
    return _lines(here, [one for one in here.rollouts.all() if _sees(here, one, who)])


@router.get(ROLLOUT, dependencies=[Depends(guard)])
async def rollout(rollout_id: str, here: Here, who: Who) -> RolloutOut:
    """Return one rollout."""
    return _one(here, _seen(here, rollout_id, who))


@router.post("/api/rollouts", status_code=201, dependencies=[Depends(guard)])
async def new(body: RolloutIn, here: Here, who: Who) -> RolloutOut:
    """Begin a rollout of a published release."""
    scope.check(here.rollouts.engine, body.kiosks, who)
    criteria = Criteria(body.stages, body.most_failed, body.silent_s, body.soak_s)
    release = here.releases.find(body.release)
    return _one(here, here.rollouts.new(release, body.kiosks, criteria, who.id, body.why))


@router.post(ROLLOUT + "/pause", dependencies=[Depends(guard)])
async def pause(rollout_id: str, here: Here, who: Who) -> RolloutOut:
    """Let nobody else have it for now."""
    _seen(here, rollout_id, who)
    return _one(here, here.rollouts.happen(rollout_id, plan.Paused()))


@router.post(ROLLOUT + "/resume", dependencies=[Depends(guard)])
async def resume(rollout_id: str, here: Here, who: Who) -> RolloutOut:
    """Let it go on."""
    _seen(here, rollout_id, who)
    return _one(here, here.rollouts.happen(rollout_id, plan.Resumed()))


@router.post(ROLLOUT + "/abort", dependencies=[Depends(guard)])
async def abort(rollout_id: str, body: WhyIn, here: Here, who: Who) -> RolloutOut:
    """End it; kiosks that have not switched yet are called back."""
    _seen(here, rollout_id, who)
    return _one(here, here.rollouts.happen(rollout_id, plan.Aborted(body.why or f"by {who.id}")))


@router.get("/releases/v1/{release_id}/{name}")
async def file(release_id: str, name: str, here: Here, _: Annotated[str, Depends(peer)]) -> FileResponse:
    """Return a file of a published release to a kiosk."""
    return FileResponse(here.releases.file(release_id, name), media_type="application/octet-stream")


def _sees(here: RolloutDesk, one: Rollout, who: Person) -> bool:
    return not scope.unseen(here.rollouts.engine, (member.kiosk for member in one.members), who)


def _seen(here: RolloutDesk, rollout_id: str, who: Person) -> Rollout:
    """Return a rollout; one with a kiosk out of scope is as if it were not there. Raises GuitaiError ``rollout.unknown``."""
    if not _sees(here, found := here.rollouts.get(rollout_id), who):
        raise GuitaiError("rollout.unknown", rollout=rollout_id)
    return found


def _lines(here: RolloutDesk, found: Iterable[Rollout]) -> list[RolloutLine]:
    begun, published = here.rollouts.begun(), here.releases.all()
    return [
        RolloutLine(
            id=one.id, release=one.release, name=published[one.release].name if one.release in published else "",
            made_by=begun[one.id].by, why=begun[one.id].why, created_ms=begun[one.id].at_ms,
            phase=one.phase, reason=one.reason, stage=one.stage, stages=one.criteria.stages,
            most_failed=one.criteria.most_failed, silent_s=one.criteria.silent_s, soak_s=one.criteria.soak_s,
            opened=one.opened, kiosks=len(one.members), counts=dict(Counter(member.standing for member in one.members)),
        )
        for one in found
    ]  # fmt: skip


def _one(here: RolloutDesk, one: Rollout) -> RolloutOut:
    [line] = _lines(here, [one])
    members = tuple(MemberOut.model_validate(member, from_attributes=True) for member in one.members)
    return RolloutOut(**line.model_dump(), members=members)
