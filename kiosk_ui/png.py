"""Writes a PNG with the standard library alone: pictures of the screen for proof."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from guitai.errors import GuitaiError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGBA = 4


def write(path: Path, rgba_bottom_up: bytes, width: int, height: int) -> None:
    """Write rows of RGBA that begin with the lowest (as OpenGL reads them). Raises ``window.screenshot_failed``."""
    stride = width * RGBA
    rows = bytearray()
    for row in range(height - 1, -1, -1):
        pixels = bytearray(rgba_bottom_up[row * stride : (row + 1) * stride])
        pixels[3::RGBA] = b"\xff" * width
        rows += b"\x00" + pixels
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(rows), 3)) + _chunk(b"IEND", b"")
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_bytes(SIGNATURE + body)
        draft.replace(path)
    except OSError as error:
        raise GuitaiError("window.screenshot_failed", path=path, reason=error.strerror) from error


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
