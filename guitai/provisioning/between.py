"""Between customers: core keeps them away while keys change hands, and says whether anything still waits for headquarters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from guitai.cli.devices.core import Core, RefusedError, core_is_away, technician
from guitai.config import Config
from guitai.errors import GuitaiError

DRAIN_S = 60.0
LOOK_S = 0.5


@asynccontextmanager
async def held(config: Config) -> AsyncIterator[Core | None]:
    """Keep customers away while the block runs; yields None where no core runs. Raises GuitaiError ``enrolment.serving``."""
    try:
        async with technician(config) as core:
            await core.ask("technician-hold")
            yield core
    except RefusedError as error:
        raise GuitaiError("enrolment.serving", reason=error.english()) from error
    except GuitaiError as error:
        if not core_is_away(error):
            raise
        yield None


async def drained(core: Core | None, *, within_s: float = DRAIN_S) -> None:
    """Wait until nothing waits for headquarters any more. Raises GuitaiError ``enrolment.undelivered``, ``serving``."""
    if core is None:
        raise GuitaiError("enrolment.serving", reason="core does not run, so nobody knows what still waits")
    waiting = 1
    try:
        async with asyncio.timeout(within_s):
            while waiting := await undelivered(core):  # noqa: ASYNC110 - another process tells
                await asyncio.sleep(LOOK_S)
    except TimeoutError as error:
        raise GuitaiError("enrolment.undelivered", count=waiting) from error


async def undelivered(core: Core) -> int:
    """Return how many events wait for headquarters (counted up to 500)."""
    return int((await core.ask("technician-outbox"))["waiting"])
