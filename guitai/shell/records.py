"""Opens the kiosk's journal with the keys that belong to it."""

from __future__ import annotations

import structlog

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.journal.checkpoints import Signing
from guitai.keys import device_signer, read_key
from guitai.tables import ANCHOR

log = structlog.get_logger()


def open_journal(config: Config) -> Journal:
    """Open the kiosk's journal. Raises GuitaiError ``journal.*``, ``keys.*``."""
    key = read_key(config.paths.keys / "journal.key")
    config.paths.state.mkdir(parents=True, exist_ok=True)
    path = config.paths.state / "journal.db"
    return Journal.open(path, key, config.kiosk.id, config.limits.debug_log_rows, _signing(config))


def _signing(config: Config) -> Signing | None:
    try:
        return Signing(device_signer(config.paths.keys), config.paths.keys / ANCHOR)
    except GuitaiError as error:
        # A kiosk without certificate serves, and cannot reach headquarters either: the chains still hold by themselves.
        log.warning("no device key, no signed checkpoints", code=error.code)
        return None
