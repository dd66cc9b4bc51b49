"""The printer's client."""

from __future__ import annotations

from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import Links
from guitai.errors import GuitaiError
from guitai.messages.device import PrintDone, PrintFailed

FORM = "GuitaiReceipt"
"""A form with the fields ``title`` and ``lines``; on a real kiosk it is loaded at installation."""


class Printing:
    """What core asks of the printer."""

    def __init__(self, links: Links) -> None:
        self._links = links

    async def receipt(self, request_id: str, title: str, lines: tuple[str, ...]) -> PrintDone | PrintFailed:
        """Print, cut and hand out. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        wanted = {
            "formName": FORM,
            "mediaName": "Receipt",
            "fields": {"title": title, "lines": list(lines)},
            "mediaControl": {"move": "eject", "cut": True},
        }
        try:
            done = await self._links.of("Printer").request("Printer.PrintForm", wanted)
        except GuitaiError as error:
            if error.retryable:
                raise
            return PrintFailed(request_id, error.code)
        return PrintDone(request_id) if done.ok else PrintFailed(request_id, code_of(done.answer))
