"""The API of settings and jobs, for those who run the fleet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from guitai.wire.commands import Id
from guitai.wire.remote import Action, Key, Reason, Status, Value
from headquarters import scope
from headquarters.console.desk import Desk
from headquarters.console.guard import FAULTS, Who, guard, services_of
from headquarters.console.models import Body
from headquarters.remote.jobs import Job
from headquarters.remote.line import RemoteLine


def line_of(request: Request) -> RemoteLine:
    """Return this application's line."""
    line: RemoteLine = request.app.state.remote
    return line


Here = Annotated[RemoteLine, Depends(line_of)]


class ValueIn(Body):
    """What a key shall be."""

    value: Value


class JobIn(Body):
    """What a kiosk shall do; `subject` is the recording's id, or the release's."""

    action: Action
    subject: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,100}$")] = ""
    timeout_s: Annotated[int, Field(ge=1, le=7 * 86_400)] = 86_400


class SettingsOut(Body):
    """Desired and reported, and whether the kiosk goes by what is desired."""

    version: int
    desired: dict[Key, Value]
    reported_version: int
    reported: dict[Key, Value]
    refused: dict[Key, Reason]
    agree: bool


class JobOut(Body):
    """One job."""

    kiosk: str
    id: str
    action: str
    subject: str
    timeout_s: int
    status: Status
    reason: str
    created_ms: int
    changed_ms: int


def in_scope(request: Request, who: Who) -> None:
    """Refuse a kiosk out of somebody's branches as one that is not there. Raises GuitaiError ``enrolment.no_kiosk``."""
    scope.check(services_of(request).store.connection, [request.path_params["kiosk"]], who)


router = APIRouter(
    prefix="/api/kiosks", tags=["kiosks"], responses=FAULTS, dependencies=[Depends(guard), Depends(in_scope)]
)


@router.get("/{kiosk}/settings")
async def settings(kiosk: Id, here: Here, _: Who) -> SettingsOut:
    """Return a kiosk's settings."""
    return _settings(kiosk, here)


@router.put("/{kiosk}/settings/{key}")
async def put_setting(kiosk: Id, key: Key, body: ValueIn, here: Here, _: Who) -> SettingsOut:
    """Set a key. A key or value that the kiosk refuses is told in `refused` once it has answered."""
    here.settings.set(kiosk, key, body.value)
    here.send(kiosk)
    return _settings(kiosk, here)


@router.delete("/{kiosk}/settings/{key}")
async def delete_setting(kiosk: Id, key: Key, here: Here, _: Who) -> SettingsOut:
    """Set a key no more: the kiosk goes by its own files again."""
    here.settings.delete(kiosk, key)
    here.send(kiosk)
    return _settings(kiosk, here)


@router.get("/{kiosk}/jobs")
async def jobs(kiosk: Id, here: Here, _: Who) -> list[JobOut]:
    """Return a kiosk's jobs, oldest first."""
    return [_job(job) for job in here.jobs.of(kiosk)]


@router.post("/{kiosk}/jobs", status_code=201)
async def create_job(kiosk: Id, body: JobIn, here: Here, _: Who) -> JobOut:
    """Give a kiosk a job. It gets it when it is online."""
    return _job(here.jobs.create(kiosk, body.action, body.subject, body.timeout_s))


@router.post("/{kiosk}/jobs/{job_id}/cancel")
async def cancel_job(kiosk: Id, job_id: str, here: Here, _: Who) -> JobOut:
    """Cancel a job that is not finished."""
    return _job(here.jobs.cancel(kiosk, job_id))


@router.delete("/{kiosk}/jobs/{job_id}", status_code=204)
async def remove_job(kiosk: Id, job_id: str, here: Here, _: Who) -> None:
    """Show a finished job no more."""
    here.jobs.remove(kiosk, job_id)


@router.post("/{kiosk}/journal/release", status_code=204)
async def release_journal(kiosk: Id, request: Request, who: Who) -> None:
    """Let a kiosk serve again that stopped because its journal was damaged; what was saved of it has been looked at."""
    desk: Desk = request.app.state.house.desk
    await desk.release_journal(kiosk, who)


def _settings(kiosk: str, here: RemoteLine) -> SettingsOut:
    desired, reported = here.settings.desired(kiosk), here.settings.reported(kiosk)
    return SettingsOut(
        version=desired.version if desired else 0,
        desired=desired.values if desired else {},
        reported_version=reported.version if reported else 0,
        reported=reported.values if reported else {},
        refused=reported.refused if reported else {},
        agree=not here.settings.differ(kiosk),
    )


def _job(job: Job) -> JobOut:
    return JobOut.model_validate(job, from_attributes=True)
