"""Labelled risk decisions: from tellers, from an audited random sample of the untouched, from later complaints."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args

from guitai.errors import GuitaiError
from guitai.risk.rules import FACTORS
from headquarters import scope
from headquarters.engine import Engine
from headquarters.review.errands import errands, is_decision

SCHEMA = """
CREATE TABLE IF NOT EXISTS risk_labels(
  risk_ref TEXT NOT NULL, source TEXT NOT NULL, fraud INTEGER NOT NULL, said_by TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY(risk_ref, source)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS risk_audits(
  risk_ref TEXT PRIMARY KEY, per_million INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

Source = Literal["teller", "audit", "complaint"]
SOURCES: tuple[Source, ...] = get_args(Source)
"""A later one is nearer to what really happened, and counts where several spoke."""

MILLION = 1_000_000
HEAVIEST = 50.0
"""An audited case stands for the untouched ones that were not drawn, but for no more than this many."""

COLUMNS = ("case", "fraud", "source", "by")


@dataclass(frozen=True, slots=True)
class Case:
    """One errand whose outcome is known, with the decision that stood in the end."""

    risk_ref: str
    session_id: str
    at_ms: int
    r: tuple[int, ...]
    """Hundredths, in the order of FACTORS."""

    fraud: bool
    source: Source
    weight: float
    """How many errands it stands for."""


def labelled(connection: Engine) -> list[Case]:
    """Return every labelled errand once, in the order of its reference; a label of any of its decisions is one of it."""
    labels = _labels(connection)
    shares = {row["risk_ref"]: row["per_million"] for row in connection.execute("SELECT * FROM risk_audits")}
    found = []
    for errand in errands(connection):
        told = [labels[ref] for ref in reversed(errand.refs) if ref in labels]
        r = _r(errand.decision)
        if told and r is not None:
            fraud, source = max(told, key=lambda label: SOURCES.index(label[1]))
            ref = errand.refs[-1]
            weight = min(MILLION / shares[ref], HEAVIEST) if source == "audit" and ref in shares else 1.0
            found.append(Case(ref, errand.session_id, errand.at_ms, r, fraud, source, weight))
    return sorted(found, key=lambda case: case.risk_ref)


def decisions(connection: Engine) -> Iterator[dict[str, Any]]:
    """Yield every risk decision headquarters has stored, by time; bodies of another shape are passed over."""
    rows = connection.execute(
        "SELECT kiosk, id, session_id, at_ms, body FROM events WHERE type = 'risk.decided' ORDER BY at_ms, sequence"
    )
    for row in rows:
        body = connection.sealing.open(row["kiosk"], row["id"], row["body"])
        if is_decision(body):
            yield {"session_id": row["session_id"], "at_ms": row["at_ms"], "body": body}


def draw(connection: Engine, per_million: int, now_ms: int) -> list[str]:
    """Draw untouched errands (low in the end, never labelled) for an auditor to look at; return those newly drawn.

    An errand is drawn or not by the hash of its last decision's reference: the same call draws the same ones, and nobody
    can choose.
    """
    known = {row["risk_ref"] for row in connection.execute("SELECT risk_ref FROM risk_audits")}
    known |= set(_labels(connection))
    new = [
        errand.refs[-1]
        for errand in errands(connection)
        if errand.decision.get("level") == "low"
        and known.isdisjoint(errand.refs)
        and _lot(errand.refs[-1]) < per_million
    ]
    with connection.transaction():
        connection.executemany("INSERT INTO risk_audits VALUES(?, ?, ?)", [(ref, per_million, now_ms) for ref in new])
    return new


def to_audit(connection: Engine) -> list[tuple[str, int]]:
    """Return reference and time of the draws without an auditor's label, the oldest first."""
    rows = connection.execute(
        "SELECT a.risk_ref, a.at_ms FROM risk_audits a LEFT JOIN risk_labels l ON l.risk_ref = a.risk_ref "
        "AND l.source = 'audit' WHERE l.risk_ref IS NULL ORDER BY a.at_ms, a.risk_ref"
    )
    return [(row["risk_ref"], row["at_ms"]) for row in rows]


def take_labels(connection: Engine, file: Path, now_ms: int) -> int:
    """Store the labels of a CSV file (case, fraud, source, by); return how many. A later label of a source replaces it.

    `case` is a decision's reference, or a session whose last decision is meant. All rows or none are stored. Raises
    GuitaiError ``risk.unreadable``, ``risk.no_column``, ``risk.bad_cell`` naming line and column.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            for column in COLUMNS:
                if column not in (reader.fieldnames or ()):
                    raise GuitaiError("risk.no_column", path=file, how="no", column=column)
            rows = [_label(connection, file, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GuitaiError("risk.unreadable", path=file, reason=str(error)) from error
    with connection.transaction():
        for ref, source, fraud, name in rows:
            put_label(connection, ref, source, fraud=fraud, name=name, now_ms=now_ms)
    return len(rows)


def put_label(connection: Engine, risk_ref: str, source: Source, *, fraud: bool, name: str, now_ms: int) -> None:
    """Store what somebody found out about a decision."""
    connection.execute(
        "INSERT INTO risk_labels VALUES(?, ?, ?, ?, ?) ON CONFLICT(risk_ref, source) DO UPDATE SET "
        "fraud = excluded.fraud, said_by = excluded.said_by, at_ms = excluded.at_ms",
        (risk_ref, source, int(fraud), name, now_ms),
    )


def find(connection: Engine, case: str, branches: Collection[str] = ()) -> str | None:
    """Return the reference of a decision that is stored here, for itself or for its session (the last one).

    With branches named, of these only.
    """
    here, values = scope.within(branches)
    refs = [
        connection.sealing.open(row["kiosk"], row["id"], row["body"]).get("risk_ref")
        for row in connection.execute(
            "SELECT kiosk, id, body FROM events WHERE session_id IN (?, ?) AND type = 'risk.decided' "  # noqa: S608 - placeholders
            f"AND {here} ORDER BY at_ms, sequence",
            (case, case.rsplit("-", 2)[0], *values),
        )
    ]
    return case if case in refs else refs[-1] if refs and _is_session(connection, case) else None


def _is_session(connection: Engine, case: str) -> bool:
    return connection.execute("SELECT 1 FROM events WHERE session_id = ? LIMIT 1", (case,)).fetchone() is not None


def _label(connection: Engine, file: Path, line: int, row: dict[str, str]) -> tuple[str, Source, bool, str]:
    ref = find(connection, row["case"] or "")
    if ref is None:
        _refuse(file, line, "case", "no decision of that reference or session is stored here")
    if row["fraud"] not in ("0", "1"):
        _refuse(file, line, "fraud", "it is not 0 or 1")
    if row["source"] not in SOURCES:
        _refuse(file, line, "source", f"it is none of {', '.join(SOURCES)}")
    if not row["by"]:
        _refuse(file, line, "by", "somebody must stand for a label")
    source = next(one for one in SOURCES if one == row["source"])
    return ref, source, row["fraud"] == "1", row["by"]


def _refuse(file: Path, line: int, column: str, reason: str) -> NoReturn:
    raise GuitaiError("risk.bad_cell", path=file, line=line, column=column, reason=reason)


def _labels(connection: Engine) -> dict[str, tuple[bool, Source]]:
    found: dict[str, tuple[bool, Source]] = {
        ref: (decision == "reject", "teller") for ref, decision in _decided_by_tellers(connection)
    }
    for row in connection.execute("SELECT risk_ref, source, fraud FROM risk_labels"):
        before = found.get(row["risk_ref"])
        if before is None or SOURCES.index(row["source"]) >= SOURCES.index(before[1]):
            found[row["risk_ref"]] = (bool(row["fraud"]), row["source"])
    return found


def _decided_by_tellers(connection: Engine) -> list[tuple[str, str]]:
    """Return (reference, decision) of each call on account of risk that a teller decided: of the session's last before it.

    What a teller approves or declines for other reasons (an opening without its papers) says nothing of a fraud.
    """
    told = connection.execute(
        "SELECT e.kiosk, e.id, e.decision, e.bundle, d.id AS decided_id, d.body AS decided FROM escalations e "
        "JOIN events d ON d.session_id = e.session_id AND d.type = 'risk.decided' AND d.at_ms <= e.at_ms "
        "WHERE e.decision IN ('approve', 'reject') AND e.bundle IS NOT NULL "
        "ORDER BY e.id, d.at_ms, d.sequence"
    )
    last = {row["id"]: row for row in told}
    found, opened = [], connection.sealing.open
    for row in last.values():
        ref = opened(row["kiosk"], row["decided_id"], row["decided"]).get("risk_ref")
        if ref is not None and opened(row["kiosk"], row["id"], row["bundle"]).get("why") == "risk":
            found.append((ref, row["decision"]))
    return found


def _r(decision: dict[str, Any]) -> tuple[int, ...] | None:
    try:
        by_factor = {part["factor"]: int(part["r"]) for part in decision["contributions"]}
        return tuple(by_factor[name] for name in FACTORS)
    except (KeyError, TypeError, ValueError):
        return None


def _lot(risk_ref: str) -> int:
    return int.from_bytes(hashlib.sha256(risk_ref.encode()).digest()[:8], "big") % MILLION
