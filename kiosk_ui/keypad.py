"""What the keypad has collected for the view's field: pure, so that no digit is ever lost or sent twice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guitai.messages.view import EntryPart, View

FREE_MOST = 32
"""Digits of a field of free length."""


@dataclass(frozen=True, slots=True)
class Keypad:
    """Digits typed so far. `sent` blocks keys until the next view answers."""

    entry: EntryPart | None = None
    typed: str = ""
    sent: bool = False
    open: bool = False
    """Whether a keypad that is folded away is wanted."""

    def for_view(self, view: View) -> Keypad:
        """Return the keypad of a new view: digits stay while the same field is still being filled."""
        entry = next((p for p in view.parts if isinstance(p, EntryPart) and p.source == "keypad"), None)
        same = self.entry is not None and entry is not None and self.entry.field == entry.field and not self.sent
        if same and entry is not None and entry.length == (self.entry.length if self.entry else 0):
            return replace(self, entry=entry)
        return Keypad(entry)

    def unfold(self, wanted: bool) -> Keypad:
        """Return the keypad shown, or folded away with nothing typed."""
        return replace(self, open=wanted, typed=self.typed if wanted else "")

    def resumed(self, name: str, text: str) -> Keypad:
        """Return the keypad with the digits a former window had collected, if they are this field's and no secret."""
        entry = self.entry
        if entry is None or entry.field != name or entry.secret or self.typed or not text.isdecimal():
            return self
        return replace(self, typed=text[: entry.length or FREE_MOST], open=True)

    def press(self, key: str) -> tuple[Keypad, str | None]:
        """Return the keypad after a key (a digit, ``clear``, ``back``, ``done``) and the text to send, if complete."""
        if self.entry is None or self.sent:
            return self, None
        if key == "clear":
            return replace(self, typed=""), None
        if key == "back":
            return replace(self, typed=self.typed[:-1]), None
        if key == "done":
            complete = self.entry.length == 0 and bool(self.typed)
            return (replace(self, sent=True), self.typed) if complete else (self, None)
        if len(key) != 1 or not key.isdecimal() or len(self.typed) >= (self.entry.length or FREE_MOST):
            return self, None
        typed = self.typed + key
        if len(typed) == self.entry.length:
            return replace(self, typed=typed, sent=True), typed
        return replace(self, typed=typed), None
