"""What the settings name, started and stopped together: devices, files, hands, or a silent clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack

import structlog

from firmware_bridge.sound.engine import Capture, PacedCapture, PacedPlayback, Playback
from firmware_bridge.sound.handset import STALLED_NS, Handset, as_error
from firmware_bridge.sound.microphone import Source
from firmware_bridge.sound.pacer import Pacer
from guitai import config
from guitai.errors import GuitaiError
from guitai.messages.device import Device, DeviceState

log = structlog.get_logger()


class Rig:
    """Use as a context. A missing device is logged, not fatal: the kiosk goes on by touch, and plays pass in silence."""

    def __init__(
        self,
        settings: config.Sound,
        paced: PacedPlayback,
        capture: Capture | None,
        source: Source | None,
        handset: PacedPlayback | None = None,
        fit: Callable[[bool], None] = lambda _there: None,
    ) -> None:
        """`fit` is told whether a handset plays."""
        self._settings, self._paced, self._capture, self._source = settings, paced, capture, source
        self._handset, self._fit = handset, fit
        self._ear: Handset | None = None
        """The handset's device, if it is one."""

        self._playback = paced.playback
        self._running = ExitStack()
        self._ticks: list[PacedPlayback | PacedCapture] = []
        self._missing: set[Device] = set()
        self._since_ns = 0

    def __enter__(self) -> Rig:
        self._since_ns = self._playback.alive_ns = time.monotonic_ns()
        if self._capture is not None:
            self._capture.alive_ns = self._since_ns
        with ExitStack() as starting:
            self._start_speaker(starting)
            self._start_handset(starting)
            self._start_microphone(starting)  # after the speaker: a block's echo reference must be there before it
            if self._ticks:
                pacer = Pacer(self._tick)
                pacer.start()
                starting.callback(pacer.stop)
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    @property
    def complete(self) -> bool:
        """Return whether microphone and loudspeaker are open, as far as the settings name them."""
        return not self._missing

    @property
    def handset_missing(self) -> bool:
        """Return whether the handset the settings name plays nothing."""
        return self._ear is not None and self._ear.missing

    def look(self) -> None:
        """Mend the handset, while everything else goes on."""
        if self._ear is not None:
            self._ear.look()

    def stalled(self) -> bool:
        """Return whether the loudspeaker or capture has stood still for two seconds."""
        ends = [self._playback.alive_ns]
        if self._capture is not None and (self._source is not None or "microphone" not in self._missing):
            ends.append(self._capture.alive_ns)
        return any(_still(alive_ns) for alive_ns in ends)

    def states(self) -> list[DeviceState]:
        """Return how each real device does that the settings name; one that was just opened says nothing yet."""
        found = []
        if self._settings.loudspeaker.startswith("device"):
            found.append(self._state("loudspeaker", self._playback))
        if self._capture is not None and self._settings.microphone.startswith("device"):
            found.append(self._state("microphone", self._capture))
        if self._ear is not None:
            found.append(self._ear.state)
        return [state for state in found if state is not None]

    def _state(self, device: Device, end: Playback | Capture) -> DeviceState | None:
        if device in self._missing:
            return DeviceState(device, False, "sound.no_device")
        if _still(end.alive_ns):
            return DeviceState(device, False, "sound.stalled")
        if device == "microphone" and end.meter.dead:
            return DeviceState(device, False, "sound.dead_microphone")
        return DeviceState(device, True) if end.alive_ns > self._since_ns else None

    def _tick(self, now_ns: int) -> None:
        for work in self._ticks:
            work.tick(now_ns)

    def _start_speaker(self, starting: ExitStack) -> None:
        kind, _, name = self._settings.loudspeaker.partition(":")
        if kind == "device":
            try:
                from firmware_bridge.sound.devices import DeviceSpeaker  # loads PortAudio, which may be absent

                speaker = DeviceSpeaker(name, self._playback.block)
                starting.callback(speaker.stop)
                speaker.start()
            except (GuitaiError, OSError) as error:
                self._lacks("loudspeaker", name, error)
            else:
                return
        self._ticks.append(self._paced)

    def _start_handset(self, starting: ExitStack) -> None:
        if self._handset is None:
            return
        kind, _, name = self._settings.handset.partition(":")
        if kind != "device":
            self._ticks.append(self._handset)
        else:
            self._ear = Handset(name, self._handset.playback, self._fit)
            starting.callback(self._ear.close)
            self._ear.open()
            return
        self._fit(True)
        starting.callback(self._fit, False)

    def _start_microphone(self, starting: ExitStack) -> None:
        if self._capture is None:
            return
        if self._source is not None:
            self._ticks.append(PacedCapture(self._capture, self._source))
            return
        name = self._settings.microphone.partition(":")[2]
        try:
            from firmware_bridge.sound.devices import DeviceMicrophone  # as above

            microphone = DeviceMicrophone(name, self._capture.device_block)
            starting.callback(microphone.stop)
            microphone.start()
        except (GuitaiError, OSError) as error:
            self._lacks("microphone", name, error)

    def _lacks(self, device: Device, name: str, error: Exception) -> None:
        self._missing.add(device)
        told = as_error(device, name, error)
        log.error(told.code, reason=told.english())


def _still(alive_ns: int) -> bool:
    return time.monotonic_ns() - alive_ns > STALLED_NS
