"""The host's end of one XFS4IoT service, without I/O: acknowledges, queues and answers commands of many clients.

Commands run one after another per service. Common.Cancel bypasses the queue and touches only its sender's own
commands; a client's disconnect cancels them too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.dialect import KAL, Dialect
from firmware_bridge.protocol.envelope import MalformedError, Message, encoded, parse, to_data

MAX_QUEUED = 100
COMMON_PROBED = frozenset({"Common.Status", "Common.Capabilities"})
ANY_VERSION = frozenset({"ServicePublisher.GetServices"})
"""Asked before a client can know any version."""

Peer = int
"""A connection, as the shell numbers it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted command."""

    peer: Peer
    request_id: int
    name: str
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)
    timeout_ms: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """How a command ended."""

    code: str = "success"
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Send:
    """Send `text` to `peer`."""

    peer: Peer
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Start:
    """Begin the command; report its end by `HostSession.finished`."""

    job: Job


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the command now, beside the running one; report its end by `HostSession.finished` as well."""

    job: Job


@dataclass(frozen=True, slots=True)
class Abort:
    """Stop the running command if the device can; its end is reported all the same."""

    job: Job


Action = Send | Start | Answer | Abort


def error(code: str, **payload: Any) -> Completion:
    """Return the completion of a command that failed with its own error code."""
    return Completion("commandErrorCode", {"errorCode": code, **payload})


class HostSession:
    """One service. The shell reports connections, texts and ends of commands, and carries out the actions returned.

    While the running command only waits for a person (one of `waits`), the questions `beside` are answered beside it:
    else a reader that waits for a card could tell nobody how it is. While something moves, every question waits.
    """

    def __init__(
        self,
        commands: Iterable[str],
        dialect: Dialect = KAL,
        waits: frozenset[str] = frozenset(),
        beside: frozenset[str] = COMMON_PROBED,
    ) -> None:
        self._commands = frozenset(commands)
        self._waits, self._beside = waits, beside
        self._dialect = dialect
        self._peers: set[Peer] = set()
        self._queue: deque[Job] = deque()
        self._running: Job | None = None

    def connected(self, peer: Peer) -> None:
        """A client opened a connection."""
        self._peers.add(peer)

    def disconnected(self, peer: Peer) -> list[Action]:
        """A client has gone: its waiting commands are dropped, its running one is aborted."""
        self._peers.discard(peer)
        self._queue = deque(job for job in self._queue if job.peer != peer)
        return [Abort(self._running)] if self._running is not None and self._running.peer == peer else []

    def received(self, peer: Peer, text: str | bytes) -> list[Action]:
        """Return what to do about a text from a client. Never raises for bad input."""
        try:
            message = parse(text)
        except MalformedError as fault:
            refused = fault.type == "command" and fault.name and fault.request_id is None
            status = "invalidRequestID" if refused else "invalidMessage"
            return [self._acknowledge(peer, fault.request_id, fault.name, status)]
        if message.type != "command" or message.request_id is None:
            return [self._acknowledge(peer, message.request_id, message.name, "invalidMessage")]
        job = Job(peer, message.request_id, message.name, message.payload, message.timeout_ms)
        if any(job.request_id == one.request_id for one in self._active() if one.peer == peer):
            return [self._acknowledge(peer, job.request_id, job.name, "invalidRequestID")]
        if len(self._queue) >= MAX_QUEUED:
            return [self._acknowledge(peer, job.request_id, job.name, "tooManyRequests")]
        ack = self._acknowledge(peer, job.request_id, job.name)
        if refusal := self._refusal(job, message.version):
            return [ack, self._complete(job, refusal)]
        if job.name == "Common.Cancel":
            return [ack, *self._cancel(job)]
        if job.name in self._beside and self._only_waits(peer):
            return [ack, Answer(job)]
        self._queue.append(job)
        return [ack, *self._next()]

    def finished(self, job: Job, completion: Completion) -> list[Action]:
        """The running command ended: answer its client, if it is still there, and start the next one."""
        if self._running is job:
            self._running = None
        answer = [self._complete(job, completion)] if job.peer in self._peers else []
        return [*answer, *self._next()]

    def event(self, job: Job, name: str, payload: Mapping[str, Any]) -> list[Action]:
        """Something happened during a command: tell its client."""
        if job.peer not in self._peers:
            return []
        return [Send(job.peer, self._text(Message("event", name, job.request_id, payload)))]

    def unsolicited(self, name: str, payload: Mapping[str, Any]) -> list[Action]:
        """Something happened by itself: tell every client."""
        text = self._text(Message("unsolicited", name, None, payload))
        return [Send(peer, text) for peer in sorted(self._peers)]

    def _only_waits(self, peer: Peer) -> bool:
        waiting = self._running is not None and self._running.name in self._waits
        return waiting and not any(job.peer == peer for job in self._queue)

    def _active(self) -> list[Job]:
        return [*([self._running] if self._running else []), *self._queue]

    def _next(self) -> list[Action]:
        if self._running is not None or not self._queue:
            return []
        self._running = self._queue.popleft()
        return [Start(self._running)]

    def _refusal(self, job: Job, version: str) -> Completion | None:
        entry = catalog.definition(job.name, "command")
        if entry is None:
            return Completion("invalidCommand")
        if job.name not in self._commands and job.name != "Common.Cancel":
            return Completion("unsupportedCommand")
        wanted = self._dialect.common_version if job.name in COMMON_PROBED else entry.version
        if job.name not in ANY_VERSION and version and version.partition(".")[0] != wanted.partition(".")[0]:
            return Completion("invalidCommand")
        reason = catalog.fault(entry, job.payload, "taken")
        if reason is None:
            return None
        return Completion("invalidTokenFormat" if reason.startswith("payload.token ") else "invalidData")

    def _cancel(self, cancel: Job) -> list[Action]:
        wanted = set(cancel.payload.get("requestIds") or ())
        own = [j for j in self._active() if j.peer == cancel.peer and (not wanted or j.request_id in wanted)]
        if not own:
            return [self._complete(cancel, error("noMatchingRequestIDs"))]
        actions: list[Action] = [self._complete(cancel, Completion())]
        for job in own:
            if job is self._running:
                actions.append(Abort(job))
            else:
                self._queue.remove(job)
                actions.append(self._complete(job, Completion("canceled")))
        return actions

    def _acknowledge(self, peer: Peer, request_id: int | None, name: str, status: str = "") -> Send:
        return Send(peer, self._text(Message("acknowledge", name or "unknown", request_id, status=status)))

    def _complete(self, job: Job, completion: Completion) -> Send:
        message = Message("completion", job.name, job.request_id, completion.payload, completion_code=completion.code)
        return Send(job.peer, self._text(message))

    def _text(self, message: Message) -> str:
        return encoded(self._dialect.shape(to_data(message)))
