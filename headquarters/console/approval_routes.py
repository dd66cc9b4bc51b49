"""Requests to a second principal: asked for by the holder of a call, decided by somebody else."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from headquarters.console import models as m
from headquarters.console import shown as s
from headquarters.console.guard import FAULTS, Who, guard
from headquarters.console.house import House
from headquarters.console.people import Person
from headquarters.console.routes import CallId, Console
from headquarters.live import Notice

router = APIRouter(prefix="/api", tags=["approvals"], responses=FAULTS, dependencies=[Depends(guard)])


@router.post("/approvals", status_code=201)
async def ask_approval(body: m.ApprovalIn, house: Console, who: Who) -> s.ApprovalOut:
    """Ask a second principal to allow something above my limit."""
    call = house.desk.held(body.escalation_id, who)
    asked = house.approvals.ask(call, who, body.operation, body.amount_fen, body.reason)
    house.live.tell(Notice("approval", asked.id, call.branch))
    return asked


@router.get("/approvals")
async def approvals(house: Console, who: Who) -> list[s.ApprovalOut]:
    """Return the latest requests, newest first."""
    return house.approvals.all(who)


@router.post("/approvals/{approval_id}/approve")
async def approve(approval_id: CallId, house: Console, who: Who) -> s.ApprovalOut:
    """Allow it: not my own, not on a call I hold, not above my own limit."""
    return _decided(house, house.approvals.decide(approval_id, who, allow=True), who)


@router.post("/approvals/{approval_id}/refuse")
async def refuse(approval_id: CallId, house: Console, who: Who) -> s.ApprovalOut:
    """Refuse it."""
    return _decided(house, house.approvals.decide(approval_id, who, allow=False), who)


def _decided(house: House, approval: s.ApprovalOut, who: Person) -> s.ApprovalOut:
    call = house.desk.find(approval.escalation_id, who)
    house.live.tell(Notice("approval", approval.id, call.branch))
    house.live.tell(Notice("escalation", call.id, call.branch))
    return approval
