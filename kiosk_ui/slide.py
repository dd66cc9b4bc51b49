"""The counter slides when the buttons go lower, or come back: what stands on both screens moves from one place to the other. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from guitai.messages.view import View
from kiosk_ui.scene import Box, Face, Fill, Icon, Item, Moving, Quad, Scene, Stroke, Text
from kiosk_ui.theme import tokens

DURATION_S: float = tokens()["motion_ms"]["counter_slide"] / 1000
BROKEN_ELSEWHERE = 60
"""Design pixels to the side: what stands beside a figure in another size moves by less, words on another line by more."""


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide under way from an earlier scene; without one nothing moves."""

    old: Scene | None = None
    began_s: float = 0.0

    def towards(self, before: View | None, view: View, scene: Scene | None, now_s: float) -> Slide:
        """Return the slide once a view comes: a new one where the same screen has its buttons lower, or as they were."""
        if before is None or before.screen != view.screen:
            return Slide()
        return self if before.low == view.low else Slide(scene, now_s)

    def at(self, scene: Scene, now_s: float) -> Scene:
        """Return how the scene looks at a moment."""
        if self.old is None or self.over(now_s) or self.old.size != scene.size:
            return scene
        return between(self.old, scene, _eased((now_s - self.began_s) / DURATION_S))

    def frame(self, now_s: Callable[[], float], paint: Callable[[], None]) -> bool:
        """Paint a frame, which may take long; return whether another one is to come: the last is of the end."""
        going_on = not self.over(now_s())
        paint()
        return going_on

    def over(self, now_s: float) -> bool:
        """Whether everything has arrived."""
        return self.old is None or now_s - self.began_s >= DURATION_S


def between(old: Scene, new: Scene, share: float) -> Scene:
    """Return the new scene with everything so far on its way from where it stood on the old one.

    What stood on no earlier place is there at once, what has gone is gone at once; fingers find what the new one holds.
    """
    places = dict(_named(old))
    return replace(new, items=tuple(_moved(places.get(name), item, share) for name, item in _named(new)))


def _named(scene: Scene) -> Iterator[tuple[tuple[object, ...], Item]]:
    """Yield each item with a name that the same piece has in another layout: what it is, and which of its like."""
    seen: Counter[tuple[object, ...]] = Counter()
    for item in scene.items:
        name = _like(item)
        seen[name] += 1
        yield (*name, seen[name]), item


def _like(item: Item) -> tuple[object, ...]:
    match item:
        case Text():
            return ("text", item.text, item.bold)
        case Icon():
            return ("icon", item.name)
        case Fill():
            return ("fill", item.colour, item.radius, item.round)
        case Stroke() | Quad():
            return (type(item).__name__, item.colour, len(item.points))
        case Face():
            return ("face",)
        case Moving():
            return ("moving", item.source)


def _moved(before: Item | None, item: Item, share: float) -> Item:
    match before, item:
        case (Stroke() | Quad(), Stroke() | Quad()):
            points = zip(before.points, item.points, strict=True)
            return replace(item, points=tuple(_way(old, new, share) for old, new in points))
        case (Text() | Icon() | Fill() | Face() | Moving(), Text() | Icon() | Fill() | Face() | Moving()):
            return replace(item, box=_box(before.box, item.box, share))
        case _:
            return item


def _box(old: Box, new: Box, share: float) -> Box:
    """Return the box on its way up or down; words that were broken elsewhere would only cross each other going sideways."""
    if abs(old.x - new.x) > BROKEN_ELSEWHERE:
        return new
    return Box(new.x, _way(old.y, new.y, share), _way(old.w, new.w, share), _way(old.h, new.h, share))


def _way(old: float, new: float, share: float) -> float:
    return old * (1 - share) + new * share


def _eased(share: float) -> float:
    """Return how far it has come: it begins at once and comes to rest slowly."""
    return 1 - (1 - min(max(share, 0.0), 1.0)) ** 3
