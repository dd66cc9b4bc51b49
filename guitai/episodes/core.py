"""The core process in memory: the real daemon, which may die before, at and after every step it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from firmware_bridge.client.dial import Dial
from firmware_bridge.port import DevicePort
from guitai.clock import UnixMs
from guitai.config import Config
from guitai.daemon import Daemon
from guitai.dialogue.state import Session
from guitai.episodes.bank import BankLine
from guitai.episodes.loop import context_of
from guitai.journal import Journal
from guitai.keys import read_key
from guitai.messages.card import CardRetained
from guitai.messages.codec import name_of
from guitai.messages.recording import (
    BeginRecording,
    DiscardRecording,
    EndRecording,
    RecordingBegan,
    RecordingFinished,
)
from guitai.messages.risk import Factor
from guitai.messages.session import Occurred
from guitai.messages.sync import OutboxRow
from guitai.messages.voice import ListenMode, Speak, Spoken
from guitai.shell.eyes import Eyes
from guitai.shell.parts import Parts
from guitai.shell.recorder import Recorder
from guitai.shell.video import VideoLink
from guitai.shell.voice import Voice

BEGAN_MS = 1_795_658_400_000
"""Wall time when an episode begins: a Thursday morning."""

SPEAKING_S = 2.0
Moment = Callable[[str], None]
"""Told of each moment; raises DiedError if core dies at it."""


class LoopClock:
    """Time as the loop has it, from a wall time on."""

    def __init__(self, began_ms: int = BEGAN_MS) -> None:
        self._began_ms = began_ms

    def unix_ms(self) -> UnixMs:
        """Return wall time."""
        return UnixMs(self._began_ms + self.monotonic_ns() // 1_000_000)

    def monotonic_ns(self) -> int:
        """Return the loop's time."""
        return int(asyncio.get_running_loop().time() * 1e9)


class WatchedJournal(Journal):
    """The journal, with a moment before and after every write."""

    moment: Moment
    records: list[str]
    """What of the cards has been written down."""

    def append(self, session_id: str, occurred: Occurred, effects: Any) -> tuple[OutboxRow, ...]:
        """Write one step."""
        self.moment("journal")
        rows = super().append(session_id, occurred, effects)
        if isinstance(occurred.event, CardRetained):
            self.records.append(occurred.event.request_id)
        self.moment("journalled")
        return rows

    def export(self, session_id: str, path: Path) -> None:
        """Write no recording: nobody looks at it."""


class SilentVoice(Voice):
    """Says everything at once to nobody."""

    async def run(self) -> None:
        """Do nothing."""

    async def listen(self, mode: ListenMode) -> None:
        """Hear nothing."""

    async def forget(self) -> None:
        """Nothing is known of anybody."""

    def speak(self, effect: Speak) -> None:
        """Pretend to say it."""
        asyncio.get_running_loop().call_later(SPEAKING_S, self._happen, Spoken(effect.speak_id, False))

    def hush(self) -> None:
        """Be quiet."""

    def alone(self, at_ear: bool) -> None:
        """Nobody hears it anyhow."""


class BlindEyes(Eyes):
    """Sees nobody; the episode says who comes and goes."""

    async def run(self) -> None:
        """Do nothing."""


class WillingRecorder(Recorder):
    """Records nothing and says that it did."""

    async def run(self) -> None:
        """Do nothing."""

    async def begin(self, effect: BeginRecording) -> None:
        """Pretend to begin."""
        self._happen(RecordingBegan(effect.request_id, effect.recording_id))

    async def end(self, effect: EndRecording) -> None:
        """Pretend to have kept it."""
        self._happen(RecordingFinished(effect.request_id, effect.recording_id, "0" * 64, 1000, 1, effect.recording_id))

    async def discard(self, effect: DiscardRecording) -> None:
        """There is nothing."""


class NoVideo(VideoLink):
    """Nobody looks on."""

    async def run(self) -> None:
        """Do nothing."""


class WatchedDaemon(Daemon):
    """The daemon, with a moment before every effect it carries out."""

    moment: Moment

    @property
    def state(self) -> Session:
        """The session as it is."""
        return self._state

    @property
    def journal(self) -> Journal:
        """The open journal."""
        return self._journal

    def _carry_out(self, effect: object) -> None:
        self.moment(f"effect {name_of(effect)}")
        super()._carry_out(effect)


class Core:
    """Starts, dies, starts again, with nothing but its files."""

    journal_kind: type[WatchedJournal] = WatchedJournal
    daemon_kind: type[WatchedDaemon] = WatchedDaemon
    voice_kind: type[SilentVoice] = SilentVoice
    given_r: tuple[tuple[Factor, int], ...] = ()

    def __init__(
        self, config: Config, dial: Dial, bank: BankLine, moment: Moment, clock: LoopClock | None = None
    ) -> None:
        self._config, self._dial, self._bank, self._moment = config, dial, bank, moment
        self._clock = clock or LoopClock()
        self._key = read_key(config.paths.keys / "journal.key")
        self._tasks: set[asyncio.Task[Any]] = set()
        self.daemon: WatchedDaemon | None = None
        self.records: list[str] = []
        self.starts = 0

    @property
    def state(self) -> Session:
        """The session as it is; that of a kiosk nobody uses while core is dead."""
        return self.daemon.state if self.daemon else Session()

    def start(self) -> None:
        """Start the process."""
        if self.daemon is not None:
            return
        self.starts += 1
        self._tasks = set()
        context_of(self._tasks).run(self._start)

    def kill(self) -> None:
        """Die at once."""
        if self.daemon is None:
            return
        daemon, self.daemon = self.daemon, None
        for task in tuple(self._tasks):
            task.cancel()
        daemon.journal.close()

    def happen(self, event: object) -> None:
        """Tell core, if it is there."""
        if self.daemon is not None:
            self.daemon.happen(event)

    def _start(self) -> None:
        self._bank.forget()
        parts = Parts(
            clock=self._clock,
            journal=self._open_journal,
            devices=lambda config, happen: DevicePort(config, happen, self._dial),
            host=lambda _: self._bank,
            voice=self.voice_kind,
            eyes=BlindEyes,
            recorder=WillingRecorder,
            video=NoVideo,
            given_r=self.given_r,
        )
        self.daemon = self.daemon_kind(self._config, parts)
        self.daemon.moment = self._moment
        for job in self.daemon.jobs():
            asyncio.get_running_loop().create_task(job)

    def _open_journal(self, config: Config) -> Journal:
        journal = self.journal_kind.open(config.paths.state / "journal.db", self._key, config.kiosk.id)
        assert isinstance(journal, self.journal_kind)
        journal.moment, journal.records = self._moment, self.records
        return journal
