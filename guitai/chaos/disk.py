"""A disk as a power cut leaves it: replays what `shim.c` logged, and draws what of the un-synced part arrived.

The model. A write, a cut to length, a new name, a rename and an unlink wait until a sync that succeeded and did not lie;
until then each of them may have arrived, alone, in any order, a write also in part, by sectors. Syncing a new file brings
its name to the disk, as ext4, XFS and btrfs do; a rename or an unlink waits for the folder's sync. A sync that fails may
throw away what it was to bring (Linux marks such pages clean).

Sources: Pillai et al., "All File Systems Are Not Created Equal" (ALICE), OSDI 2014; Mohan et al., CrashMonkey, OSDI 2018;
Rebello et al., "Can Applications Recover from fsync Failures?", ATC 2020.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SECTOR = 512
MARKS = "marks"
"""The recorder's own file: what had been acknowledged at that place of the log."""

_HEAD = struct.Struct("<ccHIQ")

Arrives = Literal["nothing", "everything", "torn", "some", "sectors"]
ARRIVES: tuple[Arrives, ...] = ("nothing", "everything", "torn", "some", "sectors")
"""Of what waits: none; all; all but a part of the last write; each write or not; each sector of each write or not."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One record of the log."""

    kind: str
    failed: bool
    name: str
    offset: int
    data: bytes


def read_log(path: Path) -> list[Operation]:
    """Return the log's whole records in order."""
    raw, found, at = path.read_bytes(), [], 0
    while at + _HEAD.size <= len(raw):
        kind, failed, length, size, offset = _HEAD.unpack_from(raw, at)
        begin, at = at + _HEAD.size, at + _HEAD.size + length + size
        if at > len(raw):
            break
        found.append(
            Operation(
                kind.decode(), failed != b"\0", raw[begin : begin + length].decode(), offset, raw[begin + length : at]
            )
        )
    return found


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    waiting: list[Operation] = field(default_factory=list)
    named: bool = False
    """Its name is on the disk."""


class Disk:
    """The folder's files, advanced record by record."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._files: dict[str, _File] = {}
        self._gone: dict[str, _File] = {}
        """Unlinked or renamed over, not yet for good."""

        self.marks: list[str] = []
        self._marks = b""

    def apply(self, operation: Operation, *, lies: bool = False) -> None:
        """Take the next record; with `lies` a sync brings nothing to the disk and says that it did."""
        name, kind = operation.name, operation.kind
        if name == MARKS:
            self._mark(operation)
        elif kind == "O":
            self._files[name] = _File()
        elif kind in "WT":
            self._files.setdefault(name, _File()).waiting.append(operation)
        elif kind == "S":
            self._sync(self._files.setdefault(name, _File()), operation.failed, lies)
        elif kind == "D" and not operation.failed and not lies:
            self._gone.clear()
            for file in self._files.values():
                file.named = True
        elif kind == "U" and name in self._files:
            self._leave(name)
        elif kind == "R" and name in self._files:
            moved, new = self._files.pop(name), operation.data.decode()
            if new in self._files:
                self._leave(new)
            self._files[new] = moved

    def states(self, how: Arrives) -> dict[str, bytes]:
        """Return the files, by name, that a power cut now may leave."""
        found = {}
        for name, file in self._files.items():
            if file.named or (how != "nothing" and self._chance.random() < 0.5):
                found[name] = self._left(file, how)
        for name, file in self._gone.items():
            if how == "nothing" or self._chance.random() < 0.5:
                found.setdefault(name, self._left(file, how))
        return found

    def _mark(self, operation: Operation) -> None:
        self._marks += operation.data
        *whole, self._marks = self._marks.split(b"\n")
        self.marks += [line.decode() for line in whole]

    def _leave(self, name: str) -> None:
        file = self._files.pop(name)
        if file.named:
            self._gone[name] = file

    def _sync(self, file: _File, failed: bool, lies: bool) -> None:
        if lies:
            return
        if failed:
            if self._chance.random() < 0.5:
                self._drop_some(file)
            return
        for operation in file.waiting:
            _put(file.durable, operation)
        file.waiting, file.named = [], True

    def _drop_some(self, file: _File) -> None:
        file.waiting = [one for one in file.waiting if one.kind == "T" or self._chance.random() < 0.5]

    def _left(self, file: _File, how: Arrives) -> bytes:
        content = bytearray(file.durable)
        for place, operation in enumerate(file.waiting, 1):
            last = place == len(file.waiting)
            if how == "everything" or (how == "torn" and not last) or (how == "some" and self._chance.random() < 0.5):
                _put(content, operation)
            elif operation.kind == "W" and (how == "sectors" or how == "torn"):
                self._put_sectors(content, operation, in_order=how == "torn")
        return bytes(content)

    def _put_sectors(self, content: bytearray, operation: Operation, *, in_order: bool) -> None:
        parts = list(_sectors(operation))
        kept = parts[: self._chance.randrange(len(parts) + 1)] if in_order else parts
        for part in kept:
            if in_order or self._chance.random() < 0.5:
                _put(content, part)


def _sectors(operation: Operation) -> Iterator[Operation]:
    at, data = operation.offset, operation.data
    while data:
        size = min(len(data), SECTOR - at % SECTOR)
        yield Operation("W", False, operation.name, at, data[:size])
        at, data = at + size, data[size:]


def _put(content: bytearray, operation: Operation) -> None:
    if operation.kind == "T":
        del content[operation.offset :]
        content.extend(bytes(operation.offset - len(content)))
        return
    end = operation.offset + len(operation.data)
    content.extend(bytes(max(0, end - len(content))))
    content[operation.offset : end] = operation.data
