"""Customers' sentences for retraining, out of headquarters' events: scrubbed, labelled at three levels, each with its origin.

The intent the kiosk guessed is never a label: a model would only learn to agree with itself. A label is what staff said,
or an errand the customer said was solved, in a session where nothing went wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from guitai.dialogue.data import FLOWS, filing
from guitai.messages.masking import scrub
from headquarters.engine import Engine
from headquarters.quality.read import RESOLVED
from headquarters.review import cases
from headquarters.service.questions import DIALOG
from headquarters.service.tables import question_text

SURE = 0.7
"""Below this the kiosk did not act on its guess, so no outcome speaks for it."""

COUNTED = frozenset({"amount", "count", "currency", "date", "date_range", "period"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sentence comes from, down to the event and the hash that chains it."""

    kiosk: str
    session_id: str
    event_id: str
    hash: str
    at_ms: int
    rules_hash: str
    """Of the flows and texts the kiosk ran."""

    models_hash: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a customer, scrubbed."""

    id: str
    text: str
    language: str
    counted: tuple[str, ...]
    """Amounts, dates and counts in it."""

    guess: str
    probability: float
    label: str
    """The intent it really had; empty when nobody knows."""

    labelled_by: Literal["", "staff", "outcome"]
    category: str
    """Type; empty without a label."""

    solution: str
    suspected: bool
    """Somebody may have been deceived in this session: nothing said in it is an example of honest speech."""

    origin: Origin


def sentences(connection: Engine, since_ms: int, until_ms: int) -> Iterator[Sentence]:
    """Yield the sentences said from `since_ms` up to `until_ms`, by kiosk, session and time."""
    staff = _staff(connection)
    rows = connection.execute(
        "SELECT e.kiosk, e.session_id, e.id, e.hash, e.at_ms, e.body, o.id AS opened_id, o.body AS opened, s.outcome, s.satisfied "
        "FROM events e JOIN sessions s ON s.kiosk = e.kiosk AND s.session_id = e.session_id "
        "LEFT JOIN events o ON o.kiosk = e.kiosk AND o.session_id = e.session_id AND o.type = 'session.opened' "
        "WHERE e.type = 'voice.said' AND e.at_ms >= ? AND e.at_ms < ? ORDER BY e.kiosk, e.session_id, e.at_ms, e.id",
        (since_ms, until_ms),
    )
    paths, doubtful = _paths(connection), _suspected(connection)
    for row in rows:
        body = connection.sealing.open(row["kiosk"], row["id"], row["body"])
        if not isinstance(body.get("text"), str) or not (body.get("understanding") or {}).get("intents"):
            continue
        one = _sentence(connection, row, body, staff.get((row["kiosk"], row["id"])), paths)
        yield replace(one, suspected=row["session_id"] in doubtful)
    for one in _labelled_questions(connection, since_ms, until_ms):
        yield replace(one, suspected=one.origin.session_id in doubtful)


def _sentence(
    connection: Engine, row: Any, body: dict[str, Any], said: str | None, paths: dict[tuple[str, str], dict[str, str]]
) -> Sentence:
    heard, opened = body["understanding"], _opened(connection, row)
    entities = [(str(one.get("type")), str(one.get("value"))) for one in heard.get("entities", ())]
    top = heard["intents"][0]
    filed = paths.get((row["kiosk"], row["session_id"]), {})
    label = said or ("" if filed else _proved(row, top))
    return Sentence(
        f"{row['kiosk']}/{row['id']}",
        scrub(body["text"], entities),
        str(body.get("language", "zh")),
        tuple(value for kind, value in entities if kind in COUNTED),
        str(top["name"]),
        float(top["probability"]),
        label,
        "staff" if said else "outcome" if label else "",
        _category(label),
        _solution(label, filed, row["outcome"] or ""),
        False,
        _origin(row, row["id"], opened),
    )


def _labelled_questions(connection: Engine, since_ms: int, until_ms: int) -> Iterator[Sentence]:
    """Yield what staff labelled of questions whose record came later than their sentence."""
    rows = connection.execute(
        "SELECT q.*, e.hash, o.id AS opened_id, o.body AS opened FROM unanswered_questions q "
        "JOIN events e ON e.kiosk = q.kiosk AND e.id = q.event_id "
        "LEFT JOIN events o ON o.kiosk = q.kiosk AND o.session_id = q.session_id AND o.type = 'session.opened' "
        "WHERE q.label IS NOT NULL AND q.why != 'not_understood' AND q.at_ms >= ? AND q.at_ms < ? "
        "ORDER BY q.kiosk, q.session_id, q.id",
        (since_ms, until_ms),
    )
    paths = _paths(connection)
    for row in rows:
        opened, intents = _opened(connection, row), orjson.loads(row["intents"])
        filed = paths.get((row["kiosk"], row["session_id"]), {})
        if not (text := question_text(connection, row)):
            continue
        yield Sentence(
            f"{row['kiosk']}/{row['event_id']}", text, row["language"], (), intents[0][0], intents[0][1], row["label"],
            "staff", _category(row["label"]), _solution(row["label"], filed, ""), False, _origin(row, row["event_id"], opened),
        )  # fmt: skip


def _opened(connection: Engine, row: Any) -> dict[str, Any]:
    """Return the body of the event that opened the session, if that has come."""
    return connection.sealing.open(row["kiosk"], row["opened_id"], row["opened"]) if row["opened"] else {}


def _origin(row: Any, event_id: str, opened: dict[str, Any]) -> Origin:
    return Origin(
        row["kiosk"], row["session_id"], event_id, row["hash"], row["at_ms"], opened.get("rules_hash", ""),
        opened.get("models_hash", ""),
    )  # fmt: skip


def _proved(row: Any, top: dict[str, Any]) -> str:
    """Return the guess when the customer said that this errand was solved, else an empty text."""
    name, outcome = str(top["name"]), row["outcome"] or ""
    if not row["satisfied"] or top["probability"] < SURE or name in DIALOG:
        return ""
    kind, _, ending = outcome.partition(".")
    flow = FLOWS.get(kind)
    return name if flow is not None and name in flow.intents and ending in RESOLVED else ""


def _category(label: str) -> str:
    return "" if not label else "dialog" if label in DIALOG else filing().type_of(label)


def _solution(label: str, filed: dict[str, str], outcome: str) -> str:
    if not label:
        return ""
    return filed.get(label) or ("answered" if outcome.startswith("answered.") else "self_service")


def _staff(connection: Engine) -> dict[tuple[str, str], str]:
    """Return staff's labels by kiosk and the event of the sentence: a record's id begins with that of its event."""
    rows = connection.execute(
        "SELECT kiosk, event_id, label FROM unanswered_questions WHERE label IS NOT NULL AND why = 'not_understood'"
    )
    return {(row["kiosk"], row["event_id"].rpartition(".")[0]): row["label"] for row in rows}


def _paths(connection: Engine) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in connection.execute("SELECT kiosk, session_id, subcategory, solution FROM work_orders"):
        found[row["kiosk"], row["session_id"]][row["subcategory"]] = row["solution"]
    return found


def _suspected(connection: Engine) -> set[str]:
    """Return the sessions with a decision that was not low, or one that was labelled as fraud."""
    found = {one["session_id"] for one in cases.decisions(connection) if one["body"]["decision"].get("level") != "low"}
    return found | {case.session_id for case in cases.labelled(connection) if case.fraud}
