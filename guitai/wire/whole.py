"""Writes a small file whole or not at all: through a draft that is on disk before it takes the name. Follows nobody's links."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, mode: int = 0o600, group: int | None = None) -> None:
    """Replace the file's content; a power cut leaves the old or the new one. Raises OSError.

    Args:
        path: The file.
        content: What it shall hold.
        mode: Its permissions, whatever the process's umask.
        group: Number of the group it shall belong to, from the moment it has its name; None: the process's own.
    """
    draft = path.with_name(path.name + ".new")
    # Whoever owns the folder may have put a link or a pipe there: it goes, and only a file that is made here is opened.
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        # A unit that may give no file away runs as this group already.
        if group is not None and os.fstat(descriptor).st_gid != group:
            os.fchown(descriptor, -1, group)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def read_plain(path: Path) -> bytes:
    """Return a file's bytes; a link or a pipe in its place is neither followed nor waited for. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def sync_folder(folder: Path) -> None:
    """Put the folder's names on disk: what was made, renamed or removed in it. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
