"""What every gesture of a hand has in common: its shape, checked at the socket, and a table of who carries it out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from guitai.errors import GuitaiError


class Gesture(BaseModel):
    """A gesture without further data."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AtPrinter(Gesture):
    """A gesture at one of the printers."""

    printer: Literal["printer", "statement_printer"]


GestureTable = dict[str, tuple[type[Gesture], Callable[[Any], Awaitable[dict[str, Any]]]]]
"""Name of the gesture, its shape, and what carries it out and returns the answer's data."""


async def something_there(waiting: Awaitable[None], device: str, patience_s: float) -> None:
    """Wait until there is something to take. Raises GuitaiError ``device.nothing_to_take``."""
    nothing = GuitaiError("device.nothing_to_take", device=device, seconds=patience_s)
    await in_time(waiting, patience_s, nothing)


async def in_time(waiting: Awaitable[None], patience_s: float, too_late: GuitaiError) -> None:
    """Wait until a machine is ready for a hand. Raises `too_late`."""
    try:
        async with asyncio.timeout(patience_s):
            await waiting
    except TimeoutError:
        raise too_late from None
