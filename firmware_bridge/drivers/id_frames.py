"""Frames of Chinese ID-card readers (the serial protocol of the SAM in every certified reader). Sans-I/O.

Both ways: preamble ``AA AA AA 96 69``, length (u16, big-endian, counts everything after itself), body, XOR checksum of
length and body. A command's body is command and parameter; an answer's body is SW1 SW2 SW3 and data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
FIND = bytes.fromhex("2001")
SELECT = bytes.fromhex("2002")
READ = bytes.fromhex("3001")
"""Text and photo."""

READ_APPENDED = bytes.fromhex("3003")
"""The latest appended address."""

OK, FOUND = 0x90, 0x9F
BAD_CHECKSUM, BAD_LENGTH, BAD_COMMAND = 0x10, 0x11, 0x21
CARD_REJECTS, READER_REJECTS, NOT_GENUINE, WRONG_CARD = 0x31, 0x32, 0x33, 0x40
READ_FAILED, RANDOM_FAILED = 0x41, 0x47
SELF_TEST_FAILED, NOT_AUTHORISED = 0x60, 0x66
NOT_FOUND, NOT_SELECTED = 0x80, 0x81
NO_SUCH_ITEM = 0x91

LONGEST = 4096
"""Longest length field taken for real; the longest answer of the protocol (text, photo, two fingerprints) has 2,314."""

_HEAD = len(PREAMBLE) + 2
_SHORTEST = 2
"""A body of one byte and the checksum."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the reader answered; `data` may be personal and is not shown."""

    status: int
    """SW3: one of the constants above."""

    data: bytes = b""

    def __repr__(self) -> str:
        return f"Answer({self.status:02X}, {len(self.data)} bytes)"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A frame whose checksum or length is wrong."""


def frame(body: bytes) -> bytes:
    """Return the frame of a body."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([checksum(counted)])


def checksum(data: bytes) -> int:
    """Return the exclusive or of all bytes."""
    return reduce(xor, data, 0)


class Frames:
    """Finds the bodies in a stream of bytes, however it is cut and whatever lies between the frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes | Damaged]:
        """Take more bytes; return the bodies completed by them, and Damaged for each frame that was wrong.

        After a wrong frame the search goes on one byte behind its preamble, so a good frame inside it is found.
        """
        self._buffer += data
        out: list[bytes | Damaged] = []
        while (body := self._next()) is not None:
            out.append(body)
        return out

    def reset(self) -> None:
        """Forget what has been received of an unfinished frame."""
        self._buffer.clear()

    def _next(self) -> bytes | Damaged | None:
        start = self._buffer.find(PREAMBLE)
        if start < 0:
            del self._buffer[: max(0, len(self._buffer) - len(PREAMBLE) + 1)]
            return None
        del self._buffer[:start]
        if len(self._buffer) < _HEAD:
            return None
        length = int.from_bytes(self._buffer[len(PREAMBLE) : _HEAD], "big")
        if _SHORTEST <= length <= LONGEST:
            if len(self._buffer) < _HEAD + length:
                return None
            counted = bytes(self._buffer[len(PREAMBLE) : _HEAD + length])
            if checksum(counted) == 0:
                del self._buffer[: _HEAD + length]
                return counted[2:-1]
        del self._buffer[0]
        return Damaged()


class Answers:
    """The reader's side of the line: answers in a stream of bytes."""

    def __init__(self) -> None:
        self._frames = Frames()

    def feed(self, data: bytes) -> list[Answer | Damaged]:
        """Take more bytes; return what they complete."""
        return [_answer(body) for body in self._frames.feed(data)]

    def reset(self) -> None:
        """Forget an unfinished answer."""
        self._frames.reset()


def _answer(body: bytes | Damaged) -> Answer | Damaged:
    if isinstance(body, Damaged) or len(body) < 3:
        return Damaged()
    return Answer(body[2], body[3:])


def split_read(data: bytes) -> tuple[bytes, bytes] | None:
    """Return text and photo out of the data of an answer to READ, or None if the lengths do not fit."""
    if len(data) < 4:
        return None
    text, photo = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if len(data) != 4 + text + photo:
        return None
    return data[4 : 4 + text], data[4 + text :]
