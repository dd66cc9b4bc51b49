"""Runs one service: the thin shell between its host session and its WebSocket connections."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any, Protocol

import structlog
from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed

from firmware_bridge.protocol.dialect import Dialect
from firmware_bridge.protocol.host import Abort, Action, Answer, Completion, HostSession, Job, Send, Start
from firmware_bridge.services.service import Service
from firmware_bridge.simulator.faults import PowerCutError
from guitai.errors import GuitaiError

log = structlog.get_logger()


class Client(Protocol):
    """What a runner needs of a client's line; `websockets.asyncio.server.ServerConnection` is one."""

    @property
    def transport(self) -> Any:
        """Has `abort`, which breaks the line at once."""
        ...

    async def send(self, message: str) -> None:
        """Send one text."""
        ...

    async def wait_closed(self) -> None:
        """Return when the line is down."""
        ...

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Return what arrives, text by text."""
        ...


Shout = Callable[[Iterable[Any], str], None]
"""Sends a text to clients without waiting for any; a client that has gone is passed over."""


class Runner:
    """Carries out a session's actions. `on_power_cut` is called when a simulated power cut strikes."""

    def __init__(
        self, service: Service, dialect: Dialect, on_power_cut: Callable[[], None], shout: Shout = broadcast
    ) -> None:
        self.service = service
        self._send_at_once = shout
        self._session = HostSession(service.handlers, dialect, service.waits_for_people, service.beside)
        self._started: asyncio.Queue[Job] = asyncio.Queue()
        self._on_power_cut = on_power_cut
        self._numbers = itertools.count(1)
        self._peers: dict[int, Client] = {}
        self._current: asyncio.Task[Completion] | None = None
        self._job: Job | None = None
        self._aborted: Job | None = None
        service.bind(dialect, self._broadcast)

    async def serve(self, connection: Client) -> None:
        """Serve one client until it goes."""
        peer = next(self._numbers)
        self._peers[peer] = connection
        self._session.connected(peer)
        try:
            async for text in connection:
                self.service.tap(peer, False, text)
                await self._perform(self._session.received(peer, text))
        except ConnectionClosed:
            pass
        finally:
            del self._peers[peer]
            await self._perform(self._session.disconnected(peer))

    async def work(self) -> None:
        """Run the commands that the session starts, one after another, until cancelled."""
        while True:
            await self._run(await self._started.get())

    async def _perform(self, actions: Iterable[Action]) -> None:
        for action in actions:
            if isinstance(action, Send):
                await self._send(action)
            elif isinstance(action, Start):
                self._started.put_nowait(action.job)
            elif isinstance(action, Answer):
                await self._perform(self._finished(action.job, await self._answer(action.job)))
            elif isinstance(action, Abort):
                self._abort(action.job)

    def _abort(self, job: Job) -> None:
        if self._job is not job:
            self._aborted = job  # it was taken from the queue and has not begun
        elif self._current and job.name in self.service.waits_for_people:
            self._current.cancel()

    async def _send(self, send: Send) -> None:
        connection = self._peers.get(send.peer)
        if connection is None:
            return
        self.service.tap(send.peer, True, send.text)
        try:
            await connection.send(send.text)
        except ConnectionClosed:
            log.debug("client gone", service=self.service.name)

    async def _run(self, job: Job) -> None:
        if self._aborted is job:
            await self._perform(self._session.finished(job, Completion("canceled")))
            return
        link = self.service.device.faults if self.service.device and self._moves(job) else None
        if link and link.strikes("disconnect_early"):
            await self._hang_up(job)
            await self._perform(self._session.finished(job, Completion("canceled")))
            return
        try:
            completion = await self._outcome(job)
        except PowerCutError:
            self._on_power_cut()
            return
        if link:
            await asyncio.sleep(link.delay_s())
        if link and link.strikes("disconnect"):
            await self._hang_up(job)
        actions = self._finished(job, completion)
        if link and link.strikes("duplicate"):
            actions = [*actions[:1], *actions]
        await self._perform(actions)

    async def _answer(self, job: Job) -> Completion:
        try:
            return await self.service.execute(job, lambda n, p: self._emit(job, n, p))
        except Exception:  # the task guard: one bad question must not end the connection
            log.exception("command failed", service=self.service.name, command=job.name)
            return Completion("internalError")

    def _finished(self, job: Job, completion: Completion) -> list[Action]:
        try:
            return self._session.finished(job, completion)
        except GuitaiError as error:  # the driver's answer does not fit the catalogue: it is not sent
            log.error("bad completion", service=self.service.name, command=job.name, reason=str(error))  # noqa: TRY400 # no traceback: it would show the payload
            return self._session.finished(job, Completion("internalError"))

    async def _outcome(self, job: Job) -> Completion:
        self._job = job
        self._current = asyncio.create_task(self.service.execute(job, lambda n, p: self._emit(job, n, p)))
        waits = job.timeout_ms and job.name in self.service.waits_for_people
        try:
            done, _ = await asyncio.wait({self._current}, timeout=job.timeout_ms / 1000 if waits else None)
            if not done:
                self._current.cancel()
                await asyncio.wait({self._current})
                if self._current.cancelled():  # else the machine was moving already and has gone through with it
                    return Completion("timeOut")
            return Completion("canceled") if self._current.cancelled() else self._current.result()
        except PowerCutError:
            raise
        except Exception:  # the task guard: one bad command must not end the service
            log.exception("command failed", service=self.service.name, command=job.name)
            return Completion("internalError")
        finally:
            self._current.cancel()

    def _emit(self, job: Job, name: str, payload: Mapping[str, Any]) -> None:
        self._tell(name, lambda: self._session.event(job, name, payload))

    def _broadcast(self, name: str, payload: Mapping[str, Any]) -> None:
        self._tell(name, lambda: self._session.unsolicited(name, payload))

    def _tell(self, name: str, event: Callable[[], list[Action]]) -> None:
        try:
            actions = event()
        except GuitaiError as error:  # what does not fit the catalogue is not sent, and the machine's move goes on
            log.error("bad event", service=self.service.name, xfs_event=name, reason=str(error))  # noqa: TRY400 # as above
            return
        self._shout(actions)

    def _shout(self, actions: Iterable[Action]) -> None:
        for action in actions:
            if isinstance(action, Send) and action.peer in self._peers:
                self.service.tap(action.peer, True, action.text)
                self._send_at_once([self._peers[action.peer]], action.text)

    async def _hang_up(self, job: Job) -> None:
        connection = self._peers.get(job.peer)
        if connection is not None:
            connection.transport.abort()
            await connection.wait_closed()

    def _moves(self, job: Job) -> bool:
        return not job.name.startswith("Common.") and job.name not in self.service.asks_only
