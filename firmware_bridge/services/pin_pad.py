"""Service PinPad with Keyboard and KeyManagement: a PIN goes in by hand, only its block comes out."""

from __future__ import annotations

import base64
from typing import Any

from firmware_bridge.protocol.host import COMMON_PROBED, Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.pin_pad import Key, PinPad

KEY_NAME = "PinKey"
AES_KEY_NAME = "PinKeyAes"
FORMATS = {"iso0": KEY_NAME, "iso4": AES_KEY_NAME}
"""PIN block formats of ISO 9564 and the key each is made with: 0 with TDES, 4 with AES."""

PIN_DIGITS = (4, 12)
"""Fewest and most digits of ISO 9564."""

_ACCOUNT_DIGITS = range(12, 20)
_KEYS = {
    KEY_NAME: {"keyUsage": "P0", "algorithm": "T", "modeOfUse": "E", "keyLength": 128},
    AES_KEY_NAME: {"keyUsage": "P0", "algorithm": "A", "modeOfUse": "E", "keyLength": 128},
}
"""Loaded at provisioning. KeyManagement.ImportKey, when it comes, adds to what stands here."""


class PinPadService(Service):
    """KeyEvents of a PIN entry tell that a digit came, never which."""

    name = "PinPad"
    interfaces = ("PinPad", "Keyboard", "KeyManagement")
    waits_for_people = frozenset({"Keyboard.PinEntry"})
    beside = COMMON_PROBED | {"KeyManagement.GetKeyDetail"}
    asks_only = frozenset({"KeyManagement.GetKeyDetail"})

    def __init__(self, pad: PinPad) -> None:
        super().__init__(pad)
        self._pad = pad
        self.handlers |= {
            "Keyboard.PinEntry": self._pin_entry,
            "PinPad.GetPinBlock": self._pin_block,
            "KeyManagement.GetKeyDetail": self._key_detail,
        }

    def status(self) -> dict[str, Any]:
        """Return Common.Status with whether the key is there."""
        state = "ready" if self._pad.ready else "notReady"
        return {**super().status(), "keyManagement": {"encryptionState": state}}

    def capabilities(self) -> dict[str, Any]:
        """Return the PIN block formats."""
        formats = dict.fromkeys(FORMATS, True)
        return {"pinPad": {"pinFormats": formats, "typeCombined": False, "pinCanPersistAfterUse": False}}

    async def _pin_entry(self, job: Job, emit: Emit) -> Completion:
        if not self._pad.ready:
            return self.refusal() or Completion("hardwareError")
        if not (job.payload.get("activeKeys") or {}).get("enter"):
            return error("noTerminatekeys")
        min_len = max(job.payload.get("minLen") or PIN_DIGITS[0], PIN_DIGITS[0])
        max_len = min(job.payload.get("maxLen") or PIN_DIGITS[1], PIN_DIGITS[1])

        def on_key(key: Key) -> None:
            if key == "digit":
                emit("Keyboard.KeyEvent", {"completion": "continue"})
            else:
                emit("Keyboard.KeyEvent", {"completion": key, "digit": key})

        emit("Keyboard.EnterDataEvent", {})
        key, digits = await self._pad.enter(min_len, max_len, on_key)
        return Completion(payload={"digits": digits, "completion": key})

    async def _pin_block(self, job: Job, _emit: Emit) -> Completion:
        key, format_ = job.payload.get("key"), job.payload.get("format")
        if not self._pad.ready or key not in _KEYS:
            return error("keyNotFound")
        if format_ not in FORMATS:
            return error("formatNotSupported")
        if FORMATS[format_] != key:
            return error("useViolation")
        if not self._pad.has_pin:
            return error("noPin")
        account = job.payload.get("customerData") or ""
        if len(account) not in _ACCOUNT_DIGITS or not account.isdecimal():
            return Completion("invalidData")
        block = self._pad.block(account) if format_ == "iso0" else self._pad.block_iso_4(account)
        return Completion(payload={"pinBlock": base64.b64encode(block).decode()})

    async def _key_detail(self, job: Job, _emit: Emit) -> Completion:
        wanted = job.payload.get("keyName")
        loaded = _KEYS if self._pad.ready else {}
        if wanted is not None and wanted not in loaded:
            return error("keyNotFound")
        details = {name: {"loaded": "yes", "keyBlockInfo": usage} for name, usage in loaded.items()}
        return Completion(payload={"keyDetails": {n: d for n, d in details.items() if wanted in {None, n}}})
