"""Writes a PNG with the standard library alone: pictures of the screen for proof."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from guitai.errors import GuitaiError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGB = 3
LEVEL = 3


def write(path: Path, rgb_bottom_up: bytes, width: int, height: int) -> None:
    """Write rows of RGB that begin with the lowest (as OpenGL reads them). Raises ``window.screenshot_failed``."""
    stride = width * RGB
    pixels = memoryview(rgb_bottom_up)
    packer = zlib.compressobj(LEVEL)
    packed = bytearray()
    for row in range(height - 1, -1, -1):  # row by row: a copy of the whole screen would be several megabytes
        packed += packer.compress(b"\x00") + packer.compress(pixels[row * stride : (row + 1) * stride])
    packed += packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_bytes(SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", bytes(packed)) + _chunk(b"IEND", b""))
        draft.replace(path)
    except OSError as error:
        raise GuitaiError("window.screenshot_failed", path=path, reason=error.strerror) from error


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
