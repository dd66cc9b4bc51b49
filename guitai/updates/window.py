"""The maintenance window: from when until when, local time, a kiosk may switch over. Pure."""

from __future__ import annotations

HOUR = 60


def is_open(window: str, hour: int, minute: int) -> bool:
    """Tell whether ``HH:MM-HH:MM`` is open; one that ends before it begins goes over midnight, one of no length is always open."""
    first, last = (_minutes(part) for part in window.split("-"))
    now = hour * HOUR + minute
    if first == last:
        return True
    return first <= now < last if first < last else now >= first or now < last


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * HOUR + int(minutes)
