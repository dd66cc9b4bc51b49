"""One-time codes (RFC 6238) for administrators. The secret is made on headquarters' machine and lies there encrypted."""

from __future__ import annotations

import base64

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from guitai.clock import Clock
from guitai.errors import GuitaiError
from headquarters.engine import Engine

ISSUER = "Guitai"
STEP_S = 30
MOST_WRONG = 5
PAUSE_MS = 15 * 60_000
"""After so many wrong codes in a row nobody gets in for so long."""


class SecondFactors:
    """The secrets. Raises GuitaiError ``hq.second_factor`` for a wrong, used or unknown code, and while there is a pause."""

    def __init__(self, engine: Engine, key: Ed25519PrivateKey, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        derived = HKDF(hashes.SHA256(), 32, None, b"guitai console second factor").derive(key.private_bytes_raw())
        self._cipher = Fernet(base64.urlsafe_b64encode(derived))

    def enrol(self, person_id: str) -> str:
        """Give a person a new secret in place of the old; return the address that an authenticator app reads as a picture."""
        secret = pyotp.random_base32()
        self._engine.execute(
            "INSERT INTO console_second_factors VALUES(?, ?, 0, 0, 0) ON CONFLICT(person_id) DO UPDATE SET "
            "secret = excluded.secret, last_step = 0, wrong = 0, wrong_ms = 0",
            (person_id, self._cipher.encrypt(secret.encode()).decode()),
        )
        return pyotp.TOTP(secret).provisioning_uri(name=person_id, issuer_name=ISSUER)

    def check(self, person_id: str, code: str) -> None:
        """Accept a code once: of this half minute or the one before."""
        now = self._clock.unix_ms()
        row = self._engine.execute("SELECT * FROM console_second_factors WHERE person_id = ?", (person_id,)).fetchone()
        if row is None:
            raise GuitaiError("hq.second_factor", reason="not_enrolled")
        if row["wrong"] >= MOST_WRONG and now < row["wrong_ms"] + PAUSE_MS:
            raise GuitaiError("hq.second_factor", reason="pause")
        step = self._step(row["secret"], code, now)
        accepted = (
            step is not None
            and self._engine.execute(
                "UPDATE console_second_factors SET last_step = ?, wrong = 0 WHERE person_id = ? AND last_step < ?",
                (step, person_id, step),
            ).rowcount
        )
        if not accepted:
            self._engine.execute(
                "UPDATE console_second_factors SET wrong = wrong + 1, wrong_ms = ? WHERE person_id = ?",
                (now, person_id),
            )
            raise GuitaiError("hq.second_factor", reason="code")

    def _step(self, kept: str, code: str, now_ms: int) -> int | None:
        try:
            totp = pyotp.TOTP(self._cipher.decrypt(kept.encode()).decode())
        except InvalidToken as error:
            raise GuitaiError("hq.second_factor", reason="not_enrolled") from error
        now_step = now_ms // 1000 // STEP_S
        return next(
            (step for step in (now_step, now_step - 1) if pyotp.utils.strings_equal(totp.at(step * STEP_S), code)), None
        )
