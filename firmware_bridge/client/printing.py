"""The printers' client: receipts and statements."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import OUTCOME_UNKNOWN, Link, Links
from firmware_bridge.client.roles import STATEMENT_PRINTER
from firmware_bridge.generated.printer import MediaControlNullable, PrintFormCommand, RetractMediaCommand
from guitai.messages.device import PaperRetracted, PrintDone, Printer, PrintFailed

RECEIPT_PRINTER = "Printer"


@dataclass(frozen=True, slots=True)
class Form:
    """A form with the fields ``title`` and ``lines``; on a real kiosk it is loaded at installation."""

    role: str
    name: str
    media: str
    cut: bool


_FORMS: dict[Printer, Form] = {
    "printer": Form(RECEIPT_PRINTER, "GuitaiReceipt", "Receipt", cut=True),
    "statement_printer": Form(STATEMENT_PRINTER, "GuitaiStatement", "A4", cut=False),
}


class Printing:
    """What core asks of the printers."""

    def __init__(self, links: Links) -> None:
        self._links = links

    async def print(
        self, request_id: str, printer: Printer, title: str, lines: tuple[str, ...]
    ) -> PrintDone | PrintFailed:
        """Print and hand out. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        form = _FORMS[printer]
        wanted = PrintFormCommand(
            formName=form.name,
            mediaName=form.media,
            fields={"title": title, "lines": list(lines)},
            mediaControl=MediaControlNullable(move="eject", cut=True if form.cut else None),
        )
        done = await self._links.of(form.role).send(wanted)
        if done is None:
            return PrintFailed(request_id, OUTCOME_UNKNOWN)
        return PrintDone(request_id) if done.ok else PrintFailed(request_id, code_of(done.answer))

    async def retract(self, request_id: str, printer: Printer) -> PaperRetracted | PrintFailed:
        """Take paper back that nobody took. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        done = await self._links.of(_FORMS[printer].role).send(RetractMediaCommand())
        if done is None:
            return PrintFailed(request_id, OUTCOME_UNKNOWN)
        return PaperRetracted(request_id) if done.ok else PrintFailed(request_id, code_of(done.answer))


def printer_of(link: Link) -> Printer:
    """Return which of our printers a service is; one that is both counts as the receipt printer."""
    return "printer" if RECEIPT_PRINTER in link.interfaces else "statement_printer"
