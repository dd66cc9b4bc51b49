"""Real sound devices by PortAudio: its own threads capture and play; times are translated to CLOCK_MONOTONIC.

Whatever PortAudio refuses is GuitaiError ``sound.no_device``: the kiosk goes on by touch and looks again later.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any, Literal

import sounddevice

from firmware_bridge.sound.blocks import BLOCK_NS, SPEAKER_BLOCK, SPEAKER_RATE_HZ, Samples
from guitai.errors import GuitaiError

End = Literal["microphone", "loudspeaker", "handset"]
DIRECTION: dict[End, str] = {"microphone": "input", "loudspeaker": "output", "handset": "output"}
PULSE = "pulse:"
"""``device:pulse:NAME`` is a source or sink of the sound server by its stable name, as `pactl list short` gives it.

Not of a handset: a sound server moves what it plays to another sink when one goes (config.py).
"""

SHARED = frozenset({"default", "pulse", "pipewire"})
"""Names of ALSA behind which it is decided elsewhere where the sound comes out, and where to when a device goes."""

LATENCY_S = 0.04
"""Two blocks: little enough that hush is heard within 60 ms."""

SANE_S = 1.0


class DeviceMicrophone:
    """Calls `captured(block, end_ns)` for every 20 ms at 48 kHz."""

    def __init__(self, device: str, captured: Callable[[Samples, int], None]) -> None:
        self._captured, self._device = captured, device
        self._stream = _opened("microphone", device, self._callback)

    def start(self) -> None:
        """Begin to capture. Raises ``sound.no_device``."""
        _start(self._stream, "microphone", self._device)

    def stop(self) -> None:
        """Close the device."""
        self._stream.close()

    def _callback(self, indata: Any, _frames: int, at: Any, _status: Any) -> None:
        begun_ns = _monotonic(at.inputBufferAdcTime - at.currentTime)
        self._captured(indata[:, 0].copy(), begun_ns + BLOCK_NS)


class DeviceSpeaker:
    """Asks `play(start_ns)` for every 20 ms at 48 kHz; None is silence."""

    def __init__(
        self, device: str, play: Callable[[int], Samples | None], end: Literal["loudspeaker", "handset"] = "loudspeaker"
    ) -> None:
        self._play, self._device, self._end = play, device, end
        self._stream = _opened(end, device, self._callback)

    def start(self) -> None:
        """Begin to play. Raises ``sound.no_device``."""
        _start(self._stream, self._end, self._device)

    def stop(self) -> None:
        """Close the device."""
        self._stream.close()

    def _callback(self, outdata: Any, _frames: int, at: Any, _status: Any) -> None:
        block = self._play(_monotonic(at.outputBufferDacTime - at.currentTime))
        outdata[:, 0] = 0 if block is None else block


def look_again() -> None:
    """Forget PortAudio's list of devices, which it makes only once; no stream may be open. Raises ``sound.no_device``."""
    with contextlib.suppress(sounddevice.PortAudioError):  # it has ended already: it could not begin the last time
        sounddevice._terminate()  # noqa: SLF001 - sounddevice offers no public way to notice a device plugged in later
    try:
        sounddevice._initialize()  # noqa: SLF001 - as above
    except sounddevice.PortAudioError as error:
        raise _no_device("sound", "PortAudio", error, "none") from error


def _opened(end: End, device: str, callback: Callable[..., None]) -> Any:
    """Open a device by a part of its name, the sound server's by its whole name, or (empty) the default one."""
    kind: Any = sounddevice.InputStream if end == "microphone" else sounddevice.OutputStream
    name: str | None = device or None
    variable = "PULSE_SOURCE" if end == "microphone" else "PULSE_SINK"
    os.environ.pop(variable, None)
    if device.startswith(PULSE):
        name, os.environ[variable] = "pulse", device.removeprefix(PULSE)  # libpulse reads it as it connects
    try:
        if end == "handset" and sounddevice.query_devices(name, "output")["name"] in SHARED:
            raise ValueError("what is said into a handset may come out of the loudspeaker there; name its ALSA card")
        return kind(
            samplerate=SPEAKER_RATE_HZ,
            blocksize=SPEAKER_BLOCK,
            channels=1,
            dtype="int16",
            device=name,
            latency=LATENCY_S,
            callback=callback,
        )
    except (sounddevice.PortAudioError, ValueError) as error:
        raise _refused(end, device, error) from error


def _start(stream: Any, end: End, device: str) -> None:
    try:
        stream.start()
    except sounddevice.PortAudioError as error:
        raise _refused(end, device, error) from error


def _refused(end: End, device: str, error: Exception) -> GuitaiError:
    return _no_device(f"sound.{end}", device or "default", error, ", ".join(_present(end)) or "none")


def _present(end: End) -> list[str]:
    """Return the names PortAudio knows for devices of one kind; a part of one that fits no other will do."""
    channels = f"max_{DIRECTION[end]}_channels"
    with contextlib.suppress(sounddevice.PortAudioError):  # why a device could not be opened says more than this
        return [str(device["name"]) for device in sounddevice.query_devices() if device[channels] > 0]
    return []


def _no_device(setting: str, device: str, error: Exception, there: str) -> GuitaiError:
    reason = " ".join(str(error).split())
    return GuitaiError("sound.no_device", setting=setting, device=device, reason=reason, present=there)


def _monotonic(from_now_s: float) -> int:
    """Translate a buffer's time; some PortAudio back ends give none."""
    return time.monotonic_ns() + (int(from_now_s * 1e9) if abs(from_now_s) < SANE_S else 0)
