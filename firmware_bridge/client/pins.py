"""The PIN pad's client: hears how many digits were pressed and, at the end, gets an encrypted block."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from firmware_bridge.client.link import Link, Links, Request
from guitai.errors import GuitaiError
from guitai.messages.card import PinAbandoned

PIN_MS = 90_000
"""How long a customer may take; the session warns long before."""

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PIN_ENTRY = {
    "minLen": 4,
    "maxLen": 12,
    "autoEnd": False,
    "activeKeys": {
        **{digit: {"terminate": False} for digit in (*_DIGITS, "clear", "backspace")},
        "enter": {"terminate": True},
        "cancel": {"terminate": True},
    },
}
_PIN_ENCRYPTION = "P0"
_FORMATS = {
    "T": {"format": "iso0", "cryptoMethod": "ecb"},
    "A": {"format": "iso4"},
}
"""Format of ISO 9564 by the key's algorithm, the bank host's favourite first: 8 bytes with TDES, 16 with AES."""


class PinBlock(bytes):
    """An encrypted PIN block; it never shows itself."""

    def __repr__(self) -> str:
        return "PinBlock(***)"

    __str__ = __repr__


class Pins:
    """What core asks of the PIN pad."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._entry: tuple[Link, Request] | None = None

    async def enter(self, request_id: str, number: str, on_count: Callable[[int], None]) -> PinBlock | PinAbandoned:
        """Let a PIN be entered for card `number`. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        await self.cancel()
        link = self._links.of("Keyboard")
        pressed = _Pressed(on_count)
        entry = await link.begin("Keyboard.PinEntry", PIN_ENTRY, timeout_ms=PIN_MS, on_event=pressed.key)
        self._entry = (link, entry)
        try:
            done = await entry.done
            if done.code == "canceled" or done.payload.get("completion") == "cancel":
                return PinAbandoned(request_id, "cancelled")
            if done.answer in {"timeOut", "entryTimeout"}:
                return PinAbandoned(request_id, "timeout")
            block = await self._block(number) if done.ok else None
        except GuitaiError:
            block = None
        finally:
            if self._entry == (link, entry):
                self._entry = None
        return PinAbandoned(request_id, "device") if block is None else block

    async def cancel(self) -> None:
        """Stop the entry under way, if there is one."""
        if self._entry is not None:
            link, entry = self._entry
            await link.cancel(entry)

    async def _block(self, number: str) -> PinBlock | None:
        keys = await self._links.of("KeyManagement").ask("KeyManagement.GetKeyDetail")
        loaded = {
            (detail.get("keyBlockInfo") or {}).get("algorithm"): name
            for name, detail in (keys.payload.get("keyDetails") or {}).items()
            if (detail.get("keyBlockInfo") or {}).get("keyUsage") == _PIN_ENCRYPTION
        }
        for algorithm, how in _FORMATS.items():
            if algorithm in loaded:
                account = number[:-1] if how["format"] == "iso0" else number
                wanted = {"customerData": account, "key": loaded[algorithm], **how}
                done = await self._links.of("PinPad").request("PinPad.GetPinBlock", wanted)
                return _pin_block(done.payload.get("pinBlock")) if done.ok else None
        return None


def _pin_block(text: object) -> PinBlock | None:
    try:
        return PinBlock(base64.b64decode(text, validate=True)) if isinstance(text, str) and text else None
    except binascii.Error:
        return None


class _Pressed:
    """Counts digits that nobody names."""

    def __init__(self, on_count: Callable[[int], None]) -> None:
        self._on_count = on_count
        self._count = 0

    def key(self, name: str, payload: Mapping[str, Any]) -> None:
        if name != "Keyboard.KeyEvent":
            return
        key = payload.get("digit")
        if key in {None, ""}:
            self._count += 1
        elif key == "clear":
            self._count = 0
        elif key == "backspace":
            self._count = max(0, self._count - 1)
        else:
            return
        self._on_count(self._count)
