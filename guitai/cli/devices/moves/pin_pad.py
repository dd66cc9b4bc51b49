"""A PIN pad's moves: four digits and enter, then cancel. No digit ever leaves the pad, and no block is made."""

from __future__ import annotations

from typing import Any

from guitai.cli.devices.walk import Walk

DIGITS = 4
_KEYS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "backspace", "clear")
ENTRY: dict[str, Any] = {
    "minLen": DIGITS,
    "maxLen": 12,
    "autoEnd": False,
    "activeKeys": {
        **{key: {"terminate": False} for key in _KEYS},
        **{k: {"terminate": True} for k in ("enter", "cancel")},
    },
}


async def pin_pad(walk: Walk) -> None:
    """Count four digits; see that cancel is heard."""
    walk.tell("type_digits")
    done = await walk.do("Keyboard.PinEntry", ENTRY, for_people=True)
    if done is None:
        return
    is_whole = done.payload.get("digits") == DIGITS and done.payload.get("completion") == "enter"
    walk.judge(is_whole, "digits_counted", "digits_wrong")
    walk.tell("press_cancel")
    done = await walk.do("Keyboard.PinEntry", ENTRY, for_people=True)
    if done is not None:
        walk.judge(done.payload.get("completion") == "cancel", "cancel_heard", "cancel_wrong")
