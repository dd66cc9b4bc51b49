"""The kiosk's board of the day: one signed file, put in place by headquarters or by hand."""

from __future__ import annotations

from pathlib import Path

import structlog

from guitai.errors import GuitaiError
from guitai.messages.knowledge import Board
from guitai.wire.commands import load_public
from guitai.wire.signed import BoardFile, read_signed
from guitai.wire.whole import write_whole

FILE = "board.json"

log = structlog.get_logger()


class DayBoard:
    """Where the board lies. `keys` is the folder that holds command.pub."""

    def __init__(self, state: Path, keys: Path) -> None:
        self._path, self._keys = state / FILE, keys

    def use(self, file: Path) -> BoardFile:
        """Put a signed board in place; it counts from the next session on.

        Raises GuitaiError ``risk.bad_signature``, ``risk.not_signed_file``, ``risk.older``.
        """
        body = self._verified(file)
        current = self.installed()
        if current is not None and body.version <= current.version:
            raise GuitaiError("risk.older", path=file, version=body.version, current=current.version)
        write_whole(self._path, file.read_bytes())
        return body

    def installed(self) -> BoardFile | None:
        """Return the board in place, however old; None when there is none, or none that verifies."""
        if not self._path.exists():
            return None
        try:
            return self._verified(self._path)
        except GuitaiError as error:
            log.warning("board of the day not usable", code=error.code)
            return None

    def current(self) -> Board:
        """Return what a session begins with: empty where there is no board, or none that verifies."""
        body = self.installed()
        return Board() if body is None else Board(tuple(sorted(body.values.items())), body.expires_ms)

    def _verified(self, path: Path) -> BoardFile:
        return read_signed(path, BoardFile, load_public(self._keys / "command.pub"))
