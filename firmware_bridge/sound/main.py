"""Sound as the devices process runs it: the ring, the socket, and a rig of devices that is mended when it breaks."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import ExitStack
from pathlib import Path

import structlog

from firmware_bridge.sound.blocks import SPEAKER_RATE_HZ
from firmware_bridge.sound.echo import find_canceller
from firmware_bridge.sound.engine import Capture, PacedPlayback, Playback, Tap
from firmware_bridge.sound.microphone import FileSource, Hands, Source
from firmware_bridge.sound.mixer import Mixer, Note
from firmware_bridge.sound.reference import Reference
from firmware_bridge.sound.rig import Rig
from firmware_bridge.sound.server import SoundServer
from firmware_bridge.sound.wav import WavRecorder, read_wav
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.device import DeviceState
from guitai.systemd import notify
from guitai.tables import RINGS, SOCKETS
from guitai.wire.rings import audio_ring
from guitai.wire.sockets import serve

LOOK_EVERY_S = 1.0
RETRY_FIRST_S = 2.0
RETRY_MOST_S = 60.0
QUIET_FIRST_S = 600.0
QUIET_MOST_S = 4 * 3600.0
"""How long nothing was said before all devices are closed to look for a handset: nobody is served then."""

log = structlog.get_logger()


class Sound:
    """The one owner of microphone and loudspeaker. `started` is set once ring and socket stand and blocks flow."""

    def __init__(self, config: Config, tap: Tap | None = None) -> None:
        self._settings, self._tap = config.sound, tap
        self._run_folder = config.paths.run
        self._hands = Hands() if config.sound.microphone == "hands" else None
        self._mixer = Mixer()
        self._server = SoundServer(self._mixer)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.started = asyncio.Event()

    def report(self, state: DeviceState) -> None:
        """Tell those who watch the socket how a device does (from any thread; the camera's too)."""
        loop = self._loop  # read once: it ends in another thread
        if loop is None:
            self._server.report(state)  # nobody is connected: it is kept for who will be
        else:
            loop.call_soon_threadsafe(self._server.report, state)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`. Raises GuitaiError ``sound.bad_wav``, ``wire.address_in_use``."""
        self._loop = loop = asyncio.get_running_loop()
        try:
            await self._run(loop, stop)
        finally:
            self._loop = None

    async def _run(self, loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        reference = Reference(SPEAKER_RATE_HZ)

        def tell(note: Note, at_ns: int) -> None:
            loop.call_soon_threadsafe(self._server.tell, note, at_ns)

        playback = Playback(self._mixer, reference, tell, self._tap)
        handset = Playback(self._mixer, None, tell, self._tap, "handset")  # at an ear: no microphone hears it
        with ExitStack() as standing:
            paced = PacedPlayback(playback, _recorder(standing, self._settings.loudspeaker))
            ear = PacedPlayback(handset, _recorder(standing, self._settings.handset))
            private = None if self._settings.handset == "none" else ear
            source = self._source()
            capture = self._capture(standing, reference)
            async with serve(self._run_folder / SOCKETS["sound"], self._server.handle):
                retry_s, quiet_s = RETRY_FIRST_S, QUIET_FIRST_S
                while not stop.is_set():
                    with Rig(self._settings, paced, capture, source, private, self._mixer.fit) as rig:
                        self.started.set()
                        await self._watch(rig, stop, retry_s, quiet_s, playback, capture)
                    quiet_s = min(QUIET_MOST_S, quiet_s * 2) if rig.complete and rig.handset_missing else QUIET_FIRST_S
                    retry_s = RETRY_FIRST_S if rig.complete else min(RETRY_MOST_S, retry_s * 2)
                    _look_again(self._settings.microphone, self._settings.loudspeaker, self._settings.handset)

    async def _watch(
        self, rig: Rig, stop: asyncio.Event, retry_s: float, quiet_s: float, playback: Playback, capture: Capture | None
    ) -> None:
        """Return at `stop`, when the rig has stalled, or when it is time to look again for a missing device and nobody speaks.

        For a handset alone that time comes only when nothing was said for `quiet_s`.
        """
        loop = asyncio.get_running_loop()
        retry_at, said_at = loop.time() + retry_s, loop.time()
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)
            rig.look()
            for state in rig.states():
                self._server.report(state)
            self._server.levels(None if capture is None else capture.meter.dbfs(), playback.meter.dbfs())
            if rig.stalled():
                log.error("sound.stalled")
                return
            notify("WATCHDOG=1")  # the event loop turns and sound flows
            if not rig.complete and loop.time() > retry_at and self._mixer.idle:  # looking again closes what is open
                return
            if not self._mixer.idle:
                said_at = loop.time()
            if rig.handset_missing and loop.time() - said_at > quiet_s:
                return

    def feed(self, wav: Path) -> int:
        """Have the simulated microphone hear a WAV; return when its last sample is captured (CLOCK_MONOTONIC, ns).

        Raises GuitaiError ``sound.no_hands`` unless sound.microphone is ``hands``, ``sound.bad_wav``.
        """
        if self._hands is None:
            raise GuitaiError("sound.no_hands", microphone=self._settings.microphone)
        return self._hands.feed(read_wav(wav))

    def _source(self) -> Source | None:
        kind, _, name = self._settings.microphone.partition(":")
        return FileSource(Path(name)) if kind == "file" else self._hands

    def _capture(self, standing: ExitStack, reference: Reference) -> Capture | None:
        if self._settings.microphone == "none":
            return None
        ring = audio_ring(self._run_folder / RINGS["microphone"])
        standing.callback(ring.close)
        canceller = find_canceller() if self._settings.echo_cancellation else None
        if canceller is not None:
            standing.callback(canceller.close)
        return Capture(ring, reference, canceller)


def _recorder(standing: ExitStack, output: str) -> WavRecorder | None:
    kind, _, name = output.partition(":")
    if kind != "file":
        return None
    recorder = WavRecorder(Path(name))
    standing.callback(recorder.close)
    return recorder


def _look_again(*settings: str) -> None:
    if any(setting.startswith("device") for setting in settings):
        # PortAudio is not installed or cannot begin: the rig says so as it opens the devices
        with contextlib.suppress(OSError, GuitaiError):
            from firmware_bridge.sound.devices import look_again

            look_again()
