"""The errands headquarters knows of: of the decisions of one the last counts, and a label of any is a label of the errand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from guitai.risk.errands import DECIDED, FOLLOWED, Errands
from headquarters.engine import Engine


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand with the decision that stood in the end."""

    refs: tuple[str, ...]
    """Of its decisions; the last one stood."""

    session_id: str
    at_ms: int
    decision: dict[str, Any]


def errands(connection: Engine) -> list[Errand]:
    """Return the errands that were decided on, by the time of the decision that stood."""
    rows = connection.execute(
        f"SELECT kiosk, id, session_id, type, at_ms, body FROM events WHERE type IN ({', '.join('?' * len(FOLLOWED))}) "  # noqa: S608 - placeholders only
        "ORDER BY at_ms, type != ?, sequence",
        (*FOLLOWED, DECIDED),
    )
    sessions: dict[tuple[str, str], Errands] = defaultdict(Errands)
    found: dict[str, Errand] = {}
    for row in rows:
        body = connection.sealing.open(row["kiosk"], row["id"], row["body"])
        if row["type"] == DECIDED and not is_decision(body):
            continue
        before = sessions[row["kiosk"], row["session_id"]].follow(row["type"], body)
        if row["type"] == DECIDED:
            refs = found.pop(before).refs if before in found else ()
            ref = body["risk_ref"]
            found[ref] = Errand((*refs, ref), row["session_id"], row["at_ms"], body["decision"])
    return list(found.values())


def is_decision(body: dict[str, Any]) -> bool:
    """Return whether the body of an event has the shape of a decision's."""
    return (
        isinstance(body.get("risk_ref"), str)
        and isinstance(body.get("decision"), dict)
        and isinstance(body.get("context"), dict | None)
    )
