"""A few megabytes kept aside on the journal's disk, given up when it is full, so that the last events still fit."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

BALLAST_BYTES = 8 * 1024 * 1024


class Ballast:
    """A file of real blocks beside the journal. Missing ballast is no error: the disk was full before."""

    def __init__(self, journal: Path) -> None:
        self._path = journal.with_name(journal.name + "-ballast")

    def lay(self) -> None:
        """Allocate it if there is room."""
        if self._path.exists():
            return
        draft = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, BALLAST_BYTES)
        except OSError:
            draft.unlink()
        else:
            draft.replace(self._path)
        finally:
            os.close(descriptor)

    def give_up(self) -> bool:
        """Free its blocks; return whether there were any."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
            return True
        return False
