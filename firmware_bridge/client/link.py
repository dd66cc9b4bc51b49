"""One lasting connection to one XFS4IoT service: probes it, comes back after a break, never sends anything twice."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from firmware_bridge.client.dial import Connection, Dial, dial
from firmware_bridge.client.roles import roles
from firmware_bridge.generated.common import CapabilitiesCommand, CapabilitiesCompletion, StatusCommand
from firmware_bridge.protocol.client import (
    PROBED_VERSIONS,
    VERSION_REFUSED,
    ClientSession,
    Completed,
    Event,
    Garbled,
    Unsolicited,
)
from firmware_bridge.protocol.typed import CommandBody, read
from guitai.errors import GuitaiError

FIRST_RETRY_S = 0.05
LAST_RETRY_S = 2.0
PROBE_S = 5.0
TRIES = 5
"""Failures in a row after which the service's address is asked for again."""

OUTCOME_UNKNOWN = "device.outcome_unknown"
"""The code of every command that was sent and not answered."""

IDENTITY_CHARS = 16

SETTLE_S = 0.05
"""How long an event that overtook its command's completion is held back, so that the outcome is heard first."""

OnEvent = Callable[[str, Mapping[str, Any]], None]
log = structlog.get_logger()


class RediscoverError(Exception):
    """The service does not answer at its address any more."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command under way. `done` raises GuitaiError ``device.outcome_unknown`` when the connection breaks."""

    request_id: int
    done: asyncio.Future[Completed]


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom a link tells of what happens by itself."""

    up: Callable[[Link], None]
    down: Callable[[Link], None]
    unsolicited: Callable[[Link, Unsolicited], None]


class Link:
    """A service at one address."""

    def __init__(self, uri: str, watch: Watch, dial: Dial = dial) -> None:
        self.uri = uri
        self._dial = dial
        self.interfaces: frozenset[str] = frozenset()
        self.status: dict[str, Any] = {}
        self.identity = ""
        """Hash of the device's models and serial numbers; empty when it tells none."""

        self._watch = watch
        self._session = ClientSession()
        self._connection: Connection | None = None
        self._waiting: dict[int, tuple[str, asyncio.Future[Completed], OnEvent | None]] = {}

    @property
    def name(self) -> str:
        """The last part of the address, for messages to people."""
        return self.uri.rstrip("/").rpartition("/")[2]

    async def run(self) -> None:
        """Keep connected until cancelled. Raises RediscoverError when the address is dead."""
        failures, address = 0, self.uri
        while failures < TRIES:
            try:
                async with self._dial(address) as connection:
                    if await self._live(connection):
                        failures = 0
            except InvalidStatus as refused:
                if refused.response.status_code == HTTPStatus.NOT_FOUND:  # some want the slash, some do not
                    address = address.removesuffix("/") if address.endswith("/") else address + "/"
            except (OSError, WebSocketException, TimeoutError, GuitaiError) as error:
                log.debug("service lost", service=self.name, reason=str(error))
            failures += 1
            await asyncio.sleep(min(FIRST_RETRY_S * 2**failures, LAST_RETRY_S))
        raise RediscoverError(self.uri)

    async def begin(
        self,
        command: str | CommandBody,
        payload: Mapping[str, Any] | None = None,
        *,
        timeout_ms: int = 0,
        version: str = "",
        on_event: OnEvent | None = None,
    ) -> Request:
        """Send a command: a typed one, or a name with its payload.

        Raises GuitaiError ``device.not_connected`` while nothing was sent.
        """
        connection = self._connection
        if connection is None or connection.close_code is not None:
            raise GuitaiError("device.not_connected", device=self.name)
        request_id, text = self._session.command(command, payload, timeout_ms, version)
        done = asyncio.get_running_loop().create_future()
        name = command if isinstance(command, str) else command.NAME
        self._waiting[request_id] = (name, done, on_event)
        # If sending fails it may still have arrived: the break is noticed by `_live`, which fails `done`.
        with contextlib.suppress(ConnectionClosed):
            await connection.send(text)
        return Request(request_id, done)

    async def request(
        self,
        command: str | CommandBody,
        payload: Mapping[str, Any] | None = None,
        *,
        timeout_ms: int = 0,
        version: str = "",
    ) -> Completed:
        """Send a command and wait for its end. Raises GuitaiError ``device.not_connected``, ``device.outcome_unknown``."""
        begun = await self.begin(command, payload, timeout_ms=timeout_ms, version=version)
        return await begun.done

    async def send(self, command: str | CommandBody, payload: Mapping[str, Any] | None = None) -> Completed | None:
        """Send a command and return its completion, or None when nobody knows whether it was done.

        What it raises was raised while nothing was sent: GuitaiError ``device.not_connected``, ``xfs.bad_message``,
        ``xfs.too_large``.
        """
        try:
            return await self.request(command, payload)
        except GuitaiError as error:
            if error.code != OUTCOME_UNKNOWN:
                raise
            return None

    async def ask(
        self, command: str | CommandBody, payload: Mapping[str, Any] | None = None, *, timeout_ms: int = 0
    ) -> Completed:
        """Send a command that moves nothing. Raises GuitaiError ``device.not_connected``: asking again is safe."""
        try:
            return await self.request(command, payload, timeout_ms=timeout_ms)
        except GuitaiError as error:
            if error.code != OUTCOME_UNKNOWN:
                raise
            raise GuitaiError("device.not_connected", device=self.name) from error

    async def asked(self, command: str | CommandBody, payload: Mapping[str, Any] | None = None) -> Completed:
        """Ask what has to succeed. Raises GuitaiError ``device.not_connected``, ``device.failed``."""
        done = await self.ask(command, payload)
        if not done.ok:
            raise GuitaiError("device.failed", command=done.name, answer=done.answer)
        return done

    async def cancel(self, request: Request) -> None:
        """Ask the service to stop a command; its end comes all the same."""
        if self._connection is not None and not request.done.done():
            with contextlib.suppress(ConnectionClosed):
                await self._connection.send(self._session.cancel(request.request_id))

    async def _live(self, connection: Connection) -> bool:
        self._session = ClientSession()
        self._connection = connection
        reading = asyncio.create_task(self._read(connection))
        is_up = False
        try:
            async with asyncio.timeout(PROBE_S):
                await self._probe()
            is_up = True
            self._watch.up(self)
            await reading
        finally:
            reading.cancel()
            self._connection = None
            self._fail_waiting()
            if is_up:
                self._watch.down(self)
        return is_up

    async def _read(self, connection: Connection) -> None:
        try:
            async for text in connection:
                self._receive(text)
        except ConnectionClosed:
            pass
        finally:
            self._fail_waiting()

    def _receive(self, text: str | bytes) -> None:
        try:
            received = self._session.receive(text)
        except GuitaiError as error:
            log.warning("unreadable message", service=self.name, code=error.code)
            return
        if isinstance(received, Completed):
            waiting = self._waiting.pop(received.request_id, None)
            if waiting is not None and not waiting[1].done():
                waiting[1].set_result(received)
        elif isinstance(received, Garbled):
            log.error("unreadable completion", service=self.name, command=received.name)
            waiting = self._waiting.pop(received.request_id, None)
            if waiting is not None:  # nobody waits for the end of a Common.Cancel
                self._fail(*waiting[:2])
        elif isinstance(received, Event):
            waiting = self._waiting.get(received.request_id)
            if waiting is not None and waiting[2] is not None:
                waiting[2](received.name, received.payload)
        elif isinstance(received, Unsolicited):
            if received.name == "Common.StatusChangedEvent":
                self._merge(received.payload)
            self._watch.unsolicited(self, received)

    def _fail_waiting(self) -> None:
        self._session.lost()
        for name, done, _ in self._waiting.values():
            self._fail(name, done)
        self._waiting.clear()

    def _fail(self, name: str, done: asyncio.Future[Completed]) -> None:
        if not done.done():
            done.set_exception(GuitaiError(OUTCOME_UNKNOWN, device=self.name, command=name))
            done.exception()  # marks it as seen: who asked may have gone

    async def _probe(self) -> None:
        completed = await self._common(CapabilitiesCommand(), PROBED_VERSIONS)
        capabilities = read(completed, CapabilitiesCompletion)
        self._session.learn(capabilities)
        self.identity = _identity(capabilities)
        if (choice := self._session.choice(capabilities)) and not (chosen := await self.request(choice)).ok:
            log.warning("versions not agreed", service=self.name, answer=chosen.answer)
        # The names as they are: a vendor's own interface is in no catalogue.
        listed = completed.payload.get("interfaces")
        names = [one.get("name") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        self.interfaces = roles(frozenset(name for name in names if isinstance(name, str)), completed.payload)
        self.status = {}
        versions = self._session.offered(StatusCommand.NAME) or PROBED_VERSIONS
        self._merge((await self._common(StatusCommand(), versions)).payload)

    async def _common(self, command: CommandBody, versions: tuple[str, ...]) -> Completed:
        answer = ""
        for version in versions:
            completed = await self.request(command, version=version)
            if completed.ok:
                return completed
            answer = completed.answer
            if completed.code not in VERSION_REFUSED:
                break
        raise GuitaiError("device.failed", command=command.NAME, answer=answer)

    def _merge(self, status: Mapping[str, Any]) -> None:
        for part, values in status.items():
            if isinstance(values, dict):
                known = {key: value for key, value in values.items() if value is not None}
                self.status[part] = {**self.status.get(part, {}), **known}


def _identity(capabilities: CapabilitiesCompletion) -> str:
    told = (capabilities.common.deviceInformation if capabilities.common else None) or []
    parts = sorted(f"{one.modelName or ''}\0{one.serialNumber or ''}" for one in told)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:IDENTITY_CHARS] if parts else ""


class Links:
    """The links that are up, by interface."""

    def __init__(self) -> None:
        self._up: list[Link] = []

    def add(self, link: Link) -> None:
        """A link came up."""
        self._up.append(link)

    def drop(self, link: Link) -> None:
        """A link went down."""
        self._up.remove(link)

    @property
    def up(self) -> tuple[Link, ...]:
        """The links themselves."""
        return tuple(self._up)

    def offers(self, interface: str) -> bool:
        """Whether a service with the interface is there."""
        return any(interface in link.interfaces for link in self._up)

    def of(self, interface: str) -> Link:
        """Return the service with the interface. Raises GuitaiError ``device.not_connected``."""
        for link in self._up:
            if interface in link.interfaces:
                return link
        raise GuitaiError("device.not_connected", device=interface)
