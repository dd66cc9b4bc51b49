"""What proves that it is the customer: the PIN under the pad's key, and the code sent to the customer's own phone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from psec.des import decrypt_tdes_ecb
from psec.pinblock import decode_pinblock_iso_0

from guitai.clock import Clock
from guitai.errors import GuitaiError
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import Ledger

PIN_TRIES = 3
SMS_TRIES = 3
SMS_LIFE_MS = 300_000


class Checks:
    """PIN and SMS checks; the counters survive a restart."""

    def __init__(self, ledger: Ledger, clock: Clock, pin_key: bytes) -> None:
        self._ledger, self._clock, self._key = ledger, clock, pin_key
        self._connection = ledger.connection

    def verify_pin(self, request_id: str, card: str, customer: Customer, pin_block: bytes) -> dict[str, Any]:
        """Check a PIN block; three wrong ones in a row lock the card's PIN."""
        fields = {"card": card, "block": hashlib.sha256(pin_block).hexdigest()}
        return dict(self._ledger.once("pin", request_id, fields, lambda: self._try_pin(card, customer, pin_block)))

    def send_sms(self, id_: str, card: str, customer: Customer) -> dict[str, Any]:
        """Send a code to the customer's phone (here: put it into the simulated inbox)."""
        self._ledger.once("sms", id_, {"card": card}, lambda: self._new_sms(id_, card))
        return {"phone_tail": customer.phone[-4:]}

    def check_sms(self, id_: str, request_id: str, code: str) -> dict[str, Any]:
        """Check a code; it is good once, for five minutes and three tries. Raises GuitaiError ``bank.absent``."""
        self._sms(id_)
        fields = {"sms": id_, "code": hashlib.sha256(code.encode()).hexdigest()}
        return dict(self._ledger.once("sms_check", request_id, fields, lambda: self._try_code(id_, code)))

    def inbox(self, id_: str) -> str:
        """Return the code of a message: what the simulated phone shows. Raises GuitaiError ``bank.absent``."""
        return str(self._sms(id_)["code"])

    def pin_in(self, pin_block: bytes, customer: Customer) -> str:
        """Return the PIN in a block; empty when it is made with another key or for another card: as wrong as any wrong PIN."""
        try:
            return str(decode_pinblock_iso_0(decrypt_tdes_ecb(self._key, pin_block), customer.card))
        except ValueError:
            return ""

    def _try_pin(self, card: str, customer: Customer, pin_block: bytes) -> dict[str, Any]:
        row = self._connection.execute("SELECT wrong FROM pins WHERE card = ?", (card,)).fetchone()
        wrong = row["wrong"] if row else 0
        right = wrong < PIN_TRIES and hmac.compare_digest(self.pin_in(pin_block, customer), customer.pin)
        wrong = 0 if right else min(PIN_TRIES, wrong + 1)
        self._connection.execute(
            "INSERT INTO pins VALUES(?, ?) ON CONFLICT(card) DO UPDATE SET wrong = excluded.wrong", (card, wrong)
        )
        return {"right": right, "tries_left": PIN_TRIES - wrong}

    def _new_sms(self, id_: str, card: str) -> dict[str, Any]:
        code = f"{secrets.randbelow(1_000_000):06d}"
        expires = self._clock.unix_ms() + SMS_LIFE_MS
        self._connection.execute(
            "INSERT INTO sms(id, card, code, wrong, expires_ms) VALUES(?, ?, ?, 0, ?)", (id_, card, code, expires)
        )
        return {}

    def _try_code(self, id_: str, code: str) -> dict[str, Any]:
        row = self._sms(id_)
        alive = not row["used"] and row["wrong"] < SMS_TRIES and self._clock.unix_ms() < row["expires_ms"]
        right = alive and hmac.compare_digest(code.encode(), row["code"].encode())
        wrong = row["wrong"] if right else min(SMS_TRIES, row["wrong"] + 1)
        self._connection.execute("UPDATE sms SET wrong = ?, used = ? WHERE id = ?", (wrong, int(right), id_))
        return {"right": bool(right), "tries_left": SMS_TRIES - wrong}

    def _sms(self, id_: str) -> Any:
        row = self._connection.execute("SELECT * FROM sms WHERE id = ?", (id_,)).fetchone()
        if row is None:
            raise GuitaiError("bank.absent", request_id=id_)
        return row
