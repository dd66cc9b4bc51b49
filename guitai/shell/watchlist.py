"""The kiosk's watch list: the signed file, read again when it changes, and the tags of what the customer brings.

Once a list was put in place the folder stands, and a list that is missing, damaged or past its expiry is stale: no money
moves. A kiosk that never had one has no list to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from guitai.errors import GuitaiError
from guitai.keys import read_key
from guitai.messages.card import CardInserted
from guitai.messages.risk import AccountWatched, Watched
from guitai.risk.watch import WatchList, check, tag_of
from guitai.wire.commands import load_public
from guitai.wire.signed import WatchFile, read_signed
from guitai.wire.whole import write_whole

FOLDER = "watch"
FILE = "list.json"

log = structlog.get_logger()


class Watcher:
    """The folder of the watch list. `keys` is the folder that holds command.pub and card_token.key."""

    def __init__(self, state: Path, keys: Path) -> None:
        self._folder, self._keys = state / FOLDER, keys
        self._read_as: tuple[int, int] | None = None
        self._list: WatchList | None = None

    def answers(self, event: object, numbers: Sequence[str], now_ms: int) -> list[AccountWatched]:
        """Return what the session is told before `event`, that brought these numbers: nothing when all is clear."""
        told = [AccountWatched("payee", self.of_number(number, now_ms)) for number in numbers]
        if isinstance(event, CardInserted):
            told.append(AccountWatched("card", self.of_card(event.card_token, now_ms)))
        return [answer for answer in told if answer.verdict != "clear"]

    def of_card(self, token: str, now_ms: int) -> Watched:
        """Return what the list says of a card's token."""
        return self._check(lambda: token, now_ms)

    def of_number(self, number: str, now_ms: int) -> Watched:
        """Return what the list says of an account number."""
        return self._check(lambda: tag_of(number, read_key(self._keys / "card_token.key")), now_ms)

    def use(self, file: Path) -> WatchFile:
        """Put a signed list in place.

        Raises GuitaiError ``risk.bad_signature``, ``risk.not_signed_file``, ``risk.older``.
        """
        body = self._verified(file)
        current = self.installed()
        if current is not None and body.version <= current.version:
            raise GuitaiError("risk.older", path=file, version=body.version, current=current.version)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._folder / FILE, file.read_bytes())
        return body

    def installed(self) -> WatchFile | None:
        """Return the list in place; None when there is none, or none that verifies."""
        try:
            return self._verified(self._folder / FILE)
        except GuitaiError:
            return None

    def _check(self, tag: Callable[[], str], now_ms: int) -> Watched:
        if not self._folder.is_dir():
            return "clear"
        try:
            return check(self._current(), (tag(),), now_ms)
        except GuitaiError as error:
            log.warning("watch list not usable", code=error.code)
            return "stale"

    def _current(self) -> WatchList | None:
        path = self._folder / FILE
        try:
            stat = path.stat()
        except OSError:
            return None
        if self._read_as != (stat.st_mtime_ns, stat.st_size):
            body = self._verified(path)
            self._list = WatchList(frozenset(body.tags), body.expires_ms)
            self._read_as = (stat.st_mtime_ns, stat.st_size)
        return self._list

    def _verified(self, path: Path) -> WatchFile:
        return read_signed(path, WatchFile, load_public(self._keys / "command.pub"))
