"""Turns the payloads of Common.Status and Storage.GetStorage into readings with sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from firmware_bridge.words.book import Level, Sentence, of_state, spoken_as

ORDER: tuple[Level, ...] = ("stop", "attention", "ok")


@dataclass(frozen=True, slots=True)
class Reading:
    """One property of a status."""

    interface: str
    where: str
    """Position, tray or unit; empty for the device as a whole."""

    name: str
    value: str
    sentence: Sentence


def readings(status: Mapping[str, Any], roles: Collection[str] = ()) -> list[Reading]:
    """Return what a status says, worst first; properties that say nothing about health are left out.

    `roles` are what the service is, such as its interfaces: an ID-card reader has other words than a card reader.
    """
    found = [
        reading
        for part, values in status.items()
        for reading in _walk(spoken_as(part[:1].upper() + part[1:], roles), "", part, values)
    ]
    return sorted(found, key=lambda reading: ORDER.index(reading.sentence.level))


def worst(found: list[Reading]) -> Level:
    """Return the worst level of some readings; ok when there are none."""
    return min((reading.sentence.level for reading in found), key=ORDER.index, default="ok")


def _walk(interface: str, where: str, name: str, value: Any) -> Iterator[Reading]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if name == "storage":
                yield from _walk(interface, key, key, inner)
                continue
            # In a map such as paper = {"upper": "low"} the property with the words is the map.
            own = isinstance(inner, str) and of_state(interface, key, inner) is None
            place = f"{where} {key}".strip() if own else where
            yield from _walk(interface, place, name if own else key, inner)
    elif isinstance(value, list):
        for inner in value:
            place = str(inner.get("position") or where) if isinstance(inner, dict) else where
            yield from _walk(interface, place, name, inner)
    elif isinstance(value, str) or value is True:
        text = "true" if value is True else value
        if sentence := of_state(interface, name, text):
            yield Reading(interface, where, name, text, sentence)
