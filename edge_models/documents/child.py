"""The reader's own process: pages in on standard input, lines out on standard output, the end when the input ends.

``python -m edge_models.documents.child MODELS``. Each message is its length (8 bytes, big endian) and so many bytes: an
encoded picture in; out a JSON list ``[code, lines]``, the code empty when the page was read. Nothing is written anywhere.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from functools import cache
from pathlib import Path
from typing import BinaryIO

import msgspec

from edge_models.documents.reader import Reader
from edge_models.store import Store
from edge_models.vision.offline import forbid_network
from guitai.errors import GuitaiError

LENGTH_BYTES = 8


def serve(models: Path, source: BinaryIO, sink: BinaryIO) -> None:
    """Read pages until the source ends."""
    with contextlib.suppress(GuitaiError):
        _reader(models)  # before the first page comes; what is wrong with a model is told with it
    while head := source.read(LENGTH_BYTES):
        answer = msgspec.json.encode(_read(models, source.read(int.from_bytes(head))))
        sink.write(len(answer).to_bytes(LENGTH_BYTES) + answer)
        sink.flush()


def _read(models: Path, picture: bytes) -> tuple[str, object]:
    try:
        return "", _reader(models).read(picture)
    except GuitaiError as error:
        return error.code, ()


@cache
def _reader(models: Path) -> Reader:
    return Reader(Store(models))


if __name__ == "__main__":
    forbid_network()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the page
    serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
