"""Rings in shared memory: one writer, any readers, no locks; the microphone, the camera, the teller's picture.

A ring is a memory-mapped file of mode 0640 in the run folder: a 64-byte header, then the slots. The writer bumps the
header's count after a slot is whole; a reader that was overtaken notices as it checks the count after copying.
"""

from __future__ import annotations

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

Samples = npt.NDArray[np.int16]
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot's bytes with its number (0, 1, 2 …) and time."""

    number: int
    at_ns: int
    body: bytes


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
        self.count = 0

    def write(self, body: bytes | memoryview, at_ns: int) -> None:
        """Write one slot; `body` must fill it."""
        assert len(body) == self._slot_bytes
        at = HEADER_BYTES + (self.count % self._slots) * self._stride
        SLOT_STAMP.pack_into(self._map, at, at_ns)
        self._map[at + SLOT_STAMP.size : at + self._stride] = bytes(body)
        self.count += 1
        struct.pack_into("<QQ", self._map, 24, self.count, at_ns)

    def close(self) -> None:
        """Let go of the memory; the file stays for readers."""
        self._map.close()


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

    def latest(self) -> Slot | None:
        """Return the newest slot, or None while the ring is empty."""
        count = self.count()
        return self._copy(count - 1) if count else None

    def close(self) -> None:
        """Unmap."""
        self._map.close()

    def _copy(self, number: int) -> Slot | None:
        stride = SLOT_STAMP.size + self.slot_bytes
        at = HEADER_BYTES + (number % self.slots) * stride
        (at_ns,) = SLOT_STAMP.unpack_from(self._map, at)
        body = self._map[at + SLOT_STAMP.size : at + stride]
        overtaken = self.count() - number >= self.slots
        return None if overtaken else Slot(number, at_ns, body)


def audio_ring(path: Path, seconds: int = 30) -> RingWriter:
    """Make the microphone ring: int16 mono 16 kHz in slots of 20 ms."""
    return RingWriter(path, seconds * AUDIO_RATE_HZ // AUDIO_BLOCK, AUDIO_BLOCK * 2)


def picture_ring(path: Path, width: int, height: int, slots: int = 4) -> RingWriter:
    """Make a ring of BGR pictures, height x width x 3 uint8."""
    return RingWriter(path, slots, width * height * 3, (width, height))


def samples(slot: Slot) -> Samples:
    """Return an audio slot's samples."""
    return np.frombuffer(slot.body, dtype="<i2")


def picture(slot: Slot, shape: tuple[int, int]) -> Picture:
    """Return a picture slot as height x width x 3."""
    width, height = shape
    return np.frombuffer(slot.body, dtype=np.uint8).reshape(height, width, 3)
