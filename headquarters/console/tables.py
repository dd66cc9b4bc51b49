"""Tables of the console. What a teller did with an escalation stands here; what the kiosk told stands in `projections`."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS console_logins(
  state_hash TEXT NOT NULL PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL, expires_ms INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_sessions(
  token_hash TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, person_id TEXT NOT NULL, second_factor TEXT NOT NULL,
  began_ms INTEGER NOT NULL, deed_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_second_factors(
  person_id TEXT NOT NULL PRIMARY KEY, secret TEXT NOT NULL, last_step INTEGER NOT NULL, wrong INTEGER NOT NULL,
  wrong_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_people(
  id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, skills TEXT NOT NULL, branches TEXT NOT NULL, takes_calls INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('ready', 'away')), seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_audit(
  n INTEGER NOT NULL PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, roles TEXT NOT NULL, deed TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS console_calls(
  escalation_id TEXT NOT NULL PRIMARY KEY, beat_ms INTEGER, skill TEXT, for_teller TEXT, passed_by TEXT, passed_ms INTEGER,
  note TEXT NOT NULL DEFAULT '', outcome TEXT, told_place INTEGER, told_wait_s INTEGER, alarmed_ms INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_talks(
  escalation_id TEXT NOT NULL, n INTEGER NOT NULL, teller_id TEXT NOT NULL, teller_name TEXT NOT NULL, began_ms INTEGER NOT NULL,
  ended_ms INTEGER, how TEXT, PRIMARY KEY(escalation_id, n)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS console_talks_began ON console_talks(began_ms);
CREATE TABLE IF NOT EXISTS console_declines(
  escalation_id TEXT NOT NULL, teller_id TEXT NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY(escalation_id, teller_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_notes(
  escalation_id TEXT NOT NULL, n INTEGER NOT NULL, at_ms INTEGER NOT NULL, who TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY(escalation_id, n)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_listeners(
  escalation_id TEXT NOT NULL, person_id TEXT NOT NULL, name TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY(escalation_id, person_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_lapses(
  escalation_id TEXT NOT NULL PRIMARY KEY, teller_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS console_approvals(
  id TEXT NOT NULL PRIMARY KEY, escalation_id TEXT NOT NULL, operation TEXT NOT NULL, amount_fen INTEGER NOT NULL,
  reason TEXT NOT NULL, asked_by TEXT NOT NULL, asked_by_name TEXT NOT NULL, asked_ms INTEGER NOT NULL, decision TEXT,
  decided_by TEXT, decided_ms INTEGER, expires_ms INTEGER, signature TEXT, used_ms INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS console_approvals_of ON console_approvals(escalation_id);
CREATE TABLE IF NOT EXISTS console_views(
  id TEXT NOT NULL PRIMARY KEY, person_id TEXT NOT NULL, recording TEXT NOT NULL, until_ms INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
"""
AUDIT = "console_audit"
"""Nothing in it may ever be changed."""
