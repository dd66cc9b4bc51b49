"""Folds the write-ahead log into the file from a thread of its own, so that no step waits for it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from guitai.errors import GuitaiError
from guitai.journal.database import reconnect, translated

EVERY_S = 0.5


@contextlib.contextmanager
def kept_folded(path: Path, key: bytes) -> Iterator[None]:
    """Fold the log of the open journal at `path` every `EVERY_S` while the block runs.

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


def _fold_on(path: Path, key: bytes, done: threading.Event) -> None:
    with contextlib.closing(reconnect(path, key)) as connection:
        while not done.wait(EVERY_S):
            with contextlib.suppress(GuitaiError), translated(path):
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
