"""What is read out of each screen to who hears it alone: its parts in order, once. Pure.

The words above them core says itself; the bar is the same everywhere and is walked to. A screen that only counts down, or
shows what is being heard, is the one that was read out. While a teller talks nothing is read into their words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from guitai.messages.view import CountdownPart, EntryPart, Part, View
from kiosk_ui.reader import Node, nodes, plain, sentence
from kiosk_ui.theme import words


def content(view: View) -> tuple[object, ...]:
    """Return what makes a screen another one to read out."""
    return (view.language, view.lead, view.more, tuple(_still(part) for part in view.parts))


def _still(part: Part) -> Part:
    if isinstance(part, CountdownPart):
        return replace(part, ends_at_ms=0, total_ms=0)
    return replace(part, typed=0) if isinstance(part, EntryPart) else part


@dataclass(frozen=True, slots=True)
class Guide:
    """What was read out last; nothing before somebody hears alone, and after."""

    content: tuple[object, ...] = ()
    lead: str = ""
    typed: int = 0

    def follow(self, view: View | None, now_ms: int) -> tuple[Guide, tuple[str, ...]]:
        """Return the guide after a screen for who hears it alone (None: nobody does), and what is to be read out of it."""
        if view is None:
            return Guide(), ()
        if view.screen == "teller":
            return replace(self, lead=""), ()
        typed = sum(part.typed for part in view.parts if isinstance(part, EntryPart))
        now = Guide(content(view), view.lead, typed)
        if now == self:
            return self, ()
        if now.content == self.content:
            return now, _typed(view)
        intro = () if self.content else (words(view.language)["by_ear"],)
        return now, intro + tuple(sentence(node, view.language) for node in self._pieces(view, now_ms))

    def _pieces(self, view: View, now_ms: int) -> tuple[Node, ...]:
        known = {plain(view.lead), plain(view.more)} if view.captions or view.lead == self.lead else set()
        found = nodes(replace(view, hearing=None), 0, now_ms)
        return tuple(
            node for node in found[: len(found) - len(view.bar)] if node.role != "key" and node.name not in known
        )


def _typed(view: View) -> tuple[str, ...]:
    """Return how many digits there are: of what is a secret nothing else is said."""
    found = nodes(replace(view, hearing=None))
    return tuple(node.state for node in found if node.role == "field" and node.state)
