"""The core process: takes events in, lets `step` decide, journals, and only then carries the effects out."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from guitai import session as core
from guitai.config import Config
from guitai.dialogue.seen import secret
from guitai.errors import GuitaiError
from guitai.logs import set_up
from guitai.messages import branch, card, device, face, health, touch
from guitai.messages.session import (
    CloseSession,
    CoreResumed,
    Occurred,
    SessionOpened,
    StartTimer,
    StopTimer,
)
from guitai.messages.spoken_secrets import redact
from guitai.messages.sync import OutboxRow
from guitai.messages.takeover import ShowPaper, TellerBeat, VideoBlank, VideoGrant, VideoRevoke
from guitai.shell.books import take_current, take_recorded
from guitai.shell.carry import Carrier
from guitai.shell.closed import Closed
from guitai.shell.countdown import Countdown
from guitai.shell.facts import Facts
from guitai.shell.health import HealthWatch
from guitai.shell.hours import watch_hours
from guitai.shell.intake import take_in
from guitai.shell.known_devices import KnownDevices
from guitai.shell.leftovers import Leftovers, watch_bank
from guitai.shell.opening import opening
from guitai.shell.papers import Papers
from guitai.shell.parts import REAL, Parts
from guitai.shell.premises import Premises
from guitai.shell.private_ear import PrivateHearing, opens
from guitai.shell.putting_away import put_away
from guitai.shell.records import LINES, Upkeep
from guitai.shell.rulebook import Rulebook
from guitai.shell.sent_files import SignedFile, take_file
from guitai.shell.server import Server
from guitai.shell.settings import Settings
from guitai.shell.takeover import Ordered, Takeover
from guitai.shell.traces import Traces
from guitai.shell.watchlist import Watcher
from guitai.systemd import notify
from guitai.tables import SOCKETS, Lane
from guitai.view import heard, view
from guitai.wire.sockets import serve

_AT_ONCE = ("alarm", "door")
"""Reasons that end a customer's session, too; the others wait until it is over."""

HEARTBEAT_S = 5.0
HEARTBEAT = object()

log = structlog.get_logger()


