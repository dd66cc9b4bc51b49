"""Claims and certificates in headquarters' tables: a claim lets one key in once, and a kiosk has one live certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from guitai.clock import Clock
from guitai.errors import GuitaiError
from headquarters.engine import Engine
from headquarters.enrolment.authority import serial_text
from headquarters.enrolment.tables import SCHEMA, Issued

LOCK = "enrolment"
DAY_MS = 86_400_000
NO_KIOSK = frozenset({"hq", "broker"})
"""Names of headquarters' own certificates: the broker's access list gives `hq` every kiosk's topics."""

Sign = Callable[[str, str], x509.Certificate]
"""Kiosk and branch to a certificate."""

Profile = dict[str, dict[str, Any]]


class Enrolments:
    """One connection; others may write beside it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        engine.executescript(SCHEMA)

    def claim(self, hash_: str, kiosk: str, branch: str, profile: Profile, days: int, who: str) -> int:
        """Keep a new claim; older ones of the kiosk that nobody used are withdrawn. Return when it expires (Unix ms).

        Raises GuitaiError ``hq.bad_request`` for a name that is not a kiosk's.
        """
        if kiosk in NO_KIOSK:
            raise GuitaiError("hq.bad_request", reason=f"no kiosk may be called {kiosk}")
        now = self._clock.unix_ms()
        expires = now + days * DAY_MS
        with self._engine.transaction():
            self._engine.lock([LOCK])
            self._withdraw(kiosk, now)
            self._engine.execute(
                "INSERT INTO enrolment_claims VALUES(?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
                (hash_, kiosk, branch, orjson.dumps(profile).decode(), now, who, expires),
            )
        return expires

    def enrol(self, hash_: str, key: str, name: str, sign: Sign) -> Issued:
        """Use a claim: return the certificate for this key, the kiosk's only live one from now on.

        The same key gets the same certificate again: a kiosk that was cut off asks twice. Raises GuitaiError ``enrolment.unknown_code``,
        ``expired``, ``used``, ``withdrawn``, ``other_kiosk``, ``key_again``.
        """
        with self._engine.transaction():
            self._engine.lock([LOCK])
            claim = self._engine.execute("SELECT * FROM enrolment_claims WHERE hash = ?", (hash_,)).fetchone()
            if claim is None:
                raise GuitaiError("enrolment.unknown_code")
            if name not in ("", claim["kiosk"]):
                raise GuitaiError("enrolment.other_kiosk", kiosk=name)
            if claim["used_ms"] is not None:
                return self._again(claim, key)
            if claim["withdrawn_ms"] is not None:
                raise GuitaiError("enrolment.withdrawn")
            now = self._clock.unix_ms()
            if now >= claim["expires_ms"]:
                raise GuitaiError("enrolment.expired")
            issued = self._issue(claim["kiosk"], claim["branch"], key, sign, "live", now)
            self._engine.execute("UPDATE enrolment_claims SET used_ms = ?, key = ? WHERE hash = ?", (now, key, hash_))
            self._engine.execute(
                "INSERT INTO enrolment_kiosks VALUES(?, ?, ?, '', 0) ON CONFLICT(kiosk) DO UPDATE SET "
                "branch = excluded.branch, profile = excluded.profile, move_to = '', decommission = 0",
                (claim["kiosk"], claim["branch"], claim["profile"]),
            )
        return issued

    def renew(self, serial: str, key: str, name: str, sign: Sign) -> Issued:
        """Return a new certificate for the holder of a live one; that stays live until the new one is confirmed.

        Raises GuitaiError ``enrolment.not_live``, ``other_kiosk``, ``key_again``.
        """
        with self._engine.transaction():
            self._engine.lock([LOCK])
            own = self._row("SELECT * FROM enrolment_certificates WHERE serial = ?", (serial,))
            if own is None or own["state"] != "live":
                raise GuitaiError("enrolment.not_live")
            kiosk = own["kiosk"]
            if name not in ("", kiosk):
                raise GuitaiError("enrolment.other_kiosk", kiosk=name)
            pending = self._row(
                "SELECT * FROM enrolment_certificates WHERE kiosk = ? AND state = 'pending' AND key = ?", (kiosk, key)
            )
            place = self._kiosk(kiosk)
            branch = place["move_to"] or place["branch"]
            if pending is not None and pending["branch"] == branch:
                return _issued(pending)
            return self._issue(kiosk, branch, key, sign, "pending", self._clock.unix_ms())

    def confirm(self, serial: str) -> Issued:
        """Make a pending certificate the live one, and end the one before. Again is harmless.

        Raises GuitaiError ``enrolment.not_live``.
        """
        with self._engine.transaction():
            self._engine.lock([LOCK])
            own = self._row("SELECT * FROM enrolment_certificates WHERE serial = ?", (serial,))
            if own is None or own["state"] not in ("pending", "live"):
                raise GuitaiError("enrolment.not_live")
            if own["state"] == "pending":
                self._end(own["kiosk"], "superseded", "superseded", self._clock.unix_ms(), but=serial)
                self._engine.execute("UPDATE enrolment_certificates SET state = 'live' WHERE serial = ?", (serial,))
                self._engine.execute(
                    "UPDATE enrolment_kiosks SET branch = ?, move_to = CASE WHEN move_to = ? THEN '' ELSE move_to END "
                    "WHERE kiosk = ?",  # a move that was wanted after the renewal still is
                    (own["branch"], own["branch"], own["kiosk"]),
                )
            return _issued({**dict(own), "state": "live"})

    def withdraw(self, kiosk: str) -> None:
        """End a kiosk's code that nobody used; its certificate stays. Raises GuitaiError ``enrolment.no_code``."""
        with self._engine.transaction():
            self._engine.lock([LOCK])
            if not self._withdraw(kiosk, self._clock.unix_ms()):
                raise GuitaiError("enrolment.no_code", kiosk=kiosk)

    def revoke(self, kiosk: str, reason: str) -> int:
        """End every certificate of a kiosk, and its claims; return how many certificates."""
        now = self._clock.unix_ms()
        with self._engine.transaction():
            self._engine.lock([LOCK])
            self._withdraw(kiosk, now)
            return self._end(kiosk, "revoked", reason[:200], now)

    def live(self, serial: str) -> Issued:
        """Return the certificate of a serial number if it is live or pending. Raises GuitaiError ``enrolment.not_live``."""
        row = self._row("SELECT * FROM enrolment_certificates WHERE serial = ?", (serial,))
        if row is None or row["state"] not in ("live", "pending"):
            raise GuitaiError("enrolment.not_live")
        return _issued(row)

    def known(self, serial: str) -> Issued:
        """Return the certificate of a serial number, whatever became of it. Raises GuitaiError ``enrolment.not_live``."""
        row = self._row("SELECT * FROM enrolment_certificates WHERE serial = ?", (serial,))
        if row is None:
            raise GuitaiError("enrolment.not_live")
        return _issued(row)

    def of_kiosk(self, kiosk: str) -> Issued | None:
        """Return a kiosk's live certificate."""
        row = self._row("SELECT * FROM enrolment_certificates WHERE kiosk = ? AND state = 'live'", (kiosk,))
        return _issued(row) if row is not None else None

    def not_shut(self) -> list[Issued]:
        """Return certificates that ended and are not known to be refused everywhere yet."""
        rows = self._engine.execute(
            "SELECT * FROM enrolment_certificates WHERE state IN ('superseded', 'revoked') AND shut_ms IS NULL ORDER BY ended_ms"
        )
        return [_issued(row) for row in rows]

    def ended(self) -> dict[str, int]:
        """Return the serial of every certificate that ever ended, and when (Unix ms)."""
        rows = self._engine.execute(
            "SELECT serial, ended_ms FROM enrolment_certificates WHERE state IN ('superseded', 'revoked') AND pem <> ''"
        )
        return {row["serial"]: row["ended_ms"] for row in rows}

    def reopen(self, serials: Iterable[str]) -> None:
        """Have revoked certificates shut out once more: they stood on no list, and may be connected."""
        for serial in serials:
            self._engine.execute(
                "UPDATE enrolment_certificates SET shut_ms = NULL WHERE serial = ? AND state = 'revoked'", (serial,)
            )

    def shut(self, serial: str) -> None:
        """Note that a certificate is on the list and its connection cut."""
        self._engine.execute(
            "UPDATE enrolment_certificates SET shut_ms = ? WHERE serial = ?", (self._clock.unix_ms(), serial)
        )

    def _withdraw(self, kiosk: str, now: int) -> int:
        """Return how many codes ended that were still good."""
        good = self._engine.execute(
            "SELECT 1 FROM enrolment_claims WHERE kiosk = ? AND used_ms IS NULL AND withdrawn_ms IS NULL AND expires_ms > ?",
            (kiosk, now),
        ).fetchall()
        self._engine.execute(
            "UPDATE enrolment_claims SET withdrawn_ms = ? WHERE kiosk = ? AND used_ms IS NULL AND withdrawn_ms IS NULL",
            (now, kiosk),
        )
        return len(good)

    def _again(self, claim: Any, key: str) -> Issued:
        row = self._row(
            "SELECT * FROM enrolment_certificates WHERE kiosk = ? AND key = ? AND state = 'live'", (claim["kiosk"], key)
        )
        if claim["key"] != key or row is None:
            raise GuitaiError("enrolment.used")
        return _issued(row)

    def _issue(self, kiosk: str, branch: str, key: str, sign: Sign, state: str, now: int) -> Issued:
        if self._row("SELECT 1 FROM enrolment_certificates WHERE key = ?", (key,)) is not None:
            raise GuitaiError("enrolment.key_again")
        certificate = sign(kiosk, branch)
        self._end(kiosk, "superseded", "superseded", now, only=None if state == "live" else "pending")
        serial = serial_text(certificate.serial_number)
        pem = certificate.public_bytes(Encoding.PEM).decode()
        ends = int(certificate.not_valid_after_utc.timestamp() * 1000)
        self._engine.execute(
            "INSERT INTO enrolment_certificates VALUES(?, ?, ?, ?, ?, ?, ?, ?, NULL, '', NULL)",
            (serial, kiosk, branch, key, pem, state, now, ends),
        )
        row = self._row("SELECT * FROM enrolment_certificates WHERE serial = ?", (serial,))
        return _issued(row)

    def _end(self, kiosk: str, state: str, reason: str, now: int, *, but: str = "", only: str | None = None) -> int:
        states = (only,) if only else ("live", "pending")
        marks = ", ".join("?" * len(states))
        done = self._engine.execute(
            f"UPDATE enrolment_certificates SET state = ?, reason = ?, ended_ms = ? WHERE kiosk = ? AND serial != ? AND state IN ({marks})",  # noqa: S608 - placeholders
            (state, reason, now, kiosk, but, *states),
        )
        return done.rowcount

    def _kiosk(self, kiosk: str) -> Any:
        row = self._row("SELECT * FROM enrolment_kiosks WHERE kiosk = ?", (kiosk,))
        if row is None:
            raise GuitaiError("enrolment.no_kiosk", kiosk=kiosk)
        return row

    def _row(self, statement: str, values: tuple[Any, ...]) -> Any:
        return self._engine.execute(statement, values).fetchone()


def digest_of(body: dict[str, Any]) -> str:
    """Return the SHA-256 of a document's canonical JSON."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _issued(row: Any) -> Issued:
    return Issued(
        row["serial"], row["kiosk"], row["branch"], row["pem"], row["state"], row["ends_ms"], row["reason"]
    )  # fmt: skip
