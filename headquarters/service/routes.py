"""The service desk's API: work orders and unanswered questions, for tellers and knowledge staff."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from guitai.clock import Clock
from guitai.messages.service import Cause, Unanswered
from headquarters.console.guard import FAULTS, Who, guard
from headquarters.console.models import Body
from headquarters.engine import Engine
from headquarters.service.orders import State, WorkOrders
from headquarters.service.questions import Questions


class ServiceDesk:
    """What the routes work with."""

    def __init__(self, connection: Engine, clock: Clock) -> None:
        self.orders, self.questions = WorkOrders(connection, clock), Questions(connection, clock)


def desk_of(request: Request) -> ServiceDesk:
    """Return this application's service desk."""
    desk: ServiceDesk = request.app.state.desk
    return desk


Here = Annotated[ServiceDesk, Depends(desk_of)]


class NoteIn(Body):
    """What was done, or why not; long numbers in it are masked."""

    note: Annotated[str, Field(min_length=1, max_length=500)]


class LabelIn(Body):
    """The intent a question really had."""

    intent: Annotated[str, Field(max_length=60)]


class WorkOrderOut(Body):
    """One work order. `label` is type–sub-type–solution in words, `steps` what to do."""

    kiosk: str
    id: str
    event_id: str
    branch: str
    session_id: str
    at_ms: int
    cause: Cause
    errand: str
    category: str
    subcategory: str
    solution: str
    label: str
    steps: list[str]
    entities: dict[str, str]
    reason: str
    host_request: str
    case_number: str
    risk_level: str | None
    batch: int | None
    queue: str | None
    due_ms: int | None
    state: State
    assignee: str | None
    changed_ms: int | None


class DeedOut(Body):
    """One line of an order's audit."""

    at_ms: int
    who: str
    deed: str
    note: str


class QuestionOut(Body):
    """One question that found no answer; `intents` are [name, probability], best first."""

    kiosk: str
    id: str
    event_id: str
    branch: str
    session_id: str
    at_ms: int
    why: Unanswered
    text: str
    intents: list[tuple[str, float]]
    answer_id: str
    errand: str
    language: str
    label: str | None
    labelled_by: str | None
    labelled_ms: int | None


Limit = Annotated[int, Query(ge=1, le=1000)]
router = APIRouter(prefix="/api", tags=["service"], responses=FAULTS, dependencies=[Depends(guard)])


@router.get("/work-orders")
async def work_orders(
    here: Here, who: Who, state: State | None = None, queue: str | None = None, limit: Limit = 100
) -> list[WorkOrderOut]:
    """Return work orders, the first due first."""
    return [_out(row) for row in here.orders.all(state, queue, limit, who.branches)]


@router.get("/work-orders/{kiosk}/{order_id}")
async def work_order(kiosk: str, order_id: str, here: Here, who: Who) -> WorkOrderOut:
    """Return one work order."""
    return _out(here.orders.one(kiosk, order_id, who.branches))


@router.get("/work-orders/{kiosk}/{order_id}/audit")
async def audit(kiosk: str, order_id: str, here: Here, who: Who) -> list[DeedOut]:
    """Return what was done with a work order, oldest first."""
    here.orders.one(kiosk, order_id, who.branches)
    return [DeedOut.model_validate(asdict(deed)) for deed in here.orders.audit(kiosk, order_id)]


@router.post("/work-orders/{kiosk}/{order_id}/take")
async def take(kiosk: str, order_id: str, here: Here, who: Who) -> WorkOrderOut:
    """Take an open work order."""
    here.orders.one(kiosk, order_id, who.branches)
    return _out(here.orders.take(kiosk, order_id, who.id))


@router.post("/work-orders/{kiosk}/{order_id}/give-back")
async def give_back(kiosk: str, order_id: str, body: NoteIn, here: Here, who: Who) -> WorkOrderOut:
    """Let go of a work order."""
    here.orders.one(kiosk, order_id, who.branches)
    return _out(here.orders.give_back(kiosk, order_id, who.id, body.note))


@router.post("/work-orders/{kiosk}/{order_id}/done")
async def done(kiosk: str, order_id: str, body: NoteIn, here: Here, who: Who) -> WorkOrderOut:
    """Say what was done about a work order."""
    here.orders.one(kiosk, order_id, who.branches)
    return _out(here.orders.finish(kiosk, order_id, who.id, body.note))


@router.get("/unanswered")
async def unanswered(
    here: Here, who: Who, why: Unanswered | None = None, since_ms: int = 0, limit: Limit = 100
) -> list[QuestionOut]:
    """Return questions that found no answer, newest first."""
    return [QuestionOut.model_validate(row) for row in here.questions.all(why, since_ms, limit, who.branches)]


@router.post("/unanswered/{kiosk}/{question_id}/label")
async def label(kiosk: str, question_id: str, body: LabelIn, here: Here, who: Who) -> QuestionOut:
    """Say what a question meant: the label training may use."""
    return QuestionOut.model_validate(here.questions.label(kiosk, question_id, body.intent, who.id, who.branches))


def _out(row: dict[str, Any]) -> WorkOrderOut:
    return WorkOrderOut.model_validate(row)
