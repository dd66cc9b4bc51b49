"""Keeps the write-ahead log at its full length on disk, and folds it into the file from a thread, so that no step waits.

A sync of a log that grows waits for the file system's own journal, too: one that is overwritten in place does not.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from guitai.errors import GuitaiError
from guitai.journal.database import MOST_LOG_PAGES, reconnect, transaction, translated

EVERY_S = 0.5
LOG_BYTES = 32 + MOST_LOG_PAGES * (24 + 4096)
"""SQLite's file format: a header, then each page behind a header of its own."""

CHUNK = bytes(1 << 20)


@contextlib.contextmanager
def kept_folded(path: Path, key: bytes) -> Iterator[None]:
    """Fold the log of the open journal at `path` every `EVERY_S` while the block runs; `lay_out` comes before it.

    What cannot be folded stays in the log, which is as durable: the commit that finds it too long says why.
    """
    done = threading.Event()
    thread = threading.Thread(target=_fold_on, args=(path, key, done), name="journal-folding", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def lay_out(path: Path, key: bytes) -> None:
    """Write zeros behind what the log of the open journal at `path` holds, up to `LOG_BYTES`; for want of room, nothing.

    Takes as long as the disk takes for them, and nobody else writes meanwhile: it is done before anything waits for a step.
    Zeros are no frames: who reads the log after a power cut stops at them, as at what is left of an earlier round.
    """
    with (
        contextlib.suppress(GuitaiError, OSError),
        translated(path),
        contextlib.closing(reconnect(path, key)) as own,
        transaction(own),  # nobody appends meanwhile
    ):
        log = os.open(path.with_name(path.name + "-wal"), os.O_WRONLY)
        try:
            _fill(log)
        finally:
            os.close(log)


def _fill(log: int) -> None:
    size = at = os.fstat(log).st_size
    try:
        while at < LOG_BYTES:
            at += os.pwrite(log, CHUNK[: LOG_BYTES - at], at)
        os.fsync(log)
    except OSError:
        os.ftruncate(log, size)
        raise


def _fold_on(path: Path, key: bytes, done: threading.Event) -> None:
    with contextlib.closing(reconnect(path, key)) as connection:
        while not done.wait(EVERY_S):
            with contextlib.suppress(GuitaiError), translated(path):
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
