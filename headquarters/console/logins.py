"""Logins at the console: what is remembered between leaving for the provider and coming back, and sessions that end by themselves.

Only hashes of tokens are kept. A session ends 15 minutes after the last deed of its person, 12 hours after it began, and when they
log out; whatever comes first.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from guitai.clock import Clock
from guitai.errors import GuitaiError
from headquarters.console.people import Person, SecondFactor
from headquarters.engine import Engine

IDLE_MS = 15 * 60_000
LONGEST_MS = 12 * 3_600_000
ON_THE_WAY_MS = 10 * 60_000
"""How long somebody may take at the provider."""

RENEW_MS = 5_000
"""A deed is written down at most so often."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is sent along to the provider, and what must come back."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """RFC 7636, S256."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Login:
    """A person's session."""

    token: str
    person: Person
    second_factor: SecondFactor
    began_ms: int
    deed_ms: int

    @property
    def csrf(self) -> str:
        """The token a change must bring: derived from the session's own, which no script can read."""
        return hmac.new(self.token.encode(), b"guitai csrf", hashlib.sha256).hexdigest()

    @property
    def expires_ms(self) -> int:
        """When it ends at the latest."""
        return self.began_ms + LONGEST_MS


class Logins:
    """Sessions in headquarters' tables: a login at one process holds at all of them."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def leave(self) -> Leaving:
        """Begin a login: remember what must come back from the provider."""
        leaving = Leaving(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        now = self._clock.unix_ms()
        self._engine.execute("DELETE FROM console_logins WHERE expires_ms < ?", (now,))
        self._engine.execute(
            "INSERT INTO console_logins VALUES(?, ?, ?, ?)",
            (_hash(leaving.state), leaving.nonce, leaving.verifier, now + ON_THE_WAY_MS),
        )
        return leaving

    def returned(self, state: str) -> Leaving:
        """Return what was remembered, once. Raises GuitaiError ``hq.login``."""
        row = self._engine.execute(
            "DELETE FROM console_logins WHERE state_hash = ? AND expires_ms >= ? RETURNING nonce, verifier",
            (_hash(state), self._clock.unix_ms()),
        ).fetchone()
        if row is None:
            raise GuitaiError("hq.login", reason="state")
        return Leaving(state, row["nonce"], row["verifier"])

    def begin(self, person: Person) -> Login:
        """Begin a session."""
        now = self._clock.unix_ms()
        factor: SecondFactor = "needed" if person.needs_second_factor else "none"
        return self._kept(Login(secrets.token_urlsafe(32), person, factor, now, now))

    def promote(self, login: Login) -> Login:
        """The second factor was shown: the session goes on under a new token."""
        self.end(login.token)
        return self._kept(replace(login, token=secrets.token_urlsafe(32), second_factor="done"))

    def of(self, token: str, *, by_itself: bool = False) -> Login:
        """Return whose token it is; unless the console asks `by_itself`, that is a deed. Raises ``hq.not_logged_in``."""
        row = self._engine.execute("SELECT * FROM console_sessions WHERE token_hash = ?", (_hash(token),)).fetchone()
        now = self._clock.unix_ms()
        if row is None or now >= row["began_ms"] + LONGEST_MS or now >= row["deed_ms"] + IDLE_MS:
            raise GuitaiError("hq.not_logged_in")
        if not by_itself and now - row["deed_ms"] >= RENEW_MS:
            self._engine.execute("UPDATE console_sessions SET deed_ms = ? WHERE token_hash = ?", (now, _hash(token)))
        return Login(token, _person(orjson.loads(row["person"])), row["second_factor"], row["began_ms"], row["deed_ms"])

    def end(self, token: str) -> None:
        """End a session."""
        self._engine.execute("DELETE FROM console_sessions WHERE token_hash = ?", (_hash(token),))

    def end_all(self, person_id: str) -> int:
        """End every session of a person; return how many there were."""
        return self._engine.execute("DELETE FROM console_sessions WHERE person_id = ?", (person_id,)).rowcount

    def _kept(self, login: Login) -> Login:
        now = self._clock.unix_ms()
        self._engine.execute(
            "DELETE FROM console_sessions WHERE began_ms < ? OR deed_ms < ?", (now - LONGEST_MS, now - IDLE_MS)
        )
        self._engine.execute(
            "INSERT INTO console_sessions VALUES(?, ?, ?, ?, ?, ?)",
            (
                _hash(login.token), orjson.dumps(asdict(login.person)).decode(), login.person.id, login.second_factor,
                login.began_ms, login.deed_ms,
            ),
        )  # fmt: skip
        return login


def _person(data: dict[str, Any]) -> Person:
    for name in ("roles", "skills", "branches"):
        data[name] = tuple(data[name])
    return Person(**data)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
