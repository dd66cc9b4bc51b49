"""Colours of the teller's side: lamp-lit, dark green while money is held, celadon out of service."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_ui.layout.context import Context
from kiosk_ui.theme import colour


@dataclass(frozen=True, slots=True)
class Tones:
    """Colours of the teller's side."""

    ground: str
    text: str
    more: str
    halo: str
    edge: str
    lip: str
    line: str


def tones(context: Context) -> Tones:
    """Return the colours of the view's tone."""
    tone = context.view.tone
    if tone == "hold":
        names = ("pine_deep", "lamp_text", "lamp_text", "osmanthus", "osmanthus", "lamp", "lamp")
    elif tone == "quiet":
        names = ("celadon", "ink", "ink", "osmanthus_light", "pine_deep", "celadon_deep", "pine")
    else:
        names = ("osmanthus", "ink", "ink", "osmanthus_light", "pine_deep", "celadon_deep", "pine")
    return Tones(*(colour(name) for name in names))
