"""One recording while it is made: a thread takes sound and pictures from the rings and writes them away, encrypted."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from firmware_bridge.recorder.chunks import ChunkWriter, key_id, put_manifest, remove
from firmware_bridge.recorder.film import PICTURES_PER_S, FilmWriter
from firmware_bridge.recorder.tap import KioskTap
from firmware_bridge.recorder.timeline import Timeline
from firmware_bridge.sound.blocks import BLOCK_NS, SPEAKER_BLOCK, SPEAKER_RATE_HZ, to_int16
from firmware_bridge.sound.resample import Resampler
from guitai.errors import GuitaiError
from guitai.messages.recording import Retention
from guitai.wire.films import Manifest
from guitai.wire.rings import AUDIO_RATE_HZ, RingReader, picture, samples

NS, MS_NS = 1_000_000_000, 1_000_000
TURN_S = 1 / PICTURES_PER_S
STALE_NS = 3 * NS
"""A ring that has not grown for so long is dead: then nothing is recorded any more."""

BEHIND_NS = NS // 2
"""Sound is written away this late, so that both tracks are there."""

MOST_S = 900.0
"""Ten sales take less; a recording that nobody ends must not fill the disk."""

CUSTOMER, KIOSK = 0, 1
SILENCE = np.zeros(SPEAKER_BLOCK, np.int16)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished recording."""

    sha256: str
    duration_ms: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Keys:
    """For whom the film's key is wrapped: this kiosk, and headquarters where it is known."""

    wrapping: bytes
    viewing: X25519PublicKey | None


@dataclass(frozen=True, slots=True)
class Rings:
    """Open rings."""

    microphone: RingReader
    camera: RingReader

    @classmethod
    def open(cls, microphone: Path, camera: Path) -> Rings:
        """Open both. Raises GuitaiError ``recording.no_microphone``, ``recording.no_camera`` when one is missing or dead."""
        return cls(_alive(microphone, "recording.no_microphone"), _alive(camera, "recording.no_camera"))

    def check(self) -> None:
        """Raise the same when one of them has stopped growing."""
        for ring, code in ((self.microphone, "recording.no_microphone"), (self.camera, "recording.no_camera")):
            if not _grows(ring):
                raise GuitaiError(code)

    def close(self) -> None:
        """Let go of both."""
        self.microphone.close()
        self.camera.close()


class Recording:
    """Begins with its construction; `finish` or `discard` ends it. Its methods belong to one thread, its work to another."""

    def __init__(
        self, folder: Path, kiosk_id: str, retention: Retention, rings: Rings, tap: KioskTap, keys: Keys
    ) -> None:
        self._folder, self._kiosk_id, self._retention = folder, kiosk_id, retention
        self._rings, self._tap, self._keys = rings, tap, keys
        self._chunks = ChunkWriter(folder)
        width, height = rings.camera.shape
        self._film = FilmWriter(self._chunks, width, height)
        self._began_ns, self._began_ms = time.monotonic_ns(), time.time_ns() // MS_NS
        self._timeline = Timeline(self._began_ns, AUDIO_RATE_HZ)
        self._resampler = Resampler(SPEAKER_RATE_HZ, AUDIO_RATE_HZ, live=True)
        self._seen = 0
        self._stop = threading.Event()
        self._error: GuitaiError | None = None
        tap.take()
        rings.microphone.read_new()
        self._thread = threading.Thread(target=self._work, name="recording", daemon=True)
        self._thread.start()

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder

    def finish(self) -> Kept:
        """End it and write its manifest. Raises GuitaiError ``recording.*``; then nothing of it is left."""
        self._end()
        try:
            if self._error is not None:
                raise self._error
            if not self._film.pictures:
                raise GuitaiError("recording.no_camera")
            chunks, wrapped, sealed = self._chunks.finish(self._keys.wrapping, self._keys.viewing)
            manifest = Manifest(
                recording_id=self._folder.name, kiosk_id=self._kiosk_id, retention=self._retention,
                began_ms=self._began_ms, duration_ms=self._film.duration_ms, pictures=self._film.pictures,
                key_id=key_id(self._keys.wrapping), wrapped_key=wrapped, sealed_key=sealed, chunks=chunks,
            )  # fmt: skip
            return Kept(put_manifest(self._folder, manifest), manifest.duration_ms, manifest.size_bytes)
        except GuitaiError:
            remove(self._folder)
            raise

    def discard(self) -> None:
        """Forget it."""
        self._end()
        remove(self._folder)

    def _end(self) -> None:
        self._stop.set()
        self._thread.join()
        self._rings.close()

    def _work(self) -> None:
        try:
            while not self._stop.wait(TURN_S):
                self._turn(time.monotonic_ns() - BEHIND_NS)
                if time.monotonic_ns() - self._began_ns > MOST_S * NS:
                    raise GuitaiError("recording.too_long", most_s=MOST_S)
            self._turn(time.monotonic_ns())
            self._film.close()
        except GuitaiError as error:
            self._error = error
        except Exception as error:
            # The thread's one guard: whatever broke in an encoder, there must be no sale on it.
            log.exception("recording broke")
            self._error = GuitaiError("recording.broke", reason=type(error).__name__)
        if self._error is not None:
            log.error(self._error.code, reason=self._error.english())

    def _turn(self, until_ns: int) -> None:
        self._rings.check()
        for slot in self._rings.microphone.read_new():
            self._timeline.put(CUSTOMER, samples(slot), slot.at_ns - BLOCK_NS)
        for block, start_ns in self._tap.take():
            said = self._resampler.feed(SILENCE if block is None else block)
            self._timeline.put(KIOSK, to_int16(said), start_ns)
        self._film.sound(self._timeline.take(until_ns))
        self._look()

    def _look(self) -> None:
        slot = self._rings.camera.borrow()
        if slot is None or slot.number < self._seen:
            return
        seen = picture(slot, self._rings.camera.shape).copy()
        if self._rings.camera.whole(slot):
            self._seen = slot.number + 1
            self._film.picture(seen, max(0, slot.at_ns - self._began_ns) // MS_NS)


def _alive(path: Path, code: str) -> RingReader:
    try:
        ring = RingReader(path)
    except GuitaiError as error:
        raise GuitaiError(code) from error
    if not _grows(ring):
        ring.close()
        raise GuitaiError(code)
    return ring


def _grows(ring: RingReader) -> bool:
    slot = ring.borrow()
    return slot is not None and not ring.renewed() and time.monotonic_ns() - slot.at_ns < STALE_NS
