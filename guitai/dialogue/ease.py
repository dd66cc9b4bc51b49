"""How the screen is seen and reached more easily: from every screen two taps, on the first one a tap. Pure."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue.parts import label
from guitai.dialogue.state import Session
from guitai.messages.view import ChoicePart, CountdownPart, Option, Part, View

TARGET = "ease"


def options(state: Session, style: str = "minor") -> tuple[Option, ...]:
    """Return what makes the screen easier to see and to reach, beside the bar's large print."""
    contrast = Option("contrast", label(state, "contrast_off" if state.high_contrast else "contrast_on"), icon="sun")
    low = Option("low", label(state, "low_off" if state.low else "low_on"), icon="down")
    return (replace(contrast, style="minor"), replace(low, style="minor")) if style == "minor" else (contrast, low)


def asked(state: Session, view: View) -> View:
    """Return the screen with that question in place of what stands on it; what counts down stays."""
    done = Option("ease:done", label(state, "ease_done"), icon="check", style="primary")
    counting: tuple[Part, ...] = tuple(part for part in view.parts if isinstance(part, CountdownPart))
    parts: tuple[Part, ...] = (*counting, ChoicePart((*options(state, "secondary"), done)))
    return replace(
        view, lead=label(state, "ease_lead"), more=label(state, "ease_more"), parts=parts, captions=(), hearing=None
    )
