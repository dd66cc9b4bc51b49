"""Service Printer: one form, a title and lines; on a roll it is a receipt, on sheets a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from firmware_bridge.drivers.receipts import Paper
from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.device import Device
from firmware_bridge.simulator.printer import Printer, PrinterState
from guitai.errors import GuitaiError

RECEIPT_FORM = "GuitaiReceipt"
STATEMENT_FORM = "GuitaiStatement"
"""Fields of both: ``title`` (string) and ``lines`` (array of strings)."""

RETRACT_UNIT = "unit1"
_MEDIA = {"none": "notPresent", "inside": "present", "exit": "entering"}
_ANSWERS = {"driver.printer_paper_out": "paperOut", "driver.printer_error": "paperJammed"}


class Prints(Protocol):
    """What PrintForm needs of a printer: a part of `drivers.receipts.ReceiptPrinter`."""

    @property
    def paper(self) -> Paper:
        """The paper as last reported."""
        ...

    async def print(self, title: str, lines: Sequence[str]) -> None:
        """Print one piece and cut it."""
        ...


class PrinterService(Service):
    """PrintForm over any receipt printer: the piece is with the customer when it is printed."""

    name = "Printer"
    interfaces = ("Printer",)
    form = RECEIPT_FORM

    def __init__(self, printer: Prints, device: Device[PrinterState] | None = None) -> None:
        super().__init__(device)
        self._prints = printer
        self.handlers |= {"Printer.PrintForm": self._print_form}

    def status(self) -> dict[str, Any]:
        """Return Common.Status with the paper."""
        return {**super().status(), "printer": {"media": "notPresent", "paper": {"upper": self._prints.paper}}}

    def capabilities(self) -> dict[str, Any]:
        """Return what kind of printer it is."""
        return {"printer": {"type": {"receipt": True}, "control": {"eject": True, "cut": True}, "mediaTaken": False}}

    async def _print_form(self, job: Job, emit: Emit) -> Completion:
        if self._prints.paper == "jammed":
            return error("paperJammed")
        if refusal := self.refusal():
            return refusal
        if job.payload.get("formName") != self.form:
            return error("formNotFound")
        fields = job.payload.get("fields") or {}
        title, lines = fields.get("title") or "", fields.get("lines") or []
        if not isinstance(title, str) or not isinstance(lines, list):
            return error("fieldError")
        try:
            await self._prints.print(title, lines)
        except GuitaiError as fault:
            answer = _ANSWERS.get(fault.code)
            return error(answer) if answer else Completion("deviceNotReady")
        return await self._printed(job, emit)

    async def _printed(self, _job: Job, _emit: Emit) -> Completion:
        return Completion()


class TrayPrinterService(PrinterService):
    """A printer whose exit has a sensor and which can take paper back."""

    def __init__(self, printer: Printer) -> None:
        super().__init__(printer, printer)
        self._printer = printer
        self.handlers |= {
            "Printer.ControlMedia": self._control,
            "Printer.RetractMedia": self._retract,
            "Printer.Reset": self._reset,
            "Printer.SupplyReplenish": self._replenish,
        }

    def status(self) -> dict[str, Any]:
        """Return Common.Status with the paper and where the last piece is."""
        status = super().status()
        state = self._printer.state
        status["printer"]["media"] = "jammed" if state.condition == "jam" else _MEDIA[state.place]
        return status

    def capabilities(self) -> dict[str, Any]:
        """Return what kind of printer it is."""
        sheets = self._printer.stock.lines_per_sheet > 0
        kind = {
            "type": {"document": True} if sheets else {"receipt": True},
            "control": {"eject": True, "cut": not sheets, "retract": True},
            "multiPage": sheets,
            "mediaTaken": True,
            "mediaPresented": True,
            "paperSources": {"upper": True},
        }
        return {"printer": kind}

    def react(self, old: PrinterState, new: PrinterState) -> None:
        """Tell of paper taken and of paper running low."""
        if new.taken > old.taken:
            self.broadcast("Printer.MediaTakenEvent", {})
        before = self._shown["printer"]["paper"]["upper"]
        if (paper := self._printer.paper) != before and paper in {"full", "low", "out"}:
            self.broadcast("Printer.PaperThresholdEvent", {"paperSource": "upper", "threshold": paper})

    async def _printed(self, job: Job, emit: Emit) -> Completion:
        if (job.payload.get("mediaControl") or {}).get("move") == "eject":
            await self._present(emit)
        return Completion()

    async def _present(self, emit: Emit) -> None:
        await self._printer.present()
        emit("Printer.MediaPresentedEvent", {"wadIndex": 1, "totalWads": 1})

    async def _control(self, job: Job, emit: Emit) -> Completion:
        if self._printer.state.condition == "jam":
            return error("mediaJammed")
        if self._printer.state.place == "none":
            return error("noMediaPresent")
        match (job.payload.get("mediaControl") or {}).get("move"):
            case "eject":
                await self._present(emit)
                return Completion()
            case "retract":
                return await self._draw_in()
            case _:
                return Completion("unsupportedData")

    async def _retract(self, job: Job, _emit: Emit) -> Completion:
        if job.payload.get("mediaControl") not in {None, RETRACT_UNIT}:
            return Completion("unsupportedData")
        if self._printer.state.place == "none":
            return error("noMediaPresent", result="nomedia")
        outcome = await self._draw_in()
        return Completion(payload={"result": RETRACT_UNIT}) if outcome.code == "success" else outcome

    async def _reset(self, _job: Job, _emit: Emit) -> Completion:
        if self._printer.state.place == "none":
            return self.refusal() or Completion()
        return await self._draw_in()

    async def _replenish(self, job: Job, _emit: Emit) -> Completion:
        if job.payload.get("upper"):
            self._printer.load()
        return Completion()

    async def _draw_in(self) -> Completion:
        if self._printer.state.condition == "jam":
            return error("mediaJammed")
        if self._printer.state.condition == "retract_full":
            return error("retractBinFull")
        await self._printer.retract()
        return Completion()


class StatementPrinterService(TrayPrinterService):
    """The printer for statements: sheets instead of a roll."""

    name = "StatementPrinter"
    form = STATEMENT_FORM
