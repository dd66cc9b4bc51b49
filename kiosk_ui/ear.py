"""Using the kiosk by ear: four keys walk through the screen, press what is read out, and call a human. Pure.

The keys are those of a navigation keypad with a headphone socket, which reports as a keyboard (EN 301 549, 5.1.3 and 8.4):
next, previous, press, once more, and help. Where a field is to be filled, its digits are typed; plus and minus make
the voice louder and softer (5.1.3.10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kiosk_ui.reader import Node, Reading, sentence
from kiosk_ui.theme import words

Key = Literal["next", "previous", "press", "again", "human"]
KEYS: dict[int, Key] = {
    273: "previous", 276: "previous", 274: "next", 275: "next", 9: "next", 13: "press", 271: "press", 32: "again",
    282: "human",
}  # fmt: skip
"""Kivy's codes: up, left; down, right, tab; enter, enter of the number pad; space; F1."""

VOLUME = {43: 1, 61: 1, 270: 1, 45: -1, 269: -1}
"""Kivy's codes of plus and minus, above the letters and on the number pad: a step louder, or softer."""

DIGITS = (
    {48 + digit: str(digit) for digit in range(10)} | {256 + digit: str(digit) for digit in range(10)} | {8: "back"}
)
"""Kivy's codes of the digits above the letters and of the number pad, and of backspace."""


@dataclass(frozen=True, slots=True)
class Ear:
    """Where the reader stands on which screen; off until one of the keys was used."""

    reading: Reading = Reading()
    on: bool = False

    def for_screen(self) -> Ear:
        """Return the ear before the first piece of a new screen."""
        return replace(self, reading=Reading())

    def take(self, key: Key, found: Sequence[Node], language: str, *, called: bool = False) -> tuple[Ear, str, str]:
        """Return the ear after a key, what to say, and what was pressed (one of the two is empty).

        `called`: the screen shows that a human comes, or has come.
        """
        if not found:
            return self, "", ""
        node = self.reading.node(found)
        if key == "human":
            if any(one.target == key for one in found):
                return replace(self, on=True), "", key
            said = words(language)["human_called" if called else "human_away"]
            return replace(self, on=True), said, ""
        if key == "press":
            if node is None or not node.target:
                return replace(self, on=True), words(language)["nothing_to_press"], ""
            return replace(self, on=True), "", node.target
        if key == "again" and node is not None:
            return self, sentence(node, language), ""
        reading = self.reading.move(found, -1 if key == "previous" else 1)
        return Ear(reading, on=True), sentence(found[reading.at], language), ""

    def target(self, found: Sequence[Node]) -> str:
        """Return the target it stands on, to be framed on the screen."""
        node = self.reading.node(found) if self.on else None
        return node.target if node is not None else ""
