"""What the console looks at, drawn from the events as they arrive: sessions and escalations. Arrival order does not matter.

Each event sets its own columns only, so the tables are the same whichever came first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from guitai.messages.sync import OutboxRow
from guitai.tables import branch_record
from headquarters.engine import Engine
from headquarters.scope import within
from headquarters.sealing import DESTROYED

SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions(
  kiosk TEXT NOT NULL, session_id TEXT NOT NULL, branch TEXT NOT NULL, first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL, events INTEGER NOT NULL, opened_ms INTEGER, closed_ms INTEGER, reason TEXT, outcome TEXT,
  satisfied INTEGER, risk_ms INTEGER, risk TEXT, PRIMARY KEY(kiosk, session_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS escalations(
  id TEXT NOT NULL PRIMARY KEY, kiosk TEXT NOT NULL, branch TEXT NOT NULL, session_id TEXT NOT NULL,
  at_ms INTEGER, bundle TEXT, withdrawn_ms INTEGER, teller_id TEXT, teller_name TEXT, accepted_ms INTEGER,
  lease_until_ms INTEGER, decision TEXT, closed_ms INTEGER) STRICT, WITHOUT ROWID;
"""


def project(connection: Engine, rows: Sequence[tuple[str, str, OutboxRow]]) -> None:
    """Fold new events (kiosk, branch, row) into the tables; part of the transaction that stored them.

    A body of another shape than ours folds into nothing: the event itself is stored all the same.
    """
    _sessions(connection, rows)
    for kiosk, branch, row in rows:
        _fold(connection, kiosk, branch, row)


def _fold(connection: Engine, kiosk: str, branch: str, row: OutboxRow) -> None:
    body, id_ = row.body, row.body.get("escalation_id")
    match row.type:
        case "session.opened":
            _set(connection, kiosk, row, opened_ms=row.at_ms)
        case "session.closed":
            _set(
                connection, kiosk, row, closed_ms=row.at_ms, reason=_text(body.get("reason")),
                outcome=_text(body.get("outcome")), satisfied=_flag(body.get("satisfied")),
            )  # fmt: skip
        case "risk.decided" if isinstance(body.get("decision"), dict):
            connection.execute(
                "UPDATE sessions SET risk_ms = ?, risk = ? WHERE kiosk = ? AND session_id = ? AND "
                "COALESCE(risk_ms, 0) <= ?",
                (row.at_ms, _risk(connection, kiosk, row), kiosk, row.session_id, row.at_ms),
            )
        case "handover.escalate" if isinstance(id_, str) and isinstance(body.get("bundle"), dict):
            bundle = connection.sealing.whole(kiosk, id_, row.at_ms, body["bundle"])
            _escalation(connection, kiosk, branch, row, "at_ms = ?, bundle = ?", row.at_ms, bundle)
        case "handover.withdraw" if isinstance(id_, str):
            _escalation(connection, kiosk, branch, row, "withdrawn_ms = ?", row.at_ms)


def sessions(connection: Engine, limit: int, branches: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the latest sessions, newest first; with branches named, of these only."""
    here, values = within(branches)
    rows = connection.execute(
        f"SELECT * FROM sessions WHERE {here} ORDER BY first_ms DESC LIMIT ?",  # noqa: S608 - placeholders
        (*values, limit),
    )
    return [{**dict(row), "risk": _readable(connection, row)} for row in rows]


def _sessions(connection: Engine, rows: Sequence[tuple[str, str, OutboxRow]]) -> None:
    """Count each session's events and stretch its time, one statement for each session of the batch."""
    found: dict[tuple[str, str], tuple[str, int, int, int]] = {}
    for kiosk, branch, row in rows:
        if row.session_id and row.session_id != branch_record(kiosk):
            _, first, last, count = found.get((kiosk, row.session_id), (branch, row.at_ms, row.at_ms, 0))
            found[kiosk, row.session_id] = (branch, min(first, row.at_ms), max(last, row.at_ms), count + 1)
    connection.executemany(
        "INSERT INTO sessions(kiosk, session_id, branch, first_ms, last_ms, events) VALUES(?, ?, ?, ?, ?, ?) "
        "ON CONFLICT(kiosk, session_id) DO UPDATE SET events = sessions.events + excluded.events, "
        "first_ms = CASE WHEN excluded.first_ms < sessions.first_ms THEN excluded.first_ms ELSE sessions.first_ms END, "
        "last_ms = CASE WHEN excluded.last_ms > sessions.last_ms THEN excluded.last_ms ELSE sessions.last_ms END",
        [(*key, *counted) for key, counted in found.items()],
    )


def _set(connection: Engine, kiosk: str, row: OutboxRow, **columns: object) -> None:
    assignments = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(
        f"UPDATE sessions SET {assignments} WHERE kiosk = ? AND session_id = ?",  # noqa: S608 - names from this file
        (*columns.values(), kiosk, row.session_id),
    )


def _escalation(connection: Engine, kiosk: str, branch: str, row: OutboxRow, assignments: str, *values: object) -> None:
    id_ = row.body["escalation_id"]
    connection.execute(
        "INSERT INTO escalations(id, kiosk, branch, session_id) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (id_, kiosk, branch, row.session_id),
    )
    connection.execute(
        f"UPDATE escalations SET {assignments} WHERE id = ? AND kiosk = ?",  # noqa: S608 - assignments from this file
        (*values, id_, kiosk),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> int | None:
    return int(value) if isinstance(value, bool) else None


def _readable(connection: Engine, row: Any) -> dict[str, Any] | None:
    """Return the decision of a session, if there is one that can be read."""
    found = connection.sealing.open(row["kiosk"], row["session_id"], row["risk"]) if row["risk"] else {DESTROYED: ()}
    return None if DESTROYED in found else found


def _risk(connection: Engine, kiosk: str, row: OutboxRow) -> str:
    return connection.sealing.whole(kiosk, row.session_id, row.at_ms, row.body["decision"])
