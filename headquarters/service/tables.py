"""Tables of the service desk, filled from the events as they arrive: each work order and question once, masked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.messages import codec
from guitai.messages.masking import mask_text
from guitai.messages.service import UnansweredQuestion, WorkOrder
from guitai.messages.sync import OutboxRow
from headquarters.engine import Engine

SCHEMA = """
CREATE TABLE IF NOT EXISTS work_orders(
  kiosk TEXT NOT NULL, id TEXT NOT NULL, event_id TEXT NOT NULL, branch TEXT NOT NULL, session_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL, cause TEXT NOT NULL, errand TEXT NOT NULL, category TEXT NOT NULL, subcategory TEXT NOT NULL,
  solution TEXT NOT NULL, entities TEXT NOT NULL, reason TEXT NOT NULL, host_request TEXT NOT NULL,
  case_number TEXT NOT NULL, risk_level TEXT, batch INTEGER, queue TEXT, due_ms INTEGER,
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open', 'assigned', 'done')), assignee TEXT, changed_ms INTEGER,
  PRIMARY KEY(kiosk, id)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS work_orders_unrouted ON work_orders(at_ms) WHERE batch IS NULL;
CREATE TABLE IF NOT EXISTS work_order_batches(
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, orders INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS work_order_audit(
  kiosk TEXT NOT NULL, order_id TEXT NOT NULL, n INTEGER NOT NULL, at_ms INTEGER NOT NULL, who TEXT NOT NULL,
  deed TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY(kiosk, order_id, n)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unanswered_questions(
  kiosk TEXT NOT NULL, id TEXT NOT NULL, event_id TEXT NOT NULL, branch TEXT NOT NULL, session_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL, why TEXT NOT NULL, text TEXT NOT NULL, intents TEXT NOT NULL, answer_id TEXT NOT NULL,
  errand TEXT NOT NULL, language TEXT NOT NULL, label TEXT, labelled_by TEXT, labelled_ms INTEGER,
  PRIMARY KEY(kiosk, id)) STRICT, WITHOUT ROWID;
"""

AUDIT = "work_order_audit"
"""Nothing in it may ever be changed."""

SEALED = "[{},{"
"""How an encrypted text begins."""

KINDS: dict[str, type] = {"service.work_order": WorkOrder, "service.unanswered": UnansweredQuestion}


def project(connection: Engine, rows: Sequence[tuple[str, str, OutboxRow]]) -> None:
    """Fold new events (kiosk, branch, row) into the tables; part of the transaction that stored them."""
    for kiosk, branch, row in rows:
        if row.type in KINDS:
            _fold(connection, kiosk, branch, row)


def _fold(connection: Engine, kiosk: str, branch: str, row: OutboxRow) -> None:
    """Fold one; other shapes fold into nothing."""
    try:
        told = _told(row)
    except GuitaiError:
        return
    place = (kiosk, branch, row.id, row.session_id, row.at_ms)
    match told:
        case WorkOrder():
            _order(connection, place, told)
        case UnansweredQuestion():
            _question(connection, place, told)


def _told(row: OutboxRow) -> Any:
    """Return the row's record; fields a later version added are passed over."""
    known = {field.name for field in fields(KINDS[row.type])}
    body = {key: value for key, value in row.body.items() if key in known}
    return codec.effect_from({"type": row.type, **body})


def _order(connection: Engine, place: tuple[str, str, str, str, int], told: WorkOrder) -> None:
    kiosk, branch, event_id, session_id, at_ms = place
    entities = {name: mask_text(value) for name, value in told.entities.items()}
    connection.execute(
        "INSERT INTO work_orders(kiosk, id, event_id, branch, session_id, at_ms, cause, errand, category, "
        "subcategory, solution, entities, reason, host_request, case_number, risk_level) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            kiosk, told.order_id, event_id, branch, session_id, at_ms, told.cause, told.errand, told.category,
            told.subcategory, told.solution, orjson.dumps(entities).decode(), mask_text(told.reason),
            told.host_request, told.case_number, told.risk_level,
        ),
    )  # fmt: skip


def question_text(connection: Engine, row: Any) -> str:
    """Return what was asked; an empty text once it cannot be read any more."""
    text: str = row["text"]
    if not text.startswith(SEALED):  # of a version that did not encrypt it
        return text
    return str(connection.sealing.open(row["kiosk"], row["id"], text).get("text", ""))


def _question(connection: Engine, place: tuple[str, str, str, str, int], told: UnansweredQuestion) -> None:
    kiosk, branch, event_id, session_id, at_ms = place
    intents = [[guess.name, guess.probability] for guess in told.intents]
    connection.execute(
        "INSERT INTO unanswered_questions(kiosk, id, event_id, branch, session_id, at_ms, why, text, intents, "
        "answer_id, errand, language) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            kiosk, told.question_id, event_id, branch, session_id, at_ms, told.why,
            connection.sealing.whole(kiosk, told.question_id, at_ms, {"text": mask_text(told.text)}), orjson.dumps(intents).decode(), told.answer_id, told.errand, told.language,
        ),
    )  # fmt: skip
