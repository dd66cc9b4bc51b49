"""Which queue a work order goes to and by when it is due, from routing.yaml. Checked on load."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from guitai.dialogue.data import filing
from guitai.messages.risk import Level
from guitai.messages.service import Cause

HOUR_MS = 3_600_000


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Queue(_Data):
    """Who works on it."""

    zh: str
    within_h: Annotated[int, Field(ge=1, le=24 * 30)]


class Route(_Data):
    """What goes to a queue; all conditions that are given must hold."""

    solution: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    cause: tuple[Cause, ...] = ()
    risk_level: tuple[Level, ...] = ()
    queue: str

    def fits(self, order: Mapping[str, Any]) -> bool:
        """Return whether a work order goes this way."""
        return all(not wanted or order[name] in wanted for name, wanted in self.conditions().items())

    def conditions(self) -> dict[str, tuple[str, ...]]:
        """Return the wanted codes by column; nothing wanted fits everything."""
        return {
            "solution": self.solution, "category": self.category, "cause": self.cause, "risk_level": self.risk_level,
        }  # fmt: skip


class Routing(_Data):
    """The whole file."""

    queues: dict[str, Queue]
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for number, route in enumerate(self.routes, 1):
            if route.queue not in self.queues:
                raise ValueError(f"routes.{number}: there is no queue {route.queue}")
            if strange := sorted({*route.solution} - filing().solutions.keys()):
                raise ValueError(f"routes.{number}: there is no solution {strange[0]}")
            if strange := sorted({*route.category} - filing().types.keys()):
                raise ValueError(f"routes.{number}: there is no type {strange[0]}")
            last = number == len(self.routes)
            if last == any(route.conditions().values()):
                raise ValueError("routes: the last route, and only the last, takes everything that is left")
        return self

    def of(self, order: Mapping[str, Any]) -> tuple[str, int]:
        """Return queue and due time (Unix ms) of a row of work_orders."""
        name = next(route.queue for route in self.routes if route.fits(order))
        return name, order["at_ms"] + self.queues[name].within_h * HOUR_MS


ROUTING = Routing(
    **yaml.safe_load(resources.files("headquarters.service").joinpath("routing.yaml").read_text(encoding="utf-8"))
)
