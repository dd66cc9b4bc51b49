"""What every part of the layout needs to know, and the few drawing moves they all make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from guitai.clock import UnixMs
from guitai.messages.view import View
from kiosk_ui import text as typeset
from kiosk_ui.scene import Box, Drawing, Text
from kiosk_ui.text import Line, Measure
from kiosk_ui.theme import Style, colour, tokens, words

ASCENT, DESCENT = 1.16, 0.288
"""Noto Sans CJK's, in ems."""

NATURAL = ASCENT + DESCENT
BASE = (ASCENT - DESCENT) / 2
"""How far the base line stands below the middle of a line box, in ems."""


@dataclass(frozen=True, slots=True)
class Tightness:
    """How much air there is, in portrait pixels. The layout takes the airiest that fits."""

    gap: float
    pad: float
    row: float
    step: float
    button: float
    primary: float
    pair: float
    tall_pair: float
    key: float
    picture: float
    amount: str = "amount"
    packed: bool = False
    """Whether more than two buttons stand two a row, whatever the view wishes."""


AIRY = Tightness(
    gap=24, pad=44, row=132, step=150, button=168, primary=196, pair=232, tall_pair=370, key=146, picture=620
)
CLOSE = Tightness(
    gap=20, pad=28, row=112, step=132, button=150, primary=168, pair=200, tall_pair=300, key=132, picture=500
)
TIGHT = Tightness(gap=16, pad=20, row=96, step=116, button=140, primary=150, pair=168, tall_pair=232, key=112, picture=380,
                  amount="clock")  # fmt: skip
LAST = Tightness(gap=12, pad=12, row=80, step=96, button=104, primary=116, pair=120, tall_pair=128, key=100, picture=260,
                 amount="teller_lead", packed=True)  # fmt: skip
PACKED = (replace(CLOSE, packed=True), replace(TIGHT, packed=True))
TIGHTNESS = (AIRY, CLOSE, TIGHT, *PACKED, LAST)
"""From airy to tight."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The wall time a scene is drawn for."""

    now_ms: UnixMs
    clock: str
    date: str


@dataclass(frozen=True, slots=True)
class Context:
    """One attempt at a layout."""

    view: View
    style: Style
    measure: Measure
    moment: Moment
    typed: str
    canvas: tuple[float, float]
    column: Box
    """The customer's column; its height is what there is for parts."""

    tight: Tightness = TIGHTNESS[0]
    face: bool = True
    """Whether the digital teller is shown."""

    @property
    def words(self) -> dict[str, str]:
        """The window's own words in the view's language."""
        return words(self.view.language)

    def size(self, name: str) -> float:
        """Return a type size."""
        return self.style.size(name)

    def px(self, portrait: float) -> float:
        """Return a portrait length in this layout."""
        return self.style.px(portrait)

    def steps(self, *names: str) -> tuple[float, ...]:
        """Return type sizes, largest first, to shrink along."""
        return tuple(sorted({self.size(name) for name in (*names, "minimum")}, reverse=True))


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a part that flows down the customer's side."""

    height: float
    draw: Callable[[Drawing, Box], None]
    """Draws into the box given: the column's x and width, the block's height."""

    gap: float = 0
    """Air above it, beyond none."""

    sticks: bool = False
    """Belongs to the block below it."""

    weight: int = 9
    """When nothing fits, the lightest blocks are left out first; 9 never is."""

    joins: bool = False
    """Touches the block above it."""

    grows: float = 0
    """How much taller it may become where there is room: a button in a tight layout."""

    sinks: bool = False
    """May stand at the bottom of the column when it is the last."""


def line_height(size: float, kind: str = "body") -> float:
    """Return the height of a line box."""
    return round(size * float(tokens()["line_height"][kind]))


@dataclass(slots=True)
class Pen:
    """Writes lines of text into a drawing."""

    context: Context
    drawing: Drawing
    ink: str = field(default_factory=lambda: colour("ink"))

    def line(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        *,
        bold: bool = False,
        ink: str = "",
        height: float = 0,
        align: str = "left",
    ) -> Box:
        """Write one line; `at` is its left, middle or right end (`align`) and the top of its line box."""
        width = self.context.measure(text, size, bold)
        x = at[0] - {"left": 0, "middle": width / 2, "right": width}[align]
        box = Box(x, at[1], width, height or line_height(size))
        for run, pulled in typeset.runs(text):
            x -= size / 2 if pulled else 0
            wide = self.context.measure(run, size, bold)
            if run:
                self.drawing.add(Text(Box(x, box.y, wide, box.h), run, size, bold, ink or self.ink))
            x += wide
        return box

    def spans(
        self, at: tuple[float, float], line: Line, size: float, *, height: float = 0, bold: bool = False, ink: str = ""
    ) -> list[tuple[Box, bool]]:
        """Write a line of spans; marked ones are bold (in ink). Returns each span's box and whether it is marked."""
        boxes = []
        x = at[0]
        for span in line:
            heavy = bold or span.marked
            shade = self.ink if span.marked and not bold else ink
            box = self.line((x, at[1]), span.text, size, bold=heavy, ink=shade, height=height)
            boxes.append((box, span.marked))
            x = box.right
        return boxes

    def paragraph(
        self, at: tuple[float, float], lines: Sequence[Line], size: float, *, height: float = 0, bold: bool = False,
        ink: str = "",
    ) -> float:  # fmt: skip
        """Write lines below each other; returns the y below them."""
        y = at[1]
        for line in lines:
            self.spans((at[0], y), line, size, height=height, bold=bold, ink=ink)
            y += height or line_height(size)
        return y


def fitted(
    context: Context, text: str, width: float, max_lines: int, *steps: str, bold: bool = False
) -> typeset.Fitted:
    """Return `text` (double asterisks: bold) at the largest of the named sizes that fits."""
    return typeset.fit(typeset.spans(text, "**"), width, max_lines, context.steps(*steps), context.measure, bold)
