"""A customer by ear at the window: what is read out of a screen, and what the keypad's keys do. The window owns one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guitai.messages.view import View
from kiosk_ui.ear import DIGITS, KEYS, VOLUME, Ear
from kiosk_ui.guide import Guide, content
from kiosk_ui.keypad import Keypad
from kiosk_ui.reader import Node, nodes
from kiosk_ui.theme import words

UNSERVED = frozenset({"out_of_service", "technician"})
"""Screens on which the button that calls a human is off because nobody can be called; in a session somebody was called."""

RELEASED_MS = 2_000
"""A key that is held is told again within half a second, then faster: after longer it was let go, and that went untold."""


class ByEar:
    """`read` says a piece at once (to who hears it alone only, if so), `guide` several after what is being said.

    `press` presses a target of the screen, `louder` turns the voice up by so many steps.
    """

    def __init__(
        self,
        read: Callable[[str, bool], None],
        guide: Callable[[Sequence[str]], None],
        press: Callable[[str], None],
        louder: Callable[[int], None],
    ) -> None:
        self._read, self._guide, self._press, self._louder = read, guide, press, louder
        self._ear, self._said = Ear(), Guide()
        self._held: dict[int, int] = {}
        """When each key that is down was last told."""

        self._view: View | None = None
        self._alone: View | None = None

    def show(self, view: View, alone: View | None, now_ms: int) -> None:
        """Take the screen, and the same one uncovered while the customer hears it alone: then it is read out."""
        heard = alone or view
        same = self._view is not None and content(self._view) == content(heard)
        if view.screen == "attract":
            self._ear = Ear()
        elif not same:
            self._ear = self._ear.for_screen()
        self._view, self._alone = heard, alone
        self._said, pieces = self._said.follow(alone, now_ms)
        if pieces:
            self._guide(pieces)

    def target(self, pad: Keypad, now_ms: int) -> str:
        """Return the target that is to be framed on the screen."""
        return self._ear.target(self._nodes(pad, now_ms)) if self._ear.on else ""

    def key(self, code: int, pad: Keypad, now_ms: int) -> None:
        """Take a key of the keypad by Kivy's code: once, however long it is held, so that a bag on it is no sign of life."""
        before = self._held.get(code)
        self._held[code] = now_ms
        if self._view is None or (before is not None and 0 <= now_ms - before < RELEASED_MS):
            return
        language = self._view.language
        if code in VOLUME:
            self._louder(VOLUME[code])
            self._say(words(language)["louder" if VOLUME[code] > 0 else "softer"])
        elif code in DIGITS and pad.entry is not None:
            after, sent = pad.press(DIGITS[code])
            self._press(f"key:{DIGITS[code]}")
            if sent is None:
                self._say(_typed(after, DIGITS[code], language, alone=self._alone is not None))
        elif code in KEYS:
            self._ear, say, pressed = self._ear.take(
                KEYS[code], self._nodes(pad, now_ms), language, called=self._view.screen not in UNSERVED
            )
            if say:
                self._say(say)
            if pressed:
                self._press(pressed)

    def release(self, code: int) -> None:
        """A key came up."""
        self._held.pop(code, None)

    def _say(self, text: str) -> None:
        self._read(text, self._alone is not None)

    def _nodes(self, pad: Keypad, now_ms: int) -> tuple[Node, ...]:
        return () if self._view is None else nodes(self._view, len(pad.typed), now_ms, pad_open=pad.open)


def _typed(pad: Keypad, key: str, language: str, *, alone: bool) -> str:
    """Return what is said of a digit: itself only of what is no secret, and to who hears it alone."""
    assert pad.entry is not None
    own = words(language)
    length = pad.entry.length
    told = own["typed" if length else "typed_free"].format(typed=len(pad.typed), length=length)
    if not alone or pad.entry.secret or not key.isdecimal():
        return told
    return f"{key}，{told}" if language == "zh" else f"{key}, {told}"
