"""Core's own socket: the window gets views and reports touches, sync pulls the outbox, a simulated branch looks on."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
import structlog

from guitai.errors import GuitaiError
from guitai.health.finding import level_of
from guitai.messages.branch import RELEASE_JOURNAL, CountsGiven, ExchangeWanted, TechnicianAtWork, Unit
from guitai.messages.codec import convert, event_from, to_data
from guitai.messages.device import DeviceState
from guitai.messages.session import Occurred
from guitai.messages.takeover import COMMANDS
from guitai.messages.touch import Entered, Pressed, Signed
from guitai.messages.view import EntryPart, View, view_to_data
from guitai.shell.health import HealthWatch
from guitai.shell.sent_files import SignedFile
from guitai.shell.settings import Settings
from guitai.shell.voice import Language
from guitai.tables import LANES, Lane
from guitai.wire.commands import FILES
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

"""Commands that bring a signed file."""

MOST_ROWS = 500
MOST_READ = 400
"""Characters of one piece of the screen that are read out."""

MOST_PIECES = 60

ROOT = 0

log = structlog.get_logger()


class Core(Protocol):
    """What the server needs of the daemon."""

    def happen(self, event: object) -> None:
        """Queue an event."""

    def keep(self, key: str, value: str) -> None:
        """Put a value into the session's vault."""

    async def typed(self, text: str) -> None:
        """Understand typed words and queue them as said."""

    def outbox(self, limit: int, wanted: dict[Lane, tuple[int, int]]) -> tuple[Any, ...]:
        """Return at most `limit` undelivered rows: of each lane, most urgent first, at most so many beyond a sequence."""

    def lane_lengths(self) -> dict[Lane, int]:
        """Return how many rows each lane has carried."""

    def acknowledge(self, watermarks: dict[Any, int]) -> None:
        """Forget delivered rows."""

    async def exchange(self, wanted: ExchangeWanted | CountsGiven) -> tuple[Unit, ...]:
        """Begin or end a technician's exchange."""

    async def hold(self) -> None:
        """Keep customers away while a technician moves devices by hand."""

    def differences(self, counts: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int, int], ...]:
        """Return where a technician's counts differ from the machine's."""

    async def command(self, command: object) -> str:
        """Take a command about a takeover; return why it is refused, or an empty string once it is written down."""

    def takes_file(self, sent: SignedFile) -> str:
        """Put a signed file in place; return why it is refused, or an empty string."""


