"""A command that waits for the customer: at most one, which can be called off."""

from __future__ import annotations

from firmware_bridge.client.link import Links, Request
from firmware_bridge.protocol.client import Completed
from firmware_bridge.protocol.typed import CommandBody
from guitai.errors import GuitaiError


class Waiting:
    """One device's waiting command."""

    def __init__(self, links: Links, role: str) -> None:
        self._links, self._role = links, role
        self._request: Request | None = None

    async def ask(self, command: CommandBody, timeout_ms: int) -> Completed:
        """Send the command, which moves nothing, and wait for its end.

        Raises GuitaiError ``device.not_connected``, also when the connection breaks meanwhile: asking again is safe.
        """
        await self.cancel()
        request = await self._links.of(self._role).begin(command, timeout_ms=timeout_ms)
        self._request = request
        try:
            return await request.done
        except GuitaiError as error:
            raise GuitaiError("device.not_connected", device=self._role) from error
        finally:
            if self._request is request:
                self._request = None

    async def cancel(self) -> None:
        """Call it off."""
        if self._request is not None and self._links.offers(self._role):
            await self._links.of(self._role).cancel(self._request)
