"""What becomes of a session's own values when it is over: the vault is wiped; a simulated branch keeps its record."""

from __future__ import annotations

import structlog

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.journal import Journal

log = structlog.get_logger()


def put_away(journal: Journal, config: Config, session_id: str) -> None:
    """Forget what was kept for the session; what the disk does not take now is done by the upkeep, and ends nothing."""
    try:
        journal.vault_wipe(session_id)
        if config.devices.simulate:
            folder = config.paths.state / "sessions"
            folder.mkdir(exist_ok=True)
            journal.export(session_id, folder / f"{session_id}.jsonl")
    except (GuitaiError, OSError):
        log.exception("session not put away", session_id=session_id)