@dataclass
class Server:
    """Serves every client of core's socket; what a client may do depends on the role it says hello with."""

    core: Core
    simulated: bool
    """Only a simulated branch lets observers and typed words in."""

    settings: Settings | None = None
    """What headquarters sets; without, nothing can be set."""

    health: HealthWatch | None = None
    """Looks after the machine; without, nobody does."""

    read: Callable[[str, Language, bool], None] = lambda _text, _language, _alone: None
    """Says what a customer who uses the kiosk by ear wants to hear, and whether nobody else may."""

    guide: Callable[[Sequence[str], Language], None] = lambda _texts, _language: None
    """Reads a screen out to who hears it alone."""

    louder: Callable[[int], None] = lambda _steps: None
    """Makes the voice louder by so many steps, or softer, until the customer has gone."""

    trace: Callable[[str, int], dict[str, Any] | None] = lambda _speak_id, _at_ns: None
    """Notes when a reply's first sound was out; returns how long it took if it answered an utterance."""

    _roles: dict[str, set[FrameStream]] = field(default_factory=dict)
    _holding: set[FrameStream] = field(default_factory=set)
    """Technicians who keep customers away; it ends with their connection."""

    _view: View | None = None
    _by_ear: View | None = None
    """The same screen for who hears it alone: nothing is covered."""

    _typing: tuple[str, str] = ("", "")
    """Field being filled on the window's keypad and its digits so far: a window that starts anew shows them again."""

    _findings: tuple[tuple[str, str], ...] = ()
    _tellings: set[asyncio.Task[None]] = field(default_factory=set)

    async def handle(self, stream: FrameStream) -> None:
        """Serve one connection until it closes."""
        role = ""
        try:
            async for frame in stream:
                try:
                    if frame.type == "hello":
                        role = await self._hello(stream, frame)
                    else:
                        await self._frame(stream, role, frame)
                except GuitaiError as error:
                    log.warning("refused", role=role, frame=frame.type, code=error.code)
                    await stream.send_error(error)
        finally:
            if role:
                self._roles.get(role, set()).discard(stream)
            if stream in self._holding:
                self._holding.discard(stream)
                self.core.happen(TechnicianAtWork(False))
            if role in ("ui", "sync"):
                self.core.happen(DeviceState("window" if role == "ui" else "sync", False, "disconnected"))

    @property
    def shown(self) -> View | None:
        """The screen as it was last sent."""
        return self._view

    async def show(self, view: View, by_ear: View | None = None) -> None:
        """Send the window a new view, and what is to be read of it to who hears it alone."""
        self._view, self._by_ear = view, by_ear
        if self._typing[0] not in {part.field for part in view.parts if isinstance(part, EntryPart)}:
            self._typing = ("", "")
        await self._tell("ui", "view", **self._shown_data(view))

    def _shown_data(self, view: View) -> dict[str, Any]:
        by_ear = {} if self._by_ear is None else {"by_ear": view_to_data(self._by_ear)}
        return {"view": view_to_data(view), **by_ear}

    async def outbox_ready(self) -> None:
        """Tell sync that rows wait."""
        await self._tell("sync", "outbox-ready")

    async def tell_health(self, findings: tuple[tuple[str, str], ...]) -> None:
        """Tell sync what is wrong with the machine: key and code of each finding that stands."""
        self._findings = findings
        await self._tell("sync", "health", findings=_levels(findings))

    async def observe(self, session_id: str, occurred: Occurred, effects: tuple[object, ...], stage: str) -> None:
        """Let the onlookers of a simulated branch see a step."""
        await self._tell(
            "observer", "step", session_id=session_id, seq=occurred.seq, at_ms=occurred.at_ms, stage=stage,
            event=to_data(occurred.event), effects=[to_data(effect) for effect in effects],
        )  # fmt: skip

    async def line(self, online: bool) -> None:
        """Let the onlookers know the state of the line."""
        await self._tell("observer", "line", online=online)

    async def presence(self, present: bool) -> None:
        """Let the onlookers know whether somebody stands there."""
        await self._tell("observer", "presence", present=present)

    def point(self, x: float | None, y: float | None) -> None:
        """Show where the teller points, in parts of the screen's width and height; None: nowhere any more.

        Of a teller whom the screen does not name, because nothing may betray that they are there, nothing shows.
        """
        if x is None or (self._view is not None and self._view.teller_name):
            self._soon(self._tell("ui", "pointer", x=x, y=y))

    def sounded(self, speak_id: str, at_ns: int) -> None:
        """Let the onlookers know that a reply's first sound is out, and how long it took if it answered an utterance."""
        self._soon(self._tell("observer", "sounded", speak_id=speak_id, trace=self.trace(speak_id, at_ns)))

    def mouth(self, at_ns: int, marks: list[tuple[str, float, float]]) -> None:
        """Let the teller's mouth follow what is said: phonemes from the first sample, heard at `at_ns`; none: it is over."""
        self._soon(self._tell("ui", "mouth", at_ns=at_ns, marks=marks))

    def _soon(self, telling: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(telling)
        self._tellings.add(task)
        task.add_done_callback(self._tellings.discard)

    async def _hello(self, stream: FrameStream, frame: Frame) -> str:
        role = str(frame.data.get("role"))
        if role not in ("ui", "sync", "technician", "observer") or (role == "observer" and not self.simulated):
            raise GuitaiError("wire.bad_data", type="hello", reason=f"no role {role}")
        if role == "technician" and stream.peer_uid not in (os.getuid(), ROOT):
            # Window and sync reach this socket, too; neither may set what a cassette holds.
            raise GuitaiError("wire.bad_data", type="hello", reason="a technician runs as core's user")
        self._roles.setdefault(role, set()).add(stream)
        if role == "ui":
            self.core.happen(DeviceState("window", True))
            if self._view is not None:
                await stream.send("view", **self._shown_data(self._view))
            if self._typing[1]:
                await stream.send("typed", field=self._typing[0], text=self._typing[1])
        if role == "sync":
            self.core.happen(DeviceState("sync", True))
            await stream.send("health", findings=_levels(self._findings))
            await stream.send("outbox-ready")
        return role

    async def _frame(self, stream: FrameStream, role: str, frame: Frame) -> None:
        match role, frame.type:
            case "ui", "touch.pressed":
                self.core.happen(_event(frame, Pressed))
            case "ui", "read" if self._view is not None:
                # The window's word, not ours: what it read out may be of a screen whose handset was hung up since.
                alone = convert(frame.data.get("alone", False), bool)
                self.read(str(frame.data["text"])[:MOST_READ], self._view.language, alone)
            case "ui", "guide" if self._view is not None and self._by_ear is not None:
                texts = convert(frame.data.get("texts"), list[str])[:MOST_PIECES]
                self.guide([text[:MOST_READ] for text in texts], self._view.language)
            case "ui", "guide":
                pass  # it was hung up meanwhile
            case "ui", "louder":
                self.louder(convert(frame.data.get("steps"), int))
            case "ui", "typing":
                self._typing = (str(frame.data["field"]), str(frame.data["text"]))
            case "ui", "touch.entered":
                self._typing = ("", "")
                self.core.happen(_event(frame, Entered))
            case "ui", "touch.signed":
                self.core.happen(_event(frame, Signed))
            case "ui", "secret":
                self.core.keep(str(frame.data["field"]), str(frame.data["text"]))
                self.core.happen(Entered(str(frame.data["field"]), "", str(frame.data["field"])))
            case "ui", "glass":
                if self.health is not None:
                    self.health.felt(convert(frame.data.get("faults"), list[tuple[str, int]]))
            case "ui", "shown":
                await self._tell("observer", "shown", **frame.data)
            case "sync", "outbox-pull":
                # In the payload, which may be larger than a frame's data.
                await stream.send("outbox-batch", msgspec.json.encode(self.core.outbox(*_wanted(frame))))
            case "sync", "outbox-ack":
                marks = {lane: int(n) for lane, n in dict(frame.data.get("watermarks", {})).items() if lane in LANES}
                self.core.acknowledge(marks)
                await stream.send("outbox-acked", watermarks=marks)
            case "sync", "link":
                # The line to headquarters only delays events; the bank host's own line decides whether money can move.
                self.core.happen(DeviceState("sync", bool(frame.data.get("online")), "offline"))
            case "sync", "findings":
                if self.health is not None:
                    self.health.hear(convert(frame.data.get("findings"), list[tuple[str, dict[str, str]]]))
            case "technician", "technician-health":
                await stream.send(
                    "health",
                    told=[{"code": one.code, "about": one.about} for one in (self.health.told if self.health else ())],
                )
            case "sync", "support-bundle":
                self._soon(self._bundle(stream))
            case "sync", "settings":
                await self._set(stream, frame)
            case "sync", "command":
                # Beside what else comes: a session has its say first, and acknowledgements must not wait for that.
                self._soon(self._answer(stream, frame))
            case "technician", "technician-hold":
                await self.core.hold()
                self._holding.add(stream)
                await stream.send("ok")
            case "technician", "technician-outbox":
                everything: dict[Lane, tuple[int, int]] = dict.fromkeys(LANES, (0, MOST_ROWS))
                await stream.send("ok", waiting=len(self.core.outbox(MOST_ROWS, everything)))
            case "technician", "technician-exchange-start":
                units = await self.core.exchange(ExchangeWanted(_technician(frame)))
                await stream.send("ok", units=msgspec.to_builtins(units))
            case "technician", "technician-exchange-end":
                counts = tuple(convert(frame.data.get("counts"), dict[str, int]).items())
                lines = self.core.differences(counts)
                units = await self.core.exchange(CountsGiven(_technician(frame), counts))
                await stream.send("ok", units=msgspec.to_builtins(units), differences=lines)
            case "observer", "counts":
                await stream.send("counts", lanes=self.core.lane_lengths())
            case "observer", "say":
                await self.core.typed(str(frame.data.get("text", "")))
            case _:
                raise GuitaiError("wire.unknown_type", type=frame.type)

    async def _bundle(self, stream: FrameStream) -> None:
        """Make a support bundle while other frames are served."""
        reason, bundle = "", b""
        try:
            if self.health is None:
                raise GuitaiError("support.core_away", reason="nobody looks after the machine")
            bundle = await self.health.bundle()
        except GuitaiError as error:
            reason = error.code
        except Exception as error:
            log.exception("no support bundle")
            reason = f"support.{type(error).__name__}"
        with contextlib.suppress(ConnectionError):
            await stream.send("support-bundle", bundle, reason=reason)

    async def _set(self, stream: FrameStream, frame: Frame) -> None:
        """Keep settings; say so once they are in force. Sync asks again until then."""
        version, values = convert(frame.data.get("version"), int), convert(frame.data.get("values"), dict[str, Any])
        if self.settings is not None and self.settings.take(version, values):
            await stream.send("settings-applied", version=version)

    async def _answer(self, stream: FrameStream, frame: Frame) -> None:
        """Carry out a command while other frames are served. The answer bears the command's serial: it may come late."""
        try:
            refused = await self._command(str(frame.data.get("name")), dict(frame.data.get("data") or {}))
        except GuitaiError as error:
            log.warning("command refused", code=error.code, reason=str(error))
            refused = error.code
        except Exception:
            log.exception("no answer to a command")
            refused = "failed"
        with contextlib.suppress(ConnectionError):
            await stream.send(
                "command-result", status="rejected" if refused else "accepted", reason=refused,
                serial=frame.data.get("serial", 0),
            )  # fmt: skip

    async def _command(self, name: str, data: dict[str, Any]) -> str:
        """Return why a command is refused, or an empty string."""
        if name in FILES:
            return self.core.takes_file(event_from({"type": name, **data}))
        if name not in COMMANDS | {RELEASE_JOURNAL}:
            return "unknown"
        return await self.core.command(event_from({"type": name, **data}))

    async def _tell(self, role: str, type_: str, **data: Any) -> None:
        for stream in tuple(self._roles.get(role, ())):
            with contextlib.suppress(ConnectionError):
                await stream.send(type_, **data)


def _levels(findings: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"key": key, "code": code, "level": level_of(code)} for key, code in findings]


def _wanted(frame: Frame) -> tuple[int, dict[Lane, tuple[int, int]]]:
    """Return how many rows at most, and per lane: beyond which sequence, and how many."""
    limit = min(max(convert(frame.data.get("limit"), int), 1), MOST_ROWS)
    lanes = convert(frame.data.get("lanes"), dict[Lane, tuple[int, int]])
    return limit, {lane: (after, max(most, 0)) for lane, (after, most) in lanes.items()}


def _technician(frame: Frame) -> str:
    name = frame.data.get("technician_id")
    if not isinstance(name, str) or not 0 < len(name) <= 40:
        raise GuitaiError("wire.bad_data", type=frame.type, reason="technician_id is not a name of 1 to 40 characters")
    return name


def _event(frame: Frame, kind: Callable[..., object]) -> object:
    event = event_from({"type": frame.type, **frame.data})
    assert type(event) is kind
    return event
