"""The tellers' side of the review: what a case turned out to be, and which untouched cases wait for an auditor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from guitai.errors import GuitaiError
from headquarters import scope
from headquarters.console.guard import FAULTS, Here, Who, guard
from headquarters.console.models import Body
from headquarters.review import cases
from headquarters.review.cases import Source
from headquarters.review.nightly import Reviews
from headquarters.review.weights import WeightsOut, weights_out

RunId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
router = APIRouter(prefix="/api/review", tags=["review"], responses=FAULTS, dependencies=[Depends(guard)])


class OutcomeIn(Body):
    """What a case turned out to be."""

    case: Annotated[str, Field(max_length=120, title="A decision's reference, or a session (its last decision)")]
    fraud: bool
    source: Source


class OutcomeOut(Body):
    """Which decision was labelled."""

    risk_ref: str


class DrawnOut(Body):
    """An untouched decision that was drawn and has no label yet."""

    risk_ref: str
    drawn_ms: int


@router.post("/labels")
async def label(body: OutcomeIn, here: Here, teller: Who) -> OutcomeOut:
    """Say what a case turned out to be, in the teller's own name. A later word of the same source replaces it."""
    connection = here.store.connection
    ref = cases.find(connection, body.case, teller.branches)
    if ref is None:
        raise GuitaiError("risk.no_case", case=body.case)
    cases.put_label(connection, ref, body.source, fraud=body.fraud, name=teller.id, now_ms=here.clock.unix_ms())
    return OutcomeOut(risk_ref=ref)


@router.get("/audits")
async def audits(here: Here, who: Who) -> list[DrawnOut]:
    """Return the drawn decisions an auditor has not looked at, the oldest first."""
    connection = here.store.connection
    drawn = cases.to_audit(connection)
    if who.branches:
        drawn = [(ref, at) for ref, at in drawn if cases.find(connection, ref, who.branches) == ref]
    return [DrawnOut(risk_ref=ref, drawn_ms=at) for ref, at in drawn]


@router.post("/weights/{run}/approve")
async def approve(run: RunId, request: Request, here: Here, who: Who) -> WeightsOut:
    """Put what a review proposed to use, in my own name: signed, and handed to every kiosk from its next session on."""
    scope.check_whole(who)
    reviews: Reviews = request.app.state.reviews
    reviews.approve(run, who.name, here.clock.unix_ms())
    return weights_out(reviews.status())


@router.get("/weights")
async def weights(request: Request, _: Who) -> WeightsOut:
    """Return the weights in use, and what the nightly review proposes; a person approves that."""
    reviews: Reviews = request.app.state.reviews
    return weights_out(reviews.status())
