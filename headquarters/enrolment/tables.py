"""Tables of enrolment: claims, certificates, kiosks and what they left here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["pending", "live", "superseded", "revoked"]
Joined = Literal["claimed", "live", "revoked", "decommissioned"]
"""How a kiosk stands. Claimed: a code is out and nobody came yet."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS enrolment_claims(
  hash TEXT NOT NULL PRIMARY KEY, kiosk TEXT NOT NULL, branch TEXT NOT NULL, profile TEXT NOT NULL, made_ms INTEGER NOT NULL,
  made_by TEXT NOT NULL, expires_ms INTEGER NOT NULL, used_ms INTEGER, key TEXT, withdrawn_ms INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS enrolment_certificates(
  serial TEXT NOT NULL PRIMARY KEY, kiosk TEXT NOT NULL, branch TEXT NOT NULL, key TEXT NOT NULL, pem TEXT NOT NULL,
  state TEXT NOT NULL, issued_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL, ended_ms INTEGER, reason TEXT NOT NULL,
  shut_ms INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS enrolment_certificates_kiosk ON enrolment_certificates(kiosk);
CREATE INDEX IF NOT EXISTS enrolment_certificates_key ON enrolment_certificates(key);
CREATE UNIQUE INDEX IF NOT EXISTS enrolment_one_live ON enrolment_certificates(kiosk) WHERE state = 'live';
CREATE TABLE IF NOT EXISTS enrolment_kiosks(
  kiosk TEXT NOT NULL PRIMARY KEY, branch TEXT NOT NULL, profile TEXT NOT NULL, move_to TEXT NOT NULL,
  decommission INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS enrolment_documents(
  kiosk TEXT NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL, sha256 TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(kiosk, kind, sha256)) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate."""

    serial: str
    kiosk: str
    branch: str
    pem: str
    state: State
    ends_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A kiosk as the list shows it."""

    kiosk: str
    branch: str
    state: Joined
    code_expires_ms: int | None
    """Of the code that is out."""

    certificate_ends_ms: int | None
    accepted_ms: int | None
    """When its certificate of acceptance came."""

    move_to: str
