"""A command that waits for the customer: at most one, which can be called off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firmware_bridge.client.link import Links, Request
from firmware_bridge.protocol.client import Completed


class Waiting:
    """One device's waiting command."""

    def __init__(self, links: Links, role: str) -> None:
        self._links, self._role = links, role
        self._request: Request | None = None

    async def ask(self, name: str, payload: Mapping[str, Any], timeout_ms: int) -> Completed:
        """Send the command and wait for its end. Raises GuitaiError ``device.not_connected``, ``device.outcome_unknown``."""
        await self.cancel()
        request = await self._links.of(self._role).begin(name, payload, timeout_ms=timeout_ms)
        self._request = request
        try:
            return await request.done
        finally:
            if self._request is request:
                self._request = None

    async def cancel(self) -> None:
        """Call it off."""
        if self._request is not None and self._links.offers(self._role):
            await self._links.of(self._role).cancel(self._request)
