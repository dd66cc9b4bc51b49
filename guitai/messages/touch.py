"""Touch: what a finger did in the window. Targets are names from the view, never coordinates."""

from __future__ import annotations

from dataclasses import dataclass

from guitai.messages.codec import event


@event("touch.pressed")
@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of the view was pressed: ``confirm``, ``human``, ``back``, ``choice:wang`` …"""

    target: str


@event("touch.entered")
@dataclass(frozen=True, slots=True)
class Entered:
    """A field was completed. `text` is empty for a secret field (SMS code): the daemon keeps the digits."""

    field: str
    text: str
    vault_key: str = ""
    """Where the daemon keeps a value too sensitive to be an event (an account number, an SMS code)."""


@event("touch.signed")
@dataclass(frozen=True, slots=True)
class Signed:
    """The customer signed on the pad of the view's signature part; class C3, it never leaves the kiosk."""

    strokes: tuple[tuple[int, ...], ...]
    """x, y in turn, thousandths of the pad's width and height; one tuple for each time the finger was down."""
