"""The teller's desk: accept, say, decide, close. One teller holds the lease; the kiosk's own answer is what counts."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from pydantic import SecretStr

from guitai.clock import Clock
from guitai.errors import GuitaiError
from headquarters import projections
from headquarters.commander import Commander
from headquarters.projections import Escalation
from headquarters.store import Store

LEASE_MS = 600_000
LOGIN_LIFE_MS = 12 * 3600 * 1000
LAPSE_CHECK_S = 1.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Teller:
    """Who is at the desk."""

    id: str
    name: str


BUILT_IN = Teller("0218", "林峻")
"""The one teller until tellers have accounts of their own."""

LOGINS = """
CREATE TABLE IF NOT EXISTS logins(
  token_hash TEXT PRIMARY KEY, teller_id TEXT NOT NULL, teller_name TEXT NOT NULL, expires_ms INTEGER NOT NULL) STRICT;
"""


class Logins:
    """Bearer tokens; only their hashes are kept."""

    def __init__(self, store: Store, password: SecretStr, clock: Clock) -> None:
        self._connection, self._password, self._clock = store.connection, password, clock
        self._connection.executescript(LOGINS)

    def log_in(self, password: str) -> tuple[str, Teller]:
        """Return a token for the built-in teller. Raises GuitaiError ``hq.login``."""
        expected = self._password.get_secret_value()
        if not expected or not hmac.compare_digest(expected.encode(), password.encode()):
            raise GuitaiError("hq.login")
        token = secrets.token_urlsafe(32)
        expires = self._clock.unix_ms() + LOGIN_LIFE_MS
        self._connection.execute(
            "INSERT INTO logins VALUES(?, ?, ?, ?)", (_hash(token), BUILT_IN.id, BUILT_IN.name, expires)
        )
        return token, BUILT_IN

    def teller(self, token: str) -> Teller:
        """Return whose token it is. Raises GuitaiError ``hq.not_logged_in``."""
        row = self._connection.execute("SELECT * FROM logins WHERE token_hash = ?", (_hash(token),)).fetchone()
        if row is None or row["expires_ms"] < self._clock.unix_ms():
            raise GuitaiError("hq.not_logged_in")
        return Teller(row["teller_id"], row["teller_name"])


class Desk:
    """What a teller may do with an escalation.

    Raises GuitaiError ``hq.no_escalation``, ``hq.wrong_state``, ``hq.not_yours``, ``hq.rejected``.
    """

    def __init__(self, store: Store, commander: Commander, clock: Clock) -> None:
        self._store, self._commander, self._clock = store, commander, clock

    async def accept(self, id_: str, teller: Teller) -> Escalation:
        """Take the escalation; the first teller gets it, once the kiosk agrees."""
        escalation = self._find(id_)
        if escalation.state != "waiting":
            raise GuitaiError("hq.wrong_state", escalation=id_, state=escalation.state)
        now = self._clock.unix_ms()
        claimed = self._store.connection.execute(
            "UPDATE escalations SET teller_id = ?, teller_name = ?, accepted_ms = ?, lease_until_ms = ? "
            "WHERE id = ? AND accepted_ms IS NULL",
            (teller.id, teller.name, now, now + LEASE_MS, id_),
        )
        if claimed.rowcount == 0:
            raise GuitaiError("hq.wrong_state", escalation=id_, state="accepted")
        try:
            await self._command(
                escalation, "teller.joined", teller_id=teller.id, teller_name=teller.name, lease_ms=LEASE_MS
            )
        except GuitaiError:
            self._store.connection.execute(
                "UPDATE escalations SET teller_id = NULL, teller_name = NULL, accepted_ms = NULL, "
                "lease_until_ms = NULL WHERE id = ?",
                (id_,),
            )
            raise
        return self._find(id_)

    async def say(self, id_: str, teller: Teller, text: str) -> Escalation:
        """Have the kiosk speak a sentence."""
        escalation = self._held(id_, teller)
        await self._command(escalation, "teller.said", teller_id=teller.id, text=text)
        return escalation

    async def decide(self, id_: str, teller: Teller, decision: Literal["approve", "reject"], reason: str) -> Escalation:
        """Approve or reject what is held."""
        escalation = self._held(id_, teller)
        await self._command(escalation, "teller.decided", teller_id=teller.id, decision=decision, reason=reason)
        self._store.connection.execute("UPDATE escalations SET decision = ? WHERE id = ?", (decision, id_))
        return self._find(id_)

    async def close(self, id_: str, teller: Teller) -> Escalation:
        """Leave; the kiosk goes on alone."""
        escalation = self._held(id_, teller)
        await self._command(escalation, "teller.left", teller_id=teller.id)
        self._closed(id_)
        return self._find(id_)

    async def watch_leases(self) -> None:
        """End takeovers whose lease has run out; for ever."""
        while True:
            await asyncio.sleep(LAPSE_CHECK_S)
            for escalation in projections.escalations(self._store.connection):
                until = escalation.lease_until_ms
                if escalation.state == "accepted" and until is not None and until <= self._clock.unix_ms():
                    await self._lapse(escalation)

    async def _lapse(self, escalation: Escalation) -> None:
        log.warning("lease lapsed", escalation=escalation.id)
        self._closed(escalation.id)
        try:
            await self._command(escalation, "teller.left", teller_id=escalation.teller_id, lapsed=True)
        except GuitaiError as error:
            log.warning("kiosk not told of the lapse", code=error.code)  # its own lease timer ends it too

    async def _command(self, escalation: Escalation, name: str, **data: Any) -> None:
        reply = await self._commander.command(escalation.kiosk, name, {"escalation_id": escalation.id, **data})
        if reply.status == "rejected":
            raise GuitaiError("hq.rejected", reason=reply.reason)

    def _closed(self, id_: str) -> None:
        self._store.connection.execute(
            "UPDATE escalations SET closed_ms = ? WHERE id = ?", (self._clock.unix_ms(), id_)
        )

    def _held(self, id_: str, teller: Teller) -> Escalation:
        escalation = self._find(id_)
        if escalation.state != "accepted":
            raise GuitaiError("hq.wrong_state", escalation=id_, state=escalation.state)
        if escalation.teller_id != teller.id:
            raise GuitaiError("hq.not_yours", escalation=id_)
        return escalation

    def _find(self, id_: str) -> Escalation:
        escalation = projections.escalation(self._store.connection, id_)
        if escalation is None:
            raise GuitaiError("hq.no_escalation", escalation=id_)
        return escalation


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
