"""The client's end of one XFS4IoT connection, without I/O: numbers commands and matches what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.generated.common import CapabilitiesCompletion, SetVersionsCommand
from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.envelope import MalformedError, Message, build, parse
from firmware_bridge.protocol.typed import CommandBody, named

PROBED_VERSIONS = ("2.0", "3.0", "1.0")
"""Command versions of Common.Status and Common.Capabilities, in the order they are tried."""

VERSION_REFUSED = frozenset(
    {"invalidCommand", "unsupportedCommand", "invalidMessage", "unsupportedData", "invalidData"}
)
"""Answers that say: try another version."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A command ended. `code` may also be an acknowledge's refusal (``invalidMessage`` …)."""

    request_id: int
    name: str
    code: str
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.code == "success"

    @property
    def answer(self) -> str:
        """The most exact code of the outcome: the command's own error code where there is one."""
        if self.code == "commandErrorCode":
            return str(self.payload.get("errorCode") or self.code)
        return self.code


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened during a command of ours."""

    request_id: int
    name: str
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Garbled:
    """A command ended, but how cannot be read: its outcome is unknown."""

    request_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Unsolicited:
    """Something happened by itself."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)


class ClientSession:
    """One connection's state. Feed what arrives to `receive`; send what `command` and `cancel` return."""

    def __init__(self) -> None:
        self._last_id = 0
        self._pending: dict[int, str] = {}
        self._accepted: set[int] = set()
        self._offered: dict[str, tuple[str, ...]] = {}

    @property
    def under_way(self) -> tuple[int, ...]:
        """The requestIds not answered yet, in the order they were sent."""
        return tuple(self._pending)

    def learn(self, capabilities: CapabilitiesCompletion) -> None:
        """Take the command versions from Common.Capabilities."""
        for interface in capabilities.interfaces or ():
            for name, entry in (interface.commands or {}).items():
                full = name if "." in name else f"{interface.name}.{name}"
                self._offered[full] = tuple((entry.versions if entry else None) or ())

    def choice(self, capabilities: CapabilitiesCompletion) -> SetVersionsCommand | None:
        """Return what to ask of a service that speaks several major versions of something; None where there is no choice."""
        if SetVersionsCommand.NAME not in self._offered:
            return None
        commands = {name: _major(self._version(name)) for name, versions in self._offered.items() if _several(versions)}
        events: dict[str, int | None] = {}
        for interface in capabilities.interfaces or ():
            for name, entry in (interface.events or {}).items():
                versions = tuple((entry.versions if entry else None) or ())
                full = name if "." in name else f"{interface.name}.{name}"
                ours = catalog.definition(full, "event") or catalog.definition(full, "unsolicited")
                if ours is not None and _several(versions) and _major(ours.version) in map(_major, versions):
                    events[full] = _major(ours.version)
        return SetVersionsCommand(commands={**commands}, events=events) if commands or events else None

    def offered(self, name: str) -> tuple[str, ...]:
        """Return a command's versions by Common.Capabilities; empty when it says nothing of the command."""
        return self._offered.get(name, ())

    def command(
        self,
        command: str | CommandBody,
        payload: Mapping[str, Any] | None = None,
        timeout_ms: int = 0,
        version: str = "",
    ) -> tuple[int, str]:
        """Return the new command's requestId and text. Raises GuitaiError ``xfs.bad_message``, ``xfs.too_large``."""
        request_id = self._last_id + 1
        name, data = named(command, payload)
        version = version or self._version(name)
        text = build(Message("command", name, request_id, data, version=version, timeout_ms=timeout_ms))
        self._last_id = request_id
        self._pending[request_id] = name
        return request_id, text

    def cancel(self, request_id: int) -> str:
        """Return the text of a Common.Cancel for one of our commands."""
        return self.command("Common.Cancel", {"requestIds": [request_id]})[1]

    def receive(self, text: str | bytes) -> Completed | Event | Unsolicited | Garbled | None:
        """Return what a text means to the caller; None for acknowledges and for what nobody waits for.

        Raises GuitaiError ``xfs.malformed`` or ``xfs.too_large``; the session lives on.
        """
        try:
            message = parse(text)
        except MalformedError as fault:
            if fault.type == "completion" and fault.request_id in self._pending:
                return Garbled(fault.request_id, self._pending.pop(fault.request_id))
            raise
        request_id = message.request_id
        if message.type in {"event", "unsolicited"}:
            return self._event(message)
        if request_id is None or request_id not in self._pending:
            return None
        if message.type == "acknowledge":
            if not message.status:
                self._accepted.add(request_id)
                return None
            if message.status == "invalidRequestID" and request_id in self._accepted:
                return None  # the command arrived twice: the first one is under way
            return Completed(request_id, self._pending.pop(request_id), message.status)
        if message.type == "completion":
            self._accepted.discard(request_id)
            name = self._pending.pop(request_id)
            payload = catalog.readable(catalog.definition(name, "completion"), message.payload)
            return Completed(request_id, name, message.completion_code, payload)
        return None

    def lost(self) -> None:
        """Forget what was under way: the connection is gone, nothing of it will be answered."""
        self._pending.clear()
        self._accepted.clear()

    def _event(self, message: Message) -> Event | Unsolicited:
        """Sort an event by what the catalogue knows of its name: services mix the two types up.

        What happens by itself stays so although it carries the requestId of the command that brought it about, else
        nobody would hear of a card or of notes that were taken. What belongs to a command but carries no requestId is
        given to the oldest command of its interface: a service runs one command at a time.
        """
        by_itself, during = (catalog.definition(message.name, kind) for kind in ("unsolicited", "event"))
        payload = catalog.readable(by_itself or during, message.payload)
        if by_itself is not None:
            return Unsolicited(message.name, payload)
        request_id = message.request_id
        if request_id is None and during is not None:
            interface = message.name.partition(".")[0] + "."
            request_id = next((one for one, name in self._pending.items() if name.startswith(interface)), None)
        if request_id is not None and request_id in self._pending:
            return Event(request_id, message.name, payload)
        return Unsolicited(message.name, payload)

    def _version(self, name: str) -> str:
        entry = catalog.definition(name, "command")
        ours = entry.version if entry else "1.0"
        offered = self._offered.get(name, ())
        if not offered or ours in offered:
            return ours
        same_major = [v for v in offered if v.partition(".")[0] == ours.partition(".")[0]]
        return max(same_major or offered, key=_sort_key)


def _sort_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _major(version: str) -> int:
    major = version.partition(".")[0]
    return int(major) if major.isdigit() else 0


def _several(versions: tuple[str, ...]) -> bool:
    return len({_major(version) for version in versions}) > 1
