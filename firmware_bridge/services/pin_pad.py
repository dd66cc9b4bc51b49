"""Service PinPad with Keyboard and KeyManagement: a PIN goes in by hand, only its block comes out."""

from __future__ import annotations

import base64
from typing import Any

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.pin_pad import Key, PinPad

KEY_NAME = "PinKey"
PIN_DIGITS = (4, 12)
"""Fewest and most digits of ISO 9564."""

_MIN_ACCOUNT_DIGITS = 12


class PinPadService(Service):
    """KeyEvents of a PIN entry tell that a digit came, never which."""

    name = "PinPad"
    interfaces = ("PinPad", "Keyboard", "KeyManagement")
    waits_for_people = frozenset({"Keyboard.PinEntry"})
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
        """Return the PIN block format."""
        return {"pinPad": {"pinFormats": {"iso0": True}, "typeCombined": False, "pinCanPersistAfterUse": False}}

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
        if not self._pad.ready or job.payload.get("key") != KEY_NAME:
            return error("keyNotFound")
        if job.payload.get("format") != "iso0":
            return error("formatNotSupported")
        if not self._pad.has_pin:
            return error("noPin")
        account = job.payload.get("customerData") or ""
        if len(account) < _MIN_ACCOUNT_DIGITS or not account.isdecimal():
            return Completion("invalidData")
        return Completion(payload={"pinBlock": base64.b64encode(self._pad.block(account)).decode()})

    async def _key_detail(self, _job: Job, _emit: Emit) -> Completion:
        if not self._pad.ready:
            return Completion(payload={"keyDetails": {}})
        usage = {"keyUsage": "P0", "algorithm": "T", "modeOfUse": "E", "keyLength": 128}
        return Completion(payload={"keyDetails": {KEY_NAME: {"loaded": "yes", "keyBlockInfo": usage}}})
