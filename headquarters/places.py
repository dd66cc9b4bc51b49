"""Topics, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

ANY = {"branch": "+", "kiosk": "+"}
"""Stands for every kiosk in a topic filter."""

LEVELS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Whose topic it is and what it is for."""

    branch: str
    kiosk: str
    kind: str
    """``evt``, ``state``, ``reply`` …"""

    name: str
    """The last level: the lane of an event."""


def place_of(topic: str) -> Place | None:
    """Return the parts of a topic of ours, None for any other."""
    levels = topic.split("/")
    if len(levels) < LEVELS or levels[:2] != ["bank", "v1"]:
        return None
    return Place(levels[2], levels[3], levels[4], levels[-1])
