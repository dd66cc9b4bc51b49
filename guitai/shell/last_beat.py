"""When the teller's console was heard last, kept beside the sockets: core may die, the lease must not begin anew with it.

The run folder is as old as the monotonic clock: both begin with the machine. Nothing here says who a customer is.
"""

from __future__ import annotations

from pathlib import Path

import structlog

from guitai.wire.whole import write_whole

FILE = "lease.beat"
MODE = 0o600

log = structlog.get_logger()


class LastBeat:
    """A small file, written with every beat. What cannot be written counts as never heard after a break."""

    def __init__(self, run: Path) -> None:
        self._path = run / FILE

    def write(self, escalation_id: str, teller_id: str, heard_ns: int) -> None:
        """Keep when a teller was heard (CLOCK_MONOTONIC, nanoseconds)."""
        try:
            write_whole(self._path, f"{escalation_id}\t{teller_id}\t{heard_ns}".encode(), MODE)
        except OSError as error:
            log.warning("a beat cannot be kept", reason=error.strerror)

    def read(self, escalation_id: str, teller_id: str) -> int | None:
        """Return when this teller was heard last for this call; None: nobody knows."""
        try:
            told = self._path.read_text(encoding="utf-8").split("\t")
            return int(told[2]) if told[:2] == [escalation_id, teller_id] else None
        except (OSError, ValueError, IndexError):
            return None
