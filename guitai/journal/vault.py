"""Values too sensitive to be events (an account number, an SMS code): same encrypted file, wiped with the session."""

from __future__ import annotations

from guitai.journal.database import Connection
from guitai.journal.ledger import Ledger


class Vault:
    """What step only knows by key."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        self._connection, self._ledger = connection, ledger

    def put(self, session_id: str, key: str, value: str) -> None:
        """Keep `value`, durably, replacing an older one."""
        with self._ledger.writing() as changes:
            self._connection.execute(
                "INSERT INTO vault(session_id, key, value) VALUES(?, ?, ?) "
                "ON CONFLICT(session_id, key) DO UPDATE SET value = excluded.value",
                (session_id, key, value.encode()),
            )
            changes.append(["vault", session_id, key, self._ledger.keys.tag_of(session_id, key, value.encode())])

    def get(self, session_id: str, key: str) -> str | None:
        """Return the value, or None if it was never kept or is wiped."""
        row = self._connection.execute(
            "SELECT value FROM vault WHERE session_id = ? AND key = ?", (session_id, key)
        ).fetchone()
        return None if row is None else bytes(row[0]).decode()

    def wipe(self, session_id: str) -> None:
        """Forget everything of the session."""
        with self._ledger.writing() as changes:
            if self._connection.execute("DELETE FROM vault WHERE session_id = ?", (session_id,)).rowcount:
                changes.append(["wiped", session_id])
