"""Service Printer with one form: a receipt of a title and lines."""

from __future__ import annotations

from typing import Any

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.printer import Printer, Receipt

FORM = "GuitaiReceipt"
"""Fields ``title`` (string) and ``lines`` (array of strings)."""

_PAPER = {"paper_out": "out", "jam": "jammed"}
_ERRORS = {"paper_out": "paperOut", "jam": "paperJammed"}


class PrinterService(Service):
    """PrintForm prints, cuts and hands out."""

    name = "Printer"
    interfaces = ("Printer",)

    def __init__(self, printer: Printer) -> None:
        super().__init__(printer)
        self._printer = printer
        self.handlers |= {"Printer.PrintForm": self._print_form}

    def status(self) -> dict[str, Any]:
        """Return Common.Status with the paper."""
        paper = _PAPER.get(self._printer.state.condition, "full")
        return {**super().status(), "printer": {"media": "notPresent", "paper": {"upper": paper}}}

    def capabilities(self) -> dict[str, Any]:
        """Return what kind of printer it is."""
        return {"printer": {"type": {"receipt": True}, "control": {"eject": True, "cut": True}}}

    async def _print_form(self, job: Job, _emit: Emit) -> Completion:
        if fault := _ERRORS.get(self._printer.state.condition):
            return error(fault)
        if refusal := self.refusal():
            return refusal
        if job.payload.get("formName") != FORM:
            return error("formNotFound")
        fields = job.payload.get("fields") or {}
        title, lines = fields.get("title", ""), fields.get("lines", [])
        if not isinstance(title, str) or not isinstance(lines, list):
            return error("fieldError")
        await self._printer.print(Receipt(title, tuple(lines)))
        return Completion()
