"""Takes in what headquarters sends as a signed file: risk rules, the watch list, the board of the day. Checked as a file a person brings."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from guitai.errors import GuitaiError
from guitai.messages.knowledge import BoardSent
from guitai.messages.risk import RulesSent, WatchListSent
from guitai.shell.board import DayBoard
from guitai.shell.rulebook import Rulebook
from guitai.shell.watchlist import Watcher

SENT = "sent by headquarters"

SignedFile = RulesSent | WatchListSent | BoardSent

log = structlog.get_logger()


def take_file(sent: SignedFile, state: Path, keys: Path, at_ms: int) -> str:
    """Put the file in place; return why it is refused, as an error's code, or an empty string. It is there once taken."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "sent.json"
        file.write_text(sent.file, encoding="utf-8")
        try:
            if isinstance(sent, WatchListSent):
                Watcher(state, keys).use(file)
            elif isinstance(sent, BoardSent):
                DayBoard(state, keys).use(file)
            elif sent.trial:
                Rulebook(state, keys).try_out(file, SENT, at_ms)
            else:
                Rulebook(state, keys).use(file, SENT, at_ms)
        except GuitaiError as error:
            log.warning("file from headquarters refused", code=error.code)
            return error.code
    return ""
