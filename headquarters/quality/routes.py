"""The quality figures' API: day by day, and the alarms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from headquarters.console.guard import FAULTS, Who, guard
from headquarters.console.models import Body
from headquarters.quality.days import ALL, Quality


def quality_of(request: Request) -> Quality:
    """Return this application's figures."""
    quality: Quality = request.app.state.quality
    return quality


Here = Annotated[Quality, Depends(quality_of)]
Day = Annotated[str, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class FigureOut(Body):
    """One figure of one day and branch with its 95 % interval; without a value it was not measured."""

    day: str
    branch: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int


class TopicOut(Body):
    """How many of a topic's sentences were negative."""

    day: str
    topic: str
    negative: int
    n: int


class AlarmOut(TopicOut):
    """A topic whose negative rate jumped: that day against the four weeks before, with the corrected p-value."""

    before_negative: int
    before_n: int
    p: float


router = APIRouter(prefix="/api/quality", tags=["quality"], responses=FAULTS, dependencies=[Depends(guard)])


@router.get("")
async def days(here: Here, who: Who, since: Day, until: Day, branch: str = ALL) -> list[FigureOut]:
    """Return each day's figures of a branch, or of all together; they are computed each night."""
    if branch != ALL and not who.sees(branch):
        return []
    return [FigureOut.model_validate(row) for row in here.series(since, until, branch)]


@router.get("/topics")
async def topics(here: Here, _: Who, since: Day, until: Day) -> list[TopicOut]:
    """Return each topic's negative sentences, day by day."""
    return [TopicOut.model_validate(row) for row in here.topics(since, until)]


@router.get("/alarms")
async def alarms(here: Here, _: Who, since: Day, until: Day) -> list[AlarmOut]:
    """Return the topics whose negative rate jumped, newest first."""
    return [AlarmOut.model_validate(row) for row in here.alarms(since, until)]
