"""Service OperatorPanel: the vendor's maintenance mode, the vendor's program, a small text screen.

The mode changes only when every registered application has agreed (VendorMode); an application that registers again
under its name, on a new connection, takes its old place.
"""

from __future__ import annotations

import asyncio
from typing import Any

from firmware_bridge.protocol.host import Completion, Job
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.panel import COLUMNS, ROWS, Panel, PanelState


class PanelService(Service):
    """A technician's key and EnterModeRequest do the same."""

    name = "OperatorPanel"
    interfaces = ("VendorMode", "VendorApplication", "TextTerminal")
    asks_only = frozenset({"VendorMode.Register", "VendorApplication.GetActiveInterface"})

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._apps: dict[str, int] = {}
        self._agreed: set[int] = set()
        self.handlers |= {
            "VendorMode.Register": self._register,
            "VendorMode.EnterModeRequest": lambda _job, _emit: self._request(enter=True),
            "VendorMode.ExitModeRequest": lambda _job, _emit: self._request(enter=False),
            "VendorMode.EnterModeAcknowledge": lambda job, _emit: self._acknowledge(job, enter=True),
            "VendorMode.ExitModeAcknowledge": lambda job, _emit: self._acknowledge(job, enter=False),
            "VendorApplication.StartLocalApplication": self._start,
            "VendorApplication.GetActiveInterface": self._get_interface,
            "VendorApplication.SetActiveInterface": self._set_interface,
            "TextTerminal.ClearScreen": self._clear,
            "TextTerminal.Write": self._write,
        }

    def status(self) -> dict[str, Any]:
        """Return Common.Status with the mode."""
        panel = self._panel.state
        return {
            **super().status(),
            "vendorMode": {"device": "online", "service": panel.mode},
            "vendorApplication": {"accessLevel": "full" if panel.application else "notActive"},
            "textTerminal": {"displaySizeX": COLUMNS, "displaySizeY": ROWS},
        }

    def capabilities(self) -> dict[str, Any]:
        """Return the size of the screen."""
        return {
            "vendorApplication": {"supportedAccessLevels": {"full": True}},
            "textTerminal": {
                "type": "fixed",
                "resolutions": [{"sizeX": COLUMNS, "sizeY": ROWS}],
                "keyLock": False,
                "cursor": False,
                "forms": False,
            },
        }

    def react(self, old: PanelState, new: PanelState) -> None:
        """Tell of a mode asked for, entered or left, and of the vendor's program."""
        if new.mode != old.mode:
            self._tell_mode(new)
        if new.interface != old.interface:
            self.broadcast("VendorApplication.InterfaceChangedEvent", {"activeInterface": new.interface})
        if old.application and not new.application:
            self.broadcast("VendorApplication.VendorAppExitedEvent", {})

    def _tell_mode(self, new: PanelState) -> None:
        match new.mode:
            case "enterPending" | "exitPending":
                self._agreed.clear()
                name = "EnterModeRequestEvent" if new.mode == "enterPending" else "ExitModeRequestEvent"
                self.broadcast(f"VendorMode.{name}", {})
                # After this change is told: with nobody to ask, the next one follows at once.
                asyncio.get_running_loop().call_soon(self._settle)
            case "active":
                self.broadcast("VendorMode.ModeEnteredEvent", {})
            case "inactive":
                self.broadcast("VendorMode.ModeExitedEvent", {"connectedApplications": sorted(self._apps)})

    def _settle(self) -> None:
        if self._agreed.issuperset(self._apps.values()):
            self._panel.settle()

    async def _register(self, job: Job, _emit: Emit) -> Completion:
        if not job.payload.get("appName"):
            return Completion("invalidData")
        self._apps[job.payload["appName"]] = job.peer
        return Completion()

    async def _request(self, *, enter: bool) -> Completion:
        if refusal := self.refusal():
            return refusal
        self._panel.ask(enter)
        return Completion()

    async def _acknowledge(self, job: Job, *, enter: bool) -> Completion:
        pending, done = ("enterPending", "active") if enter else ("exitPending", "inactive")
        mode = self._panel.state.mode
        if mode == pending and job.peer in self._apps.values():
            self._agreed.add(job.peer)
            self._settle()
            return Completion()
        return Completion() if mode == done else Completion("sequenceError")

    async def _start(self, job: Job, _emit: Emit) -> Completion:
        if self._panel.state.mode != "active":
            return Completion("sequenceError")
        if not job.payload.get("appName"):
            return Completion("invalidData")
        self._panel.run(job.payload["appName"])
        return Completion()

    async def _get_interface(self, _job: Job, _emit: Emit) -> Completion:
        return Completion(payload={"activeInterface": self._panel.state.interface})

    async def _set_interface(self, job: Job, _emit: Emit) -> Completion:
        wanted = job.payload.get("activeInterface")
        if wanted is None:
            return Completion("invalidData")
        self._panel.use(wanted)
        return Completion()

    async def _clear(self, _job: Job, _emit: Emit) -> Completion:
        self._panel.clear()
        return Completion()

    async def _write(self, job: Job, _emit: Emit) -> Completion:
        if job.payload.get("mode", "absolute") != "absolute":
            return Completion("unsupportedData")
        self._panel.write(job.payload.get("posX") or 0, job.payload.get("posY") or 0, job.payload.get("text") or "")
        return Completion()
