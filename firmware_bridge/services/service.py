"""What all services share: dispatch, Common.Status and Common.Capabilities, unsolicited events on change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from firmware_bridge.drivers.driver import Driver
from firmware_bridge.generated.common import SetVersionsCommand
from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.dialect import Dialect
from firmware_bridge.protocol.host import COMMON_PROBED, Completion, Job
from firmware_bridge.protocol.typed import read
from firmware_bridge.simulator.device import Device

Emit = Callable[[str, Mapping[str, Any]], None]
"""Tells the command's own client of an event."""

Handler = Callable[[Job, Emit], Awaitable[Completion]]

Tap = Callable[[int, bool, str | bytes], None]
"""Hears what passes: the client's number, whether the service sent it, the text."""

_DEVICE_STATES = {"tamper": "fraudAttempt", "offline": "offline", "jam": "hardwareError"}
_REFUSALS = {"tamper": "fraudAttempt", "offline": "deviceNotReady", "jam": "hardwareError"}
_DRIVER_STATES = {
    "driver.printer_paper_out": "online",  # the paper's own state says it
    "driver.printer_cover_open": "userError",
    "driver.printer_error": "hardwareError",
    "driver.id_reader_broken": "hardwareError",
    "driver.bad_checksum": "hardwareError",
    "driver.port_missing": "noDevice",
    "driver.no_card_reader": "noDevice",
}
"""How a real device's fault is told; any other means that it is not reached."""


class Service:
    """One service: its name is the last part of its address. Subclasses fill in `handlers`."""

    name = ""
    interfaces: tuple[str, ...] = ()
    waits_for_people: frozenset[str] = frozenset()
    """Commands that may be cancelled or time out; all others run to their end, for the machine is moving."""

    asks_only: frozenset[str] = frozenset()
    """Commands that move nothing; link faults strike the others."""

    beside: frozenset[str] = COMMON_PROBED
    """Questions answered while a command only waits for a person."""

    def __init__(self, device: Device[Any] | None = None) -> None:
        self.device = device
        self.driver: Driver | None = None
        self.broadcast: Emit = lambda _name, _payload: None
        self.tap: Tap = lambda _client, _sent, _text: None
        self.handlers: dict[str, Handler] = {
            "Common.Status": self._common_status,
            "Common.Capabilities": self._common_capabilities,
            "Common.SetVersions": self._set_versions,
        }
        if device is not None:
            device.watch(self._changed)

    def bind(self, dialect: Dialect, broadcast: Emit) -> None:
        """Say how clients are told of what happens by itself, and which dialect is spoken."""
        self.broadcast = broadcast
        self._dialect = dialect
        self._shown = self.status()

    def stands_on(self, driver: Driver) -> None:
        """Show the state of a real device, and tell clients when it changes."""
        self.driver = driver
        driver.when_changed(self.tell_changes)

    async def execute(self, job: Job, emit: Emit) -> Completion:
        """Run one command."""
        return await self.handlers[job.name](job, emit)

    def status(self) -> dict[str, Any]:
        """Return the payload of Common.Status."""
        condition = self.device.state.condition if self.device else ""
        state = _DEVICE_STATES.get(condition, "online")
        if self.driver is not None and self.driver.fault:
            state = _DRIVER_STATES.get(self.driver.fault, "offline")
        return {"common": {"device": state, "exchange": "inactive"}}

    def capabilities(self) -> dict[str, Any]:
        """Return the device's own part of Common.Capabilities."""
        return {}

    def refusal(self) -> Completion | None:
        """Return how a moving command is refused while the device is in no state for it."""
        code = _REFUSALS.get(self.device.state.condition) if self.device else None
        return Completion(code) if code else None

    def react(self, old: Any, new: Any) -> None:
        """Tell clients what the device did by itself between two states."""

    def tell_changes(self) -> None:
        """Tell clients of what Common.Status shows differently by now."""
        status = self.status()
        changed = {part: value for part, value in status.items() if self._shown.get(part) != value}
        self._shown = status
        if changed:
            self.broadcast("Common.StatusChangedEvent", changed)

    def _changed(self, old: Any, new: Any) -> None:
        self.react(old, new)
        self.tell_changes()

    async def _common_status(self, _job: Job, _emit: Emit) -> Completion:
        return Completion(payload=self.status())

    async def _common_capabilities(self, _job: Job, _emit: Emit) -> Completion:
        own = {"interfaces": [self._interface(name) for name in ("Common", *self.interfaces)]}
        kind = "simulated" if self.driver is None else "driver of a real"
        device = {"modelName": f"Guitai {kind} {self.name}", "serialNumber": "0", "revisionNumber": "1"}
        common = {"serviceVersion": "1.0", "deviceInformation": [device]}
        return Completion(payload={**own, "common": common, **self.capabilities()})

    async def _set_versions(self, job: Job, _emit: Emit) -> Completion:
        """Agree to the versions that are spoken here, one of each, and to no others."""
        wanted = read(job, SetVersionsCommand)
        commands = all(
            name in self.handlers and major == _major(self._version(name)) for name, major in _given(wanted.commands)
        )
        events = all(major in _event_majors(name) for name, major in _given(wanted.events))
        return Completion() if commands and events else Completion("unsupportedData")

    def _interface(self, name: str) -> dict[str, Any]:
        commands = {
            command: {"versions": [self._version(command)]}
            for command in (*self.handlers, "Common.Cancel")
            if command.startswith(name + ".")
        }
        return {"name": name, "commands": commands, "events": {}}

    def _version(self, command: str) -> str:
        entry = catalog.definition(command, "command")
        assert entry is not None, command
        return self._dialect.common_version if command in COMMON_PROBED else entry.version


def _given(wanted: Mapping[str, int | None] | None) -> list[tuple[str, int]]:
    return [(name, major) for name, major in (wanted or {}).items() if major is not None]


def _event_majors(name: str) -> set[int]:
    entries = (catalog.definition(name, kind) for kind in ("event", "unsolicited"))
    return {_major(entry.version) for entry in entries if entry is not None}


def _major(version: str) -> int:
    return int(version.partition(".")[0])
