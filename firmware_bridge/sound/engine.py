"""Capture and playback on one clock: mixer to loudspeaker or handset, loudspeaker to echo reference, microphone to ring."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import structlog

from firmware_bridge.sound.alignment import Aligner
from firmware_bridge.sound.blocks import BLOCK_NS, SPEAKER_BLOCK, SPEAKER_RATE_HZ, Samples, to_int16
from firmware_bridge.sound.echo import DELAY_NS, EchoCanceller
from firmware_bridge.sound.levels import Meter
from firmware_bridge.sound.microphone import Source
from firmware_bridge.sound.mixer import Mixer, Note, Output
from firmware_bridge.sound.reference import Reference
from firmware_bridge.sound.resample import Resampler
from firmware_bridge.sound.wav import WavRecorder
from guitai.wire.rings import AUDIO_RATE_HZ, RingWriter

Notify = Callable[[Note, int], None]
"""Called from a sound thread with what happened and when (CLOCK_MONOTONIC, ns)."""

Tap = Callable[[Samples | None, int], None]
"""Gets each block that goes out and when its first sample does; None is silence. Called from a sound thread."""

NS = 1_000_000_000
log = structlog.get_logger()


class Playback:
    """Takes an output's blocks from the mixer, keeps the loudspeaker's as echo reference, and tells what began and ended."""

    def __init__(
        self,
        mixer: Mixer,
        reference: Reference | None,
        notify: Notify,
        tap: Tap | None = None,
        output: Output = "loudspeaker",
    ) -> None:
        """`reference` is None for what no microphone can hear."""
        self._mixer, self._reference, self._notify, self._tap, self._output = mixer, reference, notify, tap, output
        self.alive_ns = time.monotonic_ns()
        """When a block was last asked for: a device that was pulled out stops asking."""

        self.meter = Meter()

    def block(self, start_ns: int) -> Samples | None:
        """Return the 20 ms that go out from `start_ns` on; None is silence."""
        self.alive_ns = time.monotonic_ns()
        block, notes = self._mixer.read(self._output)
        self.meter.add(block)
        if self._reference is not None:
            self._reference.put(block, start_ns, SPEAKER_BLOCK)
        if self._tap is not None and self._output == self._mixer.output:
            self._tap(block, start_ns)
        for note in notes:
            self._notify(note, start_ns + note.offset * NS // SPEAKER_RATE_HZ)
        return block


class PacedPlayback:
    """Playback without a device: into a recording, or into nothing, at real speed."""

    def __init__(self, playback: Playback, recorder: WavRecorder | None) -> None:
        self.playback, self._recorder = playback, recorder
        self._silence = np.zeros(SPEAKER_BLOCK, np.int16)

    def tick(self, now_ns: int) -> None:
        """Play the block that starts now."""
        block = self.playback.block(now_ns)
        if self._recorder is not None:
            self._recorder.write(self._silence if block is None else block)


class Capture:
    """Cleans microphone blocks of echo and writes them into the ring."""

    def __init__(self, ring: RingWriter, reference: Reference, canceller: EchoCanceller | None) -> None:
        self._ring, self._reference, self._canceller = ring, reference, canceller
        self._aligner = Aligner()
        self._from_device = Resampler(SPEAKER_RATE_HZ, AUDIO_RATE_HZ, live=True)
        self.alive_ns = time.monotonic_ns()
        """When a block last came: a device that was pulled out stops sending."""

        self.meter = Meter()

    def block(self, near: Samples, end_ns: int) -> None:
        """Take 320 samples at 16 kHz whose last one was captured at `end_ns`."""
        self.alive_ns = time.monotonic_ns()
        self.meter.add(near)
        if self._canceller is not None:
            far = self._reference.take(end_ns - BLOCK_NS)
            wrong = 0 if far is None else self._aligner.feed(near, far)
            if wrong:
                log.info("sound.echo_found", later_ms=wrong * 1000 // AUDIO_RATE_HZ)
                self._reference.earlier(wrong)
            near = self._canceller.process(near, far)
            end_ns -= DELAY_NS
        self._ring.write(near.astype("<i2").tobytes(), end_ns)

    def device_block(self, near: Samples, end_ns: int) -> None:
        """Take 960 samples at 48 kHz."""
        self.block(to_int16(self._from_device.feed(near)), end_ns)


class PacedCapture:
    """Capture without a device."""

    def __init__(self, capture: Capture, source: Source) -> None:
        self._capture, self._source = capture, source

    def tick(self, now_ns: int) -> None:
        """Capture the block that ends now."""
        self._capture.block(self._source.read(now_ns), now_ns)
