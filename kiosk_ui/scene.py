"""A scene: everything on the screen as plain boxes in design pixels, origin top-left, and what a finger can press."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h

    @property
    def mid_x(self) -> float:
        """The horizontal middle."""
        return self.x + self.w / 2

    @property
    def mid_y(self) -> float:
        """The vertical middle."""
        return self.y + self.h / 2

    def inset(self, by: float) -> Box:
        """Return the box made smaller on every side."""
        return Box(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)

    def around(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def overlaps(self, other: Box) -> bool:
        """Return whether the two share more than an edge."""
        slack = 0.01
        return (
            self.x < other.right - slack
            and other.x < self.right - slack
            and self.y < other.bottom - slack
            and other.y < self.bottom - slack
        )

    def contains(self, x: float, y: float) -> bool:
        """Return whether the point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled shape: rectangle, rounded rectangle, or (``round``) ellipse."""

    box: Box
    colour: str
    radius: float = 0
    round: bool = False
    alpha: float = 1.0


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text in one style. `box` is its line box: measured width, line height."""

    box: Box
    text: str
    size: float
    bold: bool
    colour: str


@dataclass(frozen=True, slots=True)
class Icon:
    """A drawing of the assets, tinted."""

    box: Box
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Face:
    """The teller, with brows and mouth; `speaking` lets the mouth move."""

    box: Box
    brows: str
    speaking: bool


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line with round ends."""

    points: tuple[float, ...]
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Quad:
    """A filled four-cornered shape: x, y of each corner in turn."""

    points: tuple[float, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Moving:
    """A picture that comes from a ring and fills the box."""

    box: Box
    source: str


Item = Fill | Text | Icon | Face | Stroke | Quad | Moving


@dataclass(frozen=True, slots=True)
class Target:
    """Something to press, named as the view names it (keys of the keypad: ``key:0`` …)."""

    name: str
    box: Box
    ink: str = ""
    radius: float = 28


@dataclass(slots=True)
class Drawing:
    """Collects items and targets while a part is laid out."""

    items: list[Item] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    def add(self, *items: Item) -> None:
        """Put items on top of what is there."""
        self.items.extend(items)

    def extend(self, other: Drawing) -> None:
        """Put another drawing on top."""
        self.items += other.items
        self.targets += other.targets

    def framed(self, box: Box, fill: str, edge: str, width: float, radius: float) -> None:
        """Add a filled box with an edge inside its bounds."""
        self.add(Fill(box, edge, radius), Fill(box.inset(width), fill, max(radius - width, 0)))

    def ring(self, box: Box, fill: str, edge: str, width: float) -> None:
        """Add a filled circle with an edge."""
        self.add(Fill(box, edge, round=True), Fill(box.inset(width), fill, round=True))


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole screen, ready to be painted. `size` is in design pixels; `scale` turns them into window pixels."""

    screen: str
    size: tuple[float, float]
    scale: float
    ground: str
    items: tuple[Item, ...]
    targets: tuple[Target, ...]
    left_out: int = 0
    """Blocks that found no room even in the tightest layout."""

    def target_at(self, x: float, y: float) -> Target | None:
        """Return what lies under a point given in window pixels, origin top-left."""
        x, y = x / self.scale, y / self.scale
        return next((target for target in self.targets if target.box.contains(x, y)), None)

    def target_pixels(self) -> dict[str, list[int]]:
        """Return each target's box in window pixels, ``[x, y, w, h]``."""
        s = self.scale
        return {
            t.name: [round(t.box.x * s), round(t.box.y * s), round(t.box.w * s), round(t.box.h * s)]
            for t in self.targets
        }
