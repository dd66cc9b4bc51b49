"""Rings in shared memory: one writer, any readers, no locks; the microphone, the camera, the teller's picture.

A ring is a memory-mapped file of mode 0640 in the run folder: a 64-byte header, then the slots. The writer bumps the
header's count after a slot is whole; a reader that was overtaken notices as it checks the count once it is done with the
slot, be it copied or borrowed.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from guitai.errors import GuitaiError

MAGIC = b"GTRING1\0"
HEADER = struct.Struct("<8sIIIIQQ")  # magic, slots, slot_bytes, kind a, kind b, count, last_ns
HEADER_BYTES = 64
SLOT_STAMP = struct.Struct("<Q")  # monotonic ns of the slot's last sample or of the picture

AUDIO_RATE_HZ = 16_000
AUDIO_BLOCK = 320
"""Samples per slot: 20 ms."""

PICTURE_SLOTS = 6
"""A picture stays whole for five more: 160 ms at 30 a second, longer than anything looks at one."""

Samples = npt.NDArray[np.int16]
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot's bytes with its number (0, 1, 2 …) and time."""

    number: int
    at_ns: int
    body: bytes | memoryview


class RingWriter:
    """Creates the file afresh (a new inode, so stale readers see a ring that no longer grows) and writes slots."""

    def __init__(self, path: Path, slots: int, slot_bytes: int, shape: tuple[int, int] = (0, 0)) -> None:
        self._slots, self._slot_bytes = slots, slot_bytes
        self._stride = SLOT_STAMP.size + slot_bytes
        size = HEADER_BYTES + slots * self._stride
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o640)
        os.ftruncate(descriptor, size)
        self._map = mmap.mmap(descriptor, size)
        os.close(descriptor)
        HEADER.pack_into(self._map, 0, MAGIC, slots, slot_bytes, *shape, 0, 0)
        draft.replace(path)
        self.shape = shape
        self.count = 0

    def write(self, body: bytes | memoryview, at_ns: int) -> None:
        """Write one slot; `body` must fill it."""
        self.next_body()[:] = body
        self.publish(at_ns)

    def next_body(self) -> memoryview:
        """Return the memory of the slot that is written next: fill it, then `publish`."""
        at = self._next() + SLOT_STAMP.size
        return memoryview(self._map)[at : at + self._slot_bytes]

    def publish(self, at_ns: int) -> None:
        """Let readers see the slot that was filled."""
        SLOT_STAMP.pack_into(self._map, self._next(), at_ns)
        self.count += 1
        struct.pack_into("<QQ", self._map, 24, self.count, at_ns)

    def close(self) -> None:
        """Let go of the memory; the file stays for readers."""
        with contextlib.suppress(BufferError):  # a body is still in use: it goes with the last of them
            self._map.close()

    def _next(self) -> int:
        return HEADER_BYTES + (self.count % self._slots) * self._stride


class RingReader:
    """Reads a ring another process writes. Raises GuitaiError ``wire.ring_missing``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self._inode = os.fstat(file.fileno()).st_ino
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            magic, self.slots, self.slot_bytes, a, b, _, _ = HEADER.unpack_from(self._map, 0)
        except (OSError, ValueError, struct.error) as error:
            raise GuitaiError("wire.ring_missing", path=path, reason=str(error)) from error
        if magic != MAGIC or len(self._map) != HEADER_BYTES + self.slots * (SLOT_STAMP.size + self.slot_bytes):
            raise GuitaiError("wire.ring_missing", path=path, reason="not a ring")
        self.shape = (a, b)
        self.next = self.count()

    def count(self) -> int:
        """Return how many slots were written since the ring was made."""
        value: int = struct.unpack_from("<Q", self._map, 24)[0]
        return value

    def renewed(self) -> bool:
        """Return whether the writer has started again with a new file: open a new reader."""
        try:
            return self._path.stat().st_ino != self._inode
        except FileNotFoundError:
            return True

    def read_new(self) -> list[Slot]:
        """Return the slots written since the last call, oldest first; those overwritten meanwhile are skipped."""
        out = []
        count = self.count()
        self.next = max(self.next, count - self.slots + 1, 0)
        while self.next < count:
            slot = self._copy(self.next)
            if slot is not None:
                out.append(slot)
            self.next += 1
        return out

    def borrow(self) -> Slot | None:
        """Return the newest slot in the writer's own memory, or None while the ring is empty.

        Nothing is copied. What was made of it counts only if it is `whole` afterwards.
        """
        count = self.count()
        return self._lent(count - 1) if count else None

    def whole(self, slot: Slot) -> bool:
        """Return whether a borrowed slot has not been written over since."""
        return bool(self.count() - slot.number < self.slots)

    def close(self) -> None:
        """Unmap; what is still borrowed keeps the memory until it is dropped."""
        with contextlib.suppress(BufferError):
            self._map.close()

    def _copy(self, number: int) -> Slot | None:
        lent = self._lent(number)
        copied = Slot(number, lent.at_ns, bytes(lent.body))
        return copied if self.whole(lent) else None

    def _lent(self, number: int) -> Slot:
        at = HEADER_BYTES + (number % self.slots) * (SLOT_STAMP.size + self.slot_bytes)
        (at_ns,) = SLOT_STAMP.unpack_from(self._map, at)
        body = at + SLOT_STAMP.size
        return Slot(number, at_ns, memoryview(self._map)[body : body + self.slot_bytes])


def audio_ring(path: Path, seconds: int = 30) -> RingWriter:
    """Make the microphone ring: int16 mono 16 kHz in slots of 20 ms."""
    return RingWriter(path, seconds * AUDIO_RATE_HZ // AUDIO_BLOCK, AUDIO_BLOCK * 2)


def picture_ring(path: Path, width: int, height: int) -> RingWriter:
    """Make a ring of BGR pictures, height x width x 3 uint8."""
    return RingWriter(path, PICTURE_SLOTS, width * height * 3, (width, height))


def next_picture(ring: RingWriter) -> Picture:
    """Return the picture that is written next, height x width x 3, to be filled in place and published."""
    width, height = ring.shape
    return np.frombuffer(ring.next_body(), dtype=np.uint8).reshape(height, width, 3)


def samples(slot: Slot) -> Samples:
    """Return an audio slot's samples."""
    return np.frombuffer(slot.body, dtype="<i2")


def picture(slot: Slot, shape: tuple[int, int]) -> Picture:
    """Return a picture slot as height x width x 3; of a borrowed slot without copying, and read-only."""
    width, height = shape
    return np.frombuffer(slot.body, dtype=np.uint8).reshape(height, width, 3)
