"""Routes of the bank host's inquiries and orders: one a kind, with the kind's own bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from guitai.errors import GuitaiError
from headquarters.bank import models as m
from headquarters.bank.kinds import INQUIRY_BODIES, ORDER_BODIES, OrderedAny


def add_business(router: APIRouter, bank_here: Any) -> None:
    """Add the routes. `bank_here` is the annotated dependency that gives the bank."""
    for kind, bodies in INQUIRY_BODIES.items():
        router.add_api_route(
            f"/inquiries/{kind}", _inquire(kind, bodies.asked, bank_here), methods=["POST"], response_model=bodies.answered,
            response_model_exclude_unset=True, operation_id=f"inquire_{kind}", summary=_title(kind), tags=["inquiries"],
        )  # fmt: skip
    for kind, bodies in ORDER_BODIES.items():
        router.add_api_route(
            f"/orders/{kind}/{{request_id}}", _order(kind, bodies.asked, bank_here), methods=["PUT"],
            response_model=bodies.answered, response_model_exclude_unset=True, operation_id=f"order_{kind}",
            summary=f"{_title(kind)}: idempotent", tags=["orders"],
        )  # fmt: skip
    router.add_api_route(
        "/orders/{request_id}", _ordered(bank_here), methods=["GET"], response_model=OrderedAny, operation_id="ask_order",
        summary="Return what became of an order", tags=["orders"],
    )  # fmt: skip
    router.add_api_route("/inquiries/{kind}", _unknown, methods=["POST"], include_in_schema=False)
    router.add_api_route("/orders/{kind}/{request_id}", _unknown, methods=["PUT"], include_in_schema=False)


def _inquire(kind: str, asked: Any, bank_here: Any) -> Callable[..., Any]:
    async def inquire(body: Any, bank: Any) -> Any:
        answer = bank.business.inquire(kind, body.card_token, body.params.model_dump(exclude_unset=True))
        if answer["refused"]:
            return {"refused": answer["refused"]}
        return {name: answer[name] for name in ("fields", "rows") if answer[name]}

    inquire.__annotations__ = {"body": asked, "bank": bank_here}
    return inquire


def _order(kind: str, asked: Any, bank_here: Any) -> Callable[..., Any]:
    async def order(request_id: Any, body: Any, bank: Any) -> Any:
        params = body.params.model_dump(exclude_unset=True)
        outcome = bank.business.order(
            request_id, kind, body.card_token, params, body.mode, body.approved_by, body.risk_ref
        )
        return {name: value for name, value in outcome.items() if value}

    order.__annotations__ = {"request_id": m.PathId, "body": asked, "bank": bank_here}
    return order


def _ordered(bank_here: Any) -> Callable[..., Any]:
    async def ordered(request_id: Any, bank: Any) -> Any:
        return bank.business.ordered(request_id)

    ordered.__annotations__ = {"request_id": m.PathId, "bank": bank_here}
    return ordered


async def _unknown(kind: str) -> None:
    raise GuitaiError("bank.unknown_business", kind=kind)


def _title(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
