"""The keypad beside other choices: folded away behind a button until it is wanted, for both do not fit one screen. Pure."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import ChoicePart, EntryPart, Option, Part, View
from kiosk_ui.theme import words

OPEN, CLOSE = "pad:open", "pad:close"
"""Presses that concern the window alone."""

MOST_BESIDE = 2
"""Buttons that a keypad leaves room for."""


def folded(view: View, *, pad_open: bool) -> View:
    """Return the view as it is shown: with its keypad and little else, or with its choices and a button for the keypad."""
    entry = next((part for part in view.parts if isinstance(part, EntryPart) and part.source == "keypad"), None)
    choices = [part for part in view.parts if isinstance(part, ChoicePart)]
    if entry is None or sum(len(part.options) for part in choices) <= MOST_BESIDE:
        return view
    own = words(view.language)
    if pad_open:
        back = Option(CLOSE, own["pad_close"], icon="back", style="minor")
        return replace(view, hearing=None, parts=(entry, ChoicePart((back,))))
    fold = Option(OPEN, own["pad_open"], icon="pad")
    parts: list[Part] = []
    for part in view.parts:
        if part is choices[0]:
            at = next((n for n, option in enumerate(part.options) if option.style == "minor"), len(part.options))
            parts.append(replace(part, options=(*part.options[:at], fold, *part.options[at:])))
        elif part is not entry:
            parts.append(part)
    return replace(view, parts=tuple(parts))
