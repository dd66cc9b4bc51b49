"""Finds planted secrets in whatever bytes leave a process: each in the encodings that files, logs and messages use. Pure."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

CHINESE_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
TEXT_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
DEFLATED = b"x"
"""How zlib's streams begin."""


def spellings(value: str | bytes) -> frozenset[bytes]:
    """Return the byte strings that a value may appear as."""
    if isinstance(value, bytes):
        return frozenset(_coded(value))
    texts = {value, value.translate(CHINESE_DIGITS), value.translate(FULL_WIDTH)}
    if value.isdigit():
        texts |= {" ".join(value), "-".join(value), " ".join(value[at : at + 4] for at in range(0, len(value), 4))}
    found: set[bytes] = set()
    for text in texts:
        for encoding in TEXT_ENCODINGS:
            found.update(_coded(text.encode(encoding)))
        found.add(json.dumps(text)[1:-1].encode())
        found.add(urllib.parse.quote(text).encode())
        found.add(urllib.parse.quote(text).lower().encode())
    return frozenset(found)


def find(content: bytes, canaries: Mapping[str, frozenset[bytes]]) -> list[str]:
    """Return the names of the canaries in `content`, also in what is deflated in it."""
    parts = [content, *_inflated(content)]
    return [name for name, forms in canaries.items() if any(form in part for form in forms for part in parts)]


def find_in_files(folders: Iterable[Path], canaries: Mapping[str, frozenset[bytes]]) -> list[tuple[str, str]]:
    """Return (file, canary) for every plain file below the folders that holds one."""
    return [
        (str(path), name)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for name in find(path.read_bytes(), canaries)
    ]


def _coded(raw: bytes) -> Iterator[bytes]:
    yield raw
    yield binascii.hexlify(raw)
    yield binascii.hexlify(raw).upper()
    for shift in range(3):  # within longer base64 a value stands at any of three places
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            text = code(bytes(shift) + raw)
            yield text[(0, 2, 3)[shift] : len(text) - (0, 3, 2)[(shift + len(raw)) % 3] or None]


def _inflated(content: bytes) -> Iterator[bytes]:
    at = content.find(DEFLATED)
    while at >= 0:
        if content[at + 1 : at + 2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
            with contextlib.suppress(zlib.error):
                yield zlib.decompressobj().decompress(content[at:], 1 << 20)
        at = content.find(DEFLATED, at + 1)
