"""What sync has told core of the line: which topics the broker refuses, that headquarters does not answer."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.health.finding import Finding, finding
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect

ANSWERS_S = 2.0


async def told(config: Config) -> list[Finding]:
    """The findings that core has from sync; a core that does not run, or that we may not ask, says nothing."""
    try:
        stream = await connect(config.paths.run / SOCKETS["core"])
    except GuitaiError:
        return []
    rows: list[dict[str, Any]] = []
    try:
        await stream.send("hello", role="technician")
        await stream.send("technician-health")
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(ANSWERS_S):
                async for frame in stream:
                    if frame.type == "health":
                        rows = list(frame.data.get("told", ()))
                        break
    except ConnectionError:
        return []
    finally:
        stream.close()
    return [finding(str(row["code"]), **{str(name): value for name, value in row["about"].items()}) for row in rows]
