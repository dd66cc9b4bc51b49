"""A simulated encrypting PIN pad: digits exist only inside it and only in memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from psec.des import encrypt_tdes_ecb
from psec.pinblock import encipher_pinblock_iso_4, encode_pinblock_iso_0

from firmware_bridge.simulator.device import Device

Key = Literal["digit", "clear", "backspace", "enter", "cancel"]
_NAMED_KEYS: dict[str, Key] = {"C": "clear", "B": "backspace", "E": "enter", "X": "cancel"}


@dataclass(frozen=True, slots=True)
class Pad:
    """What outlasts a power cycle. A tampered pad has erased its key."""

    condition: str = ""


class PinPad(Device[Pad]):
    """Keys go in, a count comes out, and at the end an encrypted block."""

    def __init__(self, folder: Path, key: bytes, aes_key: bytes, pace_s: float = 0.0) -> None:
        super().__init__("pin_pad", folder, Pad(), pace_s)
        self._key, self._aes_key = key, aes_key
        self._typed: deque[str] = deque()
        self._key_down = asyncio.Event()
        self._pin = ""
        self.active = False

    def __repr__(self) -> str:
        return "PinPad(***)"

    @property
    def ready(self) -> bool:
        """Whether the pad has its key."""
        return not self.state.condition

    @property
    def has_pin(self) -> bool:
        """Whether a finished PIN waits to be made into a block."""
        return bool(self._pin)

    def type(self, digits: str) -> None:
        """Press digits and enter (a hand does); kept until an entry is active."""
        self._press(digits + "E")

    def press_cancel(self) -> None:
        """Press the cancel key (a hand does)."""
        self._press("X")

    async def enter(self, min_len: int, max_len: int, on_key: Callable[[Key], None]) -> tuple[Key, int]:
        """Let a PIN be entered; return the terminating key and how many digits there are.

        `on_key` hears of each accepted key, never which digit it was.
        """
        self._pin, digits, self.active = "", "", True
        try:
            while True:
                key = await self._next_key()
                named = _NAMED_KEYS.get(key, "digit")
                if named == "digit":
                    if len(digits) == max_len:
                        continue
                    digits += key
                elif named == "clear":
                    digits = ""
                elif named == "backspace":
                    digits = digits[:-1]
                elif named == "enter" and len(digits) < min_len:
                    continue
                on_key(named)
                if named == "enter":
                    self._pin = digits
                if named in {"enter", "cancel"}:
                    return named, len(digits)
        finally:
            self.active = False
            self._typed.clear()  # what one customer typed too much must not reach the next one's entry

    def block(self, account: str) -> bytes:
        """Return the ISO 9564 format 0 block under the pad's key; the PIN is forgotten, come what may.

        `account` is the card number without its check digit. Raises ValueError if it has under 12 digits.
        """
        clear = encode_pinblock_iso_0(self._taken_pin(), account + "0")
        encrypted: bytes = encrypt_tdes_ecb(self._key, clear)
        return encrypted

    def block_iso_4(self, number: str) -> bytes:
        """Return the ISO 9564 format 4 block (AES, 16 bytes); the PIN is forgotten, come what may.

        `number` is the whole card number. Raises ValueError if it has no 1 to 19 digits.
        """
        encrypted: bytes = encipher_pinblock_iso_4(self._aes_key, self._taken_pin(), number)
        return encrypted

    def _taken_pin(self) -> str:
        pin, self._pin = self._pin, ""
        return pin

    def _press(self, keys: str) -> None:
        self._typed.extend(keys)
        self._key_down.set()

    async def _next_key(self) -> str:
        while not self._typed:
            self._key_down.clear()
            await self._key_down.wait()
        await self._motion()
        return self._typed.popleft()

    def _set_condition(self, condition: str) -> None:
        self._pin = ""
        super()._set_condition(condition)
