"""What every gesture of a hand has in common: its shape, checked at the socket, and a table of who carries it out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ConfigDict

from guitai.errors import GuitaiError


class Gesture(BaseModel):
    """A gesture without further data."""

    model_config = ConfigDict(extra="forbid", frozen=True)


GestureTable = dict[str, tuple[type[Gesture], Callable[[Any], Awaitable[dict[str, Any]]]]]
"""Name of the gesture, its shape, and what carries it out and returns the answer's data."""


async def something_there(waiting: Awaitable[None], device: str, patience_s: float) -> None:
    """Wait until there is something to take. Raises GuitaiError ``device.nothing_to_take``."""
    try:
        async with asyncio.timeout(patience_s):
            await waiting
    except TimeoutError:
        raise GuitaiError("device.nothing_to_take", device=device, seconds=patience_s) from None
