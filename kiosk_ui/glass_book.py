"""How many customers passed each part of the glass by, kept over the window's restarts: a quiet branch counts for weeks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import structlog

from guitai.wire.whole import read_plain, write_whole
from kiosk_ui.glass import COLUMNS, ROWS

FILE = "glass.json"
NONE = (0,) * (COLUMNS * ROWS)
log = structlog.get_logger()


def written(missed: tuple[int, ...], size: tuple[int, int]) -> bytes:
    """Return what the file holds: the counts of the parts from the upper left, and the window's size they belong to."""
    return orjson.dumps({"missed": missed, "size": size})


def counts(content: bytes, size: tuple[int, int]) -> tuple[int, ...]:
    """Return the counts a file holds; none of a glass of another size or with other parts. Raises ValueError."""
    data = orjson.loads(content)
    missed = data.get("missed") if isinstance(data, dict) else None
    if not isinstance(missed, list) or not all(isinstance(one, int) and one >= 0 for one in missed):
        raise ValueError("not a table of counts")
    return tuple(missed) if data.get("size") == list(size) and len(missed) == len(NONE) else NONE


class GlassBook:
    """The file, written beside the window's thread: no frame waits for the disk."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self._path, self._size = folder / FILE, size
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="glass")

    def read(self) -> tuple[int, ...]:
        """Return the counts of the window before; none if there was none, or if they cannot be read."""
        try:
            return counts(read_plain(self._path), self._size)
        except FileNotFoundError:
            return NONE
        except (OSError, ValueError) as error:
            log.warning("window.glass_count_lost", reason=str(error))
            return NONE

    def write(self, missed: tuple[int, ...]) -> None:
        """Keep the counts."""
        self._writer.submit(self._write, missed)

    def close(self) -> None:
        """Return when everything is on the disk."""
        self._writer.shutdown()

    def _write(self, missed: tuple[int, ...]) -> None:
        try:
            write_whole(self._path, written(missed, self._size))
        except OSError as error:
            log.warning("window.glass_count_lost", reason=str(error))
