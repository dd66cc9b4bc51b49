"""Amounts, names and accounts are covered on the screen while somebody stands close, until the customer wants to see them."""

from __future__ import annotations

import re
from dataclasses import replace

from guitai.messages.view import AmountPart, ChoicePart, ListPart, Option, Part, View

COVER = "••••"
FIGURE = re.compile(r"\d[\d,.]{2,}")
"""An amount, an account's tail: three figures and more."""

COVERED = frozenset({"facts", "form"})
"""Lists whose values are the customer's own."""


def covered(view: View, show: str) -> View:
    """Return the view without amounts, names and accounts, with a button (`show`) to see them; as it is if it has none."""
    parts = tuple(_part(part) for part in view.parts)
    hearing = view.hearing and replace(view.hearing, text=_text(view.hearing.text))
    bare = replace(view, lead=_text(view.lead), more=_text(view.more), hearing=hearing, parts=parts)
    if bare == view:
        return view
    button = ChoicePart((Option("uncover", show, icon="hand"),))
    at = next((n for n, part in enumerate(parts) if isinstance(part, ChoicePart)), len(parts))
    captions = tuple(_text(caption) for caption in view.captions)
    return replace(bare, parts=(*parts[:at], button, *parts[at:]), captions=captions)


def _part(part: Part) -> Part:
    if isinstance(part, AmountPart):
        return replace(part, digits=COVER, words="")
    if isinstance(part, ListPart) and part.style in COVERED:
        return replace(
            part, rows=tuple(replace(r, value=COVER if r.value else "", note=_text(r.note)) for r in part.rows)
        )
    return part


def _text(text: str) -> str:
    return FIGURE.sub(COVER, text)
