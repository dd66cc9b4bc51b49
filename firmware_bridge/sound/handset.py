"""The handset's device, opened and mended by itself: while it is missing or stands still, microphone and loudspeaker go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import structlog

from firmware_bridge.sound.engine import Playback
from guitai.errors import GuitaiError
from guitai.messages.device import Device, DeviceState

STALLED_NS = 2_000_000_000
RETRY_FIRST_NS = 2_000_000_000
RETRY_MOST_NS = 60_000_000_000
log = structlog.get_logger()


class Speaker(Protocol):
    """An opened device."""

    def start(self) -> None:
        """Begin to play. Raises ``sound.no_device``."""

    def stop(self) -> None:
        """Close it."""


def open_device(name: str, playback: Playback) -> Speaker:
    """Return the device of that name. Raises ``sound.no_device``; OSError without PortAudio."""
    from firmware_bridge.sound.devices import DeviceSpeaker  # loads PortAudio, which may be absent

    return DeviceSpeaker(name, playback.block, "handset")


class Handset:
    """`fit` is told that it plays once a block was asked for, and that it does not any more. Look at it every second."""

    def __init__(
        self,
        name: str,
        playback: Playback,
        fit: Callable[[bool], None],
        opened: Callable[[str, Playback], Speaker] = open_device,
    ) -> None:
        self._name, self._playback, self._fit, self._opened = name, playback, fit, opened
        self._speaker: Speaker | None = None
        self._fitted = False
        self._code = ""
        """Why it plays nothing."""

        self._since_ns = self._retry_at_ns = 0
        self._retry_ns = RETRY_FIRST_NS

    def open(self) -> None:
        """Open it; one that cannot be opened is tried again, ever less often."""
        self._since_ns = self._playback.alive_ns = time.monotonic_ns()
        speaker: Speaker | None = None
        try:
            speaker = self._opened(self._name, self._playback)
            speaker.start()
        except (GuitaiError, OSError) as error:
            if speaker is not None:
                speaker.stop()
            self._lost(as_error("handset", self._name, error))
        else:
            self._speaker = speaker

    def look(self) -> None:
        """Take in how it does, and mend it."""
        now_ns, alive_ns = time.monotonic_ns(), self._playback.alive_ns
        if self._speaker is None:
            if now_ns >= self._retry_at_ns:
                self.open()
        elif now_ns - alive_ns > STALLED_NS:
            self.close()
            self._lost(GuitaiError("sound.stalled"))
        elif alive_ns > self._since_ns and not self._fitted:
            self._fitted, self._code, self._retry_ns = True, "", RETRY_FIRST_NS
            self._fit(True)

    @property
    def missing(self) -> bool:
        """Whether it is not open, or was not before it was opened once more."""
        return self._code != ""

    @property
    def state(self) -> DeviceState | None:
        """How it does; None while it was only just opened."""
        if self._code:
            return DeviceState("handset", False, self._code)
        return DeviceState("handset", True) if self._fitted else None

    def close(self) -> None:
        """Close it: everything public goes to the loudspeaker."""
        if self._fitted:
            self._fitted = False
            self._fit(False)
        if self._speaker is not None:
            self._speaker.stop()
            self._speaker = None

    def _lost(self, error: GuitaiError) -> None:
        if error.code != self._code:
            log.error(error.code, device="handset", reason=error.english())
        self._code = error.code
        self._retry_at_ns = time.monotonic_ns() + self._retry_ns
        self._retry_ns = min(RETRY_MOST_NS, 2 * self._retry_ns)


def as_error(device: Device, name: str, error: Exception) -> GuitaiError:
    """Return why a device cannot be opened; anything else than a GuitaiError: PortAudio itself is not installed."""
    if isinstance(error, GuitaiError):
        return error
    return GuitaiError(
        "sound.no_device", setting=f"sound.{device}", device=name or "default", reason=error, present="none"
    )
