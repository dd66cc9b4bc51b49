"""The little of an OpenType file we need: one face out of a collection, and how wide each character is.

Source: ISO/IEC 14496-22 (OpenType), tables ttcf, cmap format 12, hhea, hmtx.
"""

from __future__ import annotations

import struct
from array import array
from pathlib import Path

TABLE_RECORD = struct.Struct(">4sIII")  # tag, checksum, offset, length
GROUP = struct.Struct(">III")
SFNT_HEADER_BYTES = 12
BMP = 0x10000


def extract_face(collection: bytes, face: int) -> bytes:
    """Return face number `face` of a TrueType collection as a font file of its own; tables are copied unchanged."""
    if collection[:4] != b"ttcf":
        raise ValueError("not a font collection")
    (count,) = struct.unpack_from(">I", collection, 8)
    if not 0 <= face < count:
        raise ValueError(f"the collection has {count} faces")
    (at,) = struct.unpack_from(">I", collection, 12 + 4 * face)
    records = _records(collection, at)
    out = bytearray(collection[at : at + SFNT_HEADER_BYTES])
    body = bytearray()
    body_at = SFNT_HEADER_BYTES + TABLE_RECORD.size * len(records)
    for tag, checksum, offset, length in records:
        out += TABLE_RECORD.pack(tag, checksum, body_at + len(body), length)
        body += collection[offset : offset + length]
        body += bytes(-len(body) % 4)
    return bytes(out + body)


class Advances:
    """Advance widths of one font, in thousandths of the type size, by code point of the basic plane."""

    def __init__(self, path: Path) -> None:
        font = path.read_bytes()
        tables = {tag: (offset, length) for tag, _, offset, length in _records(font, 0)}
        (units,) = struct.unpack_from(">H", font, tables[b"head"][0] + 18)
        (metrics,) = struct.unpack_from(">H", font, tables[b"hhea"][0] + 34)
        hmtx = array("H", font[tables[b"hmtx"][0] : tables[b"hmtx"][0] + 4 * metrics])
        hmtx.byteswap()
        widths = hmtx[::2]
        widths += widths[-1:] * BMP  # glyphs beyond the table are as wide as its last
        self._by_code = array("H", [widths[0]]) * BMP
        for first, last, glyph in _cmap(font, tables[b"cmap"][0]):
            count = min(last + 1, BMP) - first
            if count > 0:
                self._by_code[first : first + count] = widths[glyph : glyph + count]
        self._units = units

    def width(self, text: str, size_px: float) -> float:
        """Return how far the pen moves over `text`, in pixels. Noto's digits are all of one width (tabular)."""
        units: int = sum(self._by_code[ord(c)] if ord(c) < BMP else self._units for c in text)
        return float(units * size_px / self._units)


def _records(font: bytes, at: int) -> list[tuple[bytes, int, int, int]]:
    (count,) = struct.unpack_from(">H", font, at + 4)
    return [TABLE_RECORD.unpack_from(font, at + SFNT_HEADER_BYTES + n * TABLE_RECORD.size) for n in range(count)]


def _cmap(font: bytes, at: int) -> list[tuple[int, int, int]]:
    """Return the groups of the format 12 subtable: first and last code, glyph of the first."""
    (count,) = struct.unpack_from(">H", font, at + 2)
    for n in range(count):
        (offset,) = struct.unpack_from(">I", font, at + 4 + 8 * n + 4)
        (form,) = struct.unpack_from(">H", font, at + offset)
        if form == 12:
            (groups,) = struct.unpack_from(">I", font, at + offset + 12)
            start = at + offset + 16
            return list(GROUP.iter_unpack(font[start : start + groups * GROUP.size]))
    raise ValueError("the font has no full Unicode map")
