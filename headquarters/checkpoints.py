"""Checks what kiosks' devices sign of their journals: by the key of a certificate of our authority, against our own rows.

A checkpoint names the last row of each lane, and may come before those: it waits until the watermark has passed them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.sync import OutboxRow
from guitai.tables import CHECKPOINT, LANES
from guitai.wire.checkpoints import Check, check_of, checkpoint_message, lanes_message
from headquarters import ledger, pki
from headquarters.engine import ERRORS, Engine, open_engine, where

SCHEMA = """
CREATE TABLE IF NOT EXISTS checkpoints(
  kiosk TEXT NOT NULL, lane TEXT NOT NULL, sequence INTEGER NOT NULL, verdict TEXT, checked_ms INTEGER,
  PRIMARY KEY(kiosk, lane, sequence)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS checkpoints_open ON checkpoints(kiosk) WHERE verdict IS NULL;
CREATE INDEX IF NOT EXISTS checkpoints_bad ON checkpoints(kiosk) WHERE verdict NOT IN ('agrees', 'older');
"""
AGREES, OLDER = "agrees", "older"
"""Verdicts that are no alarm; an older kiosk sends nothing that can be compared. All others name what is wrong."""

EVERY_S = 10.0
BATCH = 500

log = structlog.get_logger()


def authority_of(folder: Path) -> x509.Certificate:
    """Return whose certificates count. Raises GuitaiError ``mqtt.keys``."""
    path = folder / "ca.crt"
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise GuitaiError("mqtt.keys", path=path, reason=str(error)) from error


def project(connection: Engine, rows: Sequence[tuple[str, str, OutboxRow]]) -> None:
    """Note new checkpoints; part of the transaction that stored them."""
    connection.executemany(
        "INSERT INTO checkpoints(kiosk, lane, sequence) VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
        [(kiosk, row.lane, row.sequence) for kiosk, _, row in rows if row.type == CHECKPOINT],
    )


def check_open(connection: Engine, authority: x509.Certificate, now_ms: int) -> int:
    """Give a verdict on each checkpoint whose rows are here; return how many are bad."""
    kiosks = connection.execute("SELECT DISTINCT kiosk FROM checkpoints WHERE verdict IS NULL").fetchall()
    return sum(_check_kiosk(connection, authority, row["kiosk"], now_ms) for row in kiosks)


def _check_kiosk(connection: Engine, authority: x509.Certificate, kiosk: str, now_ms: int) -> int:
    rows = connection.execute(
        "SELECT e.lane, e.sequence, e.id, e.body FROM checkpoints c JOIN events e "
        "ON e.kiosk = c.kiosk AND e.lane = c.lane AND e.sequence = c.sequence "
        "WHERE c.kiosk = ? AND c.verdict IS NULL ORDER BY e.sequence LIMIT ?",
        (kiosk, BATCH),
    ).fetchall()
    bad = 0
    for row in rows:
        verdict = judge(connection, authority, kiosk, connection.sealing.open(kiosk, row["id"], row["body"]))
        if verdict is None:
            break
        _note(connection, (kiosk, row["lane"], row["sequence"]), verdict, now_ms)
        if verdict not in (AGREES, OLDER):
            bad += 1
            log.error("checkpoint disagrees", kiosk=kiosk, sequence=row["sequence"], verdict=verdict)
    return bad


def _note(connection: Engine, key: tuple[str, str, int], verdict: str, now_ms: int) -> None:
    """Keep a verdict; of those that are no alarm only the newest."""
    with connection.transaction():
        connection.execute(
            "UPDATE checkpoints SET verdict = ?, checked_ms = ? WHERE kiosk = ? AND lane = ? AND sequence = ?",
            (verdict, now_ms, *key),
        )
        connection.execute(
            "DELETE FROM checkpoints WHERE kiosk = ? AND lane = ? AND sequence < ? AND verdict IN (?, ?)",
            (*key, AGREES, OLDER),
        )


def judge(connection: Engine, authority: x509.Certificate, kiosk: str, body: dict[str, Any]) -> str | None:
    """Return a verdict on a checkpoint, or None while rows it names have not come."""
    if "certificate" not in body:
        return OLDER
    try:
        check = _check(authority, kiosk, body["certificate"])
        n, lanes = int(body["n"]), {lane: (int(at[0]), str(at[1])) for lane, at in body["lanes"].items()}
        signed = (
            (checkpoint_message(kiosk, n, int(body["at_ms"]), str(body["chain"])), body["signature"]),
            (lanes_message(kiosk, n, lanes), body["lanes_signature"]),
        )
        if not all(check(message, bytes.fromhex(signature)) for message, signature in signed):
            return "not signed by the device"
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return f"certificate or shape: {error}"[:200]
    return _compare(connection, kiosk, lanes)


def _check(authority: x509.Certificate, kiosk: str, pem: str) -> Check:
    """Return what checks a kiosk's signatures. Raises ValueError if the certificate is not that kiosk's."""
    found = x509.load_pem_x509_certificate(pem.encode())
    try:
        found.verify_directly_issued_by(authority)
    except (InvalidSignature, TypeError) as error:
        raise ValueError("not of this authority") from error
    if pki.common_name(found) != kiosk:
        raise ValueError("another's")
    return check_of(found)


def _compare(connection: Engine, kiosk: str, lanes: dict[str, tuple[int, str]]) -> str | None:
    marks = {
        row["lane"]: row["sequence"]
        for row in connection.execute("SELECT lane, sequence FROM watermarks WHERE kiosk = ?", (kiosk,))
    }
    waits = False
    for lane, (sequence, hash_) in lanes.items():
        if lane not in LANES or sequence < 1:
            return f"no lane {lane} {sequence}"[:200]
        if sequence > marks.get(lane, 0):
            waits = True
            continue
        row = connection.execute(
            "SELECT hash FROM events WHERE kiosk = ? AND lane = ? AND sequence = ?", (kiosk, lane, sequence)
        ).fetchone()
        if row is None or row["hash"] != hash_:
            return f"{lane} {sequence} is another row here"
    return None if waits else AGREES


async def watch(config: Config, clock: Clock) -> None:
    """Check what comes, every ten seconds, with a connection of its own; for ever."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await asyncio.to_thread(once, config, clock.unix_ms())
        except (GuitaiError, *ERRORS):
            log.exception("checkpoints not checked")


def once(config: Config, now_ms: int) -> int:
    """Check what is open, and tell the keys' file how far the store's ledger has come; a revoked kiosk cannot send any more. Raises GuitaiError ``mqtt.keys``, ``hq.database``."""
    with closing(open_engine(where(config))) as connection:
        ledger.anchor(connection)
        return check_open(connection, authority_of(config.paths.keys), now_ms)
