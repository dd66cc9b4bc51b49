"""A folder for a secret that passes through: in memory, where the machine has such a place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

MEMORY = Path("/dev/shm")  # noqa: S108 - the secret passes through: not onto a disk


@contextmanager
def passing_through() -> Iterator[Path]:
    """Give a folder of our own while the block runs."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)