class Daemon:
    """Holds the one state, the journal and the neighbours. All decisions are made by `guitai.session.step`."""

    def __init__(self, config: Config, parts: Parts = REAL) -> None:
        self._config = config
        self._clock, self._given_r = parts.clock, parts.given_r
        config.paths.run.mkdir(parents=True, exist_ok=True)
        self._journal = parts.journal(config)
        self._queue: asyncio.Queue[object] = asyncio.Queue()
        self._state = core.initial()
        self._drawn = (view(self._state, ""), heard(self._state, ""))
        """The last screen of a session, without the branch's name: only a new one is sent."""

        self._seq = self._vault_serial = 0
        self._facts = Facts()
        self._numbers: list[str] = []
        """What the event at hand put into the vault: the watch list is asked about it."""
        state, keys = config.paths.state, config.paths.keys
        self._rulebook, self._watcher, self._known = Rulebook(state, keys), Watcher(state, keys), KnownDevices(state)
        self._timer = Countdown(self.happen)
        self._traces = Traces(config.paths.state / "traces.jsonl")
        self._settings = Settings(config, lambda: self._idle)
        self._server = Server(self, simulated=config.devices.simulate, settings=self._settings)
        self._voice = parts.voice(config, self.happen, self._server.sounded, self._server.mouth)
        self._ears = PrivateHearing(self._voice, fitted=config.sound.handset != "none")
        self._server.read, self._server.guide = self._ears.read, self._voice.guide
        self._server.louder, self._server.trace = self._ears.louder, self._traces.sounded
        self._eyes = parts.eyes(config, self.happen)
        self._recorder = parts.recorder(config, self.happen)
        self._video = parts.video(config, self.happen, self._server.point)
        self._takeover = Takeover(config.paths, parts.clock, self.happen, self._video)
        self._devices = parts.devices(config, self.happen)
        self._host = parts.host(config)
        self._upkeep = Upkeep(config, self._journal, self._clock)
        self._leftovers = Leftovers(self._journal, self._host, self._clock)
        self._premises = Premises(config.kiosk.id, self._journal, self._clock, self._carry_out)
        self._health = self._server.health = HealthWatch(config, self.happen, lambda: self._idle, self._devices)
        self._closed = Closed(self._facts, self._premises, self._voice.read)
        self._stopped_session, self._shut = "", False  # whether the card slot was shut, because the branch is stopped
        self._carrier = Carrier(
            self.happen, self._devices, self._host, self._voice, self._recorder,
            Papers(config.paths.run / SOCKETS["vision"], self._devices, self._voice.understand), config.phrasing, self._from_vault,
        )  # fmt: skip
        self._video.picture = self._carrier.picture

    async def serve(self) -> None:
        """Run until cancelled."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        self._upkeep.lay_out()  # while nobody can wait for this loop yet
        async with serve(self._config.paths.run / SOCKETS["core"], self._server.handle), asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(job) for job in (*self.jobs(), self._upkeep.fold(), self._health.run())]
            notify("READY=1")
            await stop.wait()
            notify("STOPPING=1")
            for task in running:
                task.cancel()
        self._journal.close()

    def jobs(self) -> list[Coroutine[Any, Any, None]]:
        """Return everything that runs for as long as the process does."""
        return [
            self._voice.run(), self._eyes.run(), self._recorder.run(), self._video.run(), self._devices.run(),
            watch_bank(self._host, self.happen),
            watch_hours(self._settings, self._premises, self._clock, self.happen),
            self._leftovers.run(), self._beat(), self._work(),
        ]  # fmt: skip

    def happen(self, event: object) -> None:
        """Queue an event; it is taken in order."""
        self._queue.put_nowait(event)

    def keep(self, key: str, value: str) -> None:
        """Put a value into the session's vault, in the same encrypted file as the journal."""
        if self._state.session_id:
            self._journal.vault_put(self._state.session_id, key, value)

    async def typed(self, text: str) -> None:
        """Understand typed words and queue them as said."""
        self.happen(await self._voice.understand(redact(text, asked=secret(self._state))))

    def outbox(self, limit: int, wanted: dict[Lane, tuple[int, int]]) -> tuple[OutboxRow, ...]:
        """Return at most `limit` undelivered rows: of each lane, most urgent first, at most so many beyond a sequence."""
        found: tuple[OutboxRow, ...] = ()
        for lane, (after, most) in wanted.items():
            found += self._journal.outbox_after(lane, after, min(most, limit - len(found)))
        return found

    def lane_lengths(self) -> dict[Lane, int]:
        """Return how many rows each lane has carried."""
        return self._journal.lane_lengths()

    def acknowledge(self, watermarks: dict[Any, int]) -> None:
        """Forget what headquarters has stored."""
        self._journal.acknowledge(watermarks)

    async def command(self, command: object) -> str:
        """Take a command of headquarters about a takeover; return why it is refused, once the session has had its say."""
        if isinstance(command, branch.JournalReleased):
            if not self._premises.journal_stops:
                return "not_stopped"
            self.happen(command)
            return ""
        if isinstance(command, TellerBeat):
            return self._takeover.why_not(self._state, command)
        ordered = Ordered(command, asyncio.get_running_loop().create_future())
        self.happen(ordered)
        return await ordered.answer

    def takes_file(self, sent: SignedFile) -> str:
        """Put a signed file in place; return why it is refused, or an empty string."""
        return take_file(sent, self._config.paths.state, self._config.paths.keys, self._clock.unix_ms())

    async def _work(self) -> None:
        await self._resume()
        await self._show()
        while True:
            event = await self._queue.get()
            if isinstance(event, Ordered):
                await self._obey(event)
            elif event is not HEARTBEAT:
                await self._take(event)
            else:
                await self._make_good()
                if self._upkeep.look():
                    await self._server.outbox_ready()
            notify("WATCHDOG=1")

    async def _obey(self, ordered: Ordered) -> None:
        reason, seq = self._takeover.why_not(self._state, ordered.event), self._seq
        if not reason:
            await self._take(ordered.event)
        ordered.give(reason if reason or self._seq > seq else "journal")

    async def _beat(self) -> None:
        # Through the queue: only a work loop that still takes events keeps the watchdog quiet.
        while True:
            self.happen(HEARTBEAT)
            await asyncio.sleep(HEARTBEAT_S)

    async def _make_good(self) -> None:
        """Write down, and go by, what could not be written when it came: it is not told twice."""
        serving = not self._idle
        if (rows := self._premises.make_good(serving=serving)) is not None:
            await self._gate()
            if rows:
                await self._server.outbox_ready()
        for fact in self._facts.owed(serving=serving):
            await self._step(fact)

    async def _take(self, event: object) -> None:
        await self._make_good()
        if not self._ears.takes(event) or not self._facts.news(event):
            return
        serving = not self._idle
        if self._premises.take(event, serving=serving):
            await self._server.outbox_ready()
        if isinstance(event, health.HealthFound | health.HealthOver):  # of the machine: no session's affair
            self._health.taken(event, self._premises.findings)
            await self._server.tell_health(self._premises.findings)
            return
        if not isinstance(event, branch.HoursChanged):
            await self._serve_customer(event)
        if serving and self._idle:
            self._shut = False
            self._premises.take(branch.BetweenSessions(), serving=False)
        await self._gate()

    @property
    def _idle(self) -> bool:
        return self._state.stage in ("idle", "closed")

    async def _gate(self) -> None:
        """Shut the card slot and say so while the branch may not serve; open it again."""
        stopped = self._idle and self._premises.stopped is not None
        if self._idle and stopped != self._shut:
            self._carrier.carry_out(card.RefuseCard() if stopped else card.AcceptCard())
        if stopped or self._shut:
            await self._show()
        self._shut = stopped

    async def _serve_customer(self, event: object) -> None:
        if isinstance(event, device.LinkState):
            await self._server.line(event.online)
            if event.online:
                self._leftovers.look()
        if isinstance(event, face.CustomerApproached | face.CustomerLeft):
            await self._server.presence(isinstance(event, face.CustomerApproached))
            self._closed.leave()
        stopped, called = self._premises.stopped, isinstance(event, card.CardInserted)
        if self._idle:
            if stopped and isinstance(event, touch.Pressed):
                called = self._closed.press(event.target, self._clock.unix_ms())
            # A card that slipped in while the slot was shutting has to come out again: that takes a session.
            if not opens(event) or (stopped and not called):
                return
            await self._step(self._opening())
            if not self._state.session_id:  # not written: nobody is served
                return
            for fact in (*self._facts.standing(event), *self._known.changed(self._devices.identities())):
                await self._step(fact)
            if isinstance(event, touch.Pressed) and event.target == "begin":
                return
        taken = take_in(event, self._keep_new)
        for answer in self._watcher.answers(event, self._numbers, self._clock.unix_ms()):
            await self._step(answer)
        self._numbers.clear()
        if taken is not None:
            await self._step(taken)
        if stopped and not self._idle and (stopped in _AT_ONCE or called):
            await self._stop_session(stopped)

    async def _stop_session(self, reason: str) -> None:
        if self._stopped_session != self._state.session_id:
            self._stopped_session = self._state.session_id
            await self._step(branch.BranchStopped(reason))

    async def _step(self, event: object) -> None:
        occurred = Occurred(self._seq + 1, self._clock.unix_ms(), event)
        state, effects = core.step(self._state, occurred)
        session_id = state.session_id
        try:
            rows = self._journal.append(session_id, occurred, effects)
        except GuitaiError as error:
            # Not written means not decided: the state stays, nothing is carried out, the kiosk says it is out of use.
            log.exception("journal refused", code=error.code)
            self._facts.untold(event)
            return
        before, self._state, self._seq = self._state, state, occurred.seq
        self._traces.step(occurred, effects, time.monotonic_ns())
        self._ears.follow(state)
        for effect in effects:
            self._carry_out(effect)
        self._takeover.follow(before, state)
        if rows:
            await self._server.outbox_ready()
        await self._server.observe(session_id, occurred, effects, state.stage)
        drawn = (view(state, ""), heard(state, ""))
        if drawn != self._drawn or isinstance(event, SessionOpened):
            self._drawn = drawn
            await self._show()

    def _carry_out(self, effect: object) -> None:
        match effect:
            case StartTimer(serial, after_ms):
                self._timer.set(serial, after_ms)
            case StopTimer():
                self._timer.stop()
            case VideoGrant() | VideoRevoke() | VideoBlank() | ShowPaper():
                self._video.carry_out(effect)
            case CloseSession(session_id):
                self._timer.stop()
                put_away(self._journal, self._config, session_id)
                self._leftovers.look()
                self._ears.leave()
                self._carrier.carry_out(effect)
            case _:
                self._carrier.carry_out(effect)

    def _opening(self) -> SessionOpened:
        self._state, self._seq = core.initial(), 0
        config, now_ms = self._settings.config, self._clock.unix_ms()
        self._voice.volume_percent = config.speech.volume_percent
        return opening(config, self._rulebook, now_ms, online=self._facts.online, given_r=self._given_r)

    async def _resume(self) -> None:
        """Rebuild the state of a session that a break cut short, and let it ask what became of things."""
        self._premises.resume()
        self._health.begin(self._premises.findings)
        await self._server.tell_health(self._premises.findings)
        session_id = self._journal.open_session()
        if session_id is None:
            self._carrier.carry_out(card.AcceptCard())
            return
        for occurred in self._journal.events(session_id):
            if isinstance(occurred.event, SessionOpened):
                take_recorded(self._config.paths.state, occurred.event)
            self._state, _ = core.step(self._state, occurred)
            self._seq = occurred.seq
        log.info("session resumed", session_id=session_id, events=self._seq)
        self._takeover.resume(self._state)
        self._ears.follow(self._state)
        unfinished = tuple(effect.request_id for effect in self._journal.unfinished(session_id))
        await self._voice.listen(core.listen_mode(self._state))
        if core.wants_card(self._state):
            self._carrier.carry_out(card.AcceptCard())
        await self._devices.ready()
        await self._step(CoreResumed(unfinished))
        if self._state.timer_ends_ms:
            self._timer.set(self._state.timer, max(0, self._state.timer_ends_ms - self._clock.unix_ms()))

    async def _show(self) -> None:
        kiosk = self._settings.config.kiosk
        closed = self._closed.view(kiosk, self._health.findings, self._journal.outbox_size()) if self._idle else None
        if closed is not None and closed == self._server.shown:
            return
        shown = closed or view(self._state, kiosk.branch_name)
        self._takeover.show(shown)
        await self._server.show(shown, None if closed else heard(self._state, kiosk.branch_name))

    async def exchange(self, wanted: branch.ExchangeWanted | branch.CountsGiven) -> tuple[branch.Unit, ...]:
        """Begin or end a technician's exchange. Raises GuitaiError ``branch.not_now``, ``branch.exchange_failed``."""
        if not self._idle:
            raise GuitaiError("branch.not_now", state="a customer is being served")
        return await self._premises.exchange(self.happen, wanted)

    async def hold(self) -> None:
        """Keep customers away for a technician. Raises GuitaiError ``branch.not_now``."""
        if not self._idle:
            raise GuitaiError("branch.not_now", state="a customer is being served")
        await self._premises.hold(self.happen)

    def differences(self, counts: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int, int], ...]:
        """Return unit, machine's count and technician's count, where they differ."""
        return self._premises.differences(counts)

    def _keep_new(self, value: str) -> str:
        self._vault_serial += 1
        self._numbers.append(value)
        key = f"v{self._seq}-{self._vault_serial}"
        self.keep(key, value)
        return key

    def _from_vault(self, key: str) -> str | None:
        return self._journal.vault_get(self._state.session_id, key)


def run(config: Config) -> None:
    """Run the core process until SIGTERM."""
    set_up("core", config, LINES)
    take_current(config.paths.state)
    asyncio.run(Daemon(config).serve())
