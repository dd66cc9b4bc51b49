"""PicturePart: the machine with the slot that matters lit and pointed at, the PIN pad, a page under the camera."""

from __future__ import annotations

from guitai.messages.view import PicturePart, VideoPart
from kiosk_ui.layout.context import AIRY, Block, Context, Pen, line_height
from kiosk_ui.scene import Box, Drawing, Fill, Moving, Quad, Stroke
from kiosk_ui.theme import colour

MACHINE = (843.0, 620.0)
PAD = (800.0, 590.0)
DESK = (960.0, 560.0)
LIVE = (960.0, 540.0)
SIZES = {"pin_pad": PAD, "document": DESK}
METAL, METAL_EDGE, SLOT = "#E3EAE3", "#B8C5BC", "#9AA9A1"
PAD_BODY, PAD_DARK, PAD_KEY, PAD_CLEAR, PAD_INK = "#5B6B64", "#37423D", "#F4F3EC", "#F2C769", "#15302B"
ARROW = 22.0
NOTES = ("#C98A85", "#D39893", "#DDA9A4")


def blocks(context: Context, part: PicturePart) -> list[Block]:
    """Return the picture, shrunk with the layout, and its caption."""
    width, height = SIZES.get(part.name, MACHINE)
    tall = min(context.px(context.tight.picture), height)
    out = [
        Block(
            tall, lambda drawing, box: _draw(context, part.name, drawing, box, width, height), weight=3,
            grows=_grows(context, tall, height),
        )
    ]  # fmt: skip
    if part.caption:
        size = context.size("label")

        def caption(drawing: Drawing, box: Box) -> None:
            where = (box.mid_x, box.y)
            Pen(context, drawing).line(where, part.caption, size, ink=colour("ink_soft"), align="middle")

        out.append(Block(line_height(size), caption, weight=2))
    return out


def live(context: Context, part: VideoPart) -> list[Block]:
    """Return what a camera of the kiosk sees, between the marks a page has to lie in."""
    tall = min(context.px(context.tight.picture), LIVE[1])

    def draw(out: Drawing, box: Box) -> None:
        wide = min(box.w, tall * LIVE[0] / LIVE[1])
        place = Box(box.mid_x - wide / 2, box.y, wide, tall)
        out.add(Fill(place, PAD_DARK, context.style.radius), Moving(place.inset(context.px(16)), part.source))
        _marks(out, place.inset(context.px(40)), context.px(70), context.px(12))

    return [Block(tall, draw, weight=6, grows=_grows(context, tall, LIVE[1]))]


def _grows(context: Context, tall: float, height: float) -> float:
    """Return what a picture of a tight layout lacks of its height in an airy one."""
    return max(min(context.px(AIRY.picture), height) - tall, 0)


def _marks(out: Drawing, box: Box, long: float, wide: float) -> None:
    """Draw the four corners a page has to lie between."""
    for x, along in ((box.x, long), (box.right, -long)):
        for y, down in ((box.y, long), (box.bottom, -long)):
            out.add(Stroke((x + along, y, x, y, x, y + down), wide, colour("lamp")))


class _Canvas:
    """Draws in the picture's own coordinates."""

    def __init__(self, drawing: Drawing, box: Box, width: float, height: float) -> None:
        self._out = drawing
        self.k = min(box.w / width, box.h / height)
        self._x, self._y = box.mid_x - width * self.k / 2, box.y

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self._x + x * self.k, self._y + y * self.k

    def box(self, x: float, y: float, w: float, h: float) -> Box:
        left, top = self.at(x, y)
        return Box(left, top, w * self.k, h * self.k)

    def fill(self, x: float, y: float, w: float, h: float, ink: str, radius: float = 0) -> None:
        self._out.add(Fill(self.box(x, y, w, h), ink, radius * self.k))

    def arrow(self, x: float, y: float, length: float, width: float = ARROW, ink: str = "persimmon") -> None:
        """Point at a slot from (x, y): down, or up if the length is negative."""
        tip, wing = y + length, abs(length) * 0.44
        back = tip - wing if length > 0 else tip + wing
        for start in ((x, y), (x - wing, back), (x + wing, back)):
            points = (*self.at(*start), *self.at(x, tip))
            self._out.add(Stroke(points, width * self.k, colour(ink)))


def _draw(context: Context, name: str, out: Drawing, box: Box, width: float, height: float) -> None:
    canvas = _Canvas(out, box, width, height)
    if name == "pin_pad":
        _pin_pad(context, out, canvas)
    elif name == "document":
        _desk(out, canvas)
    else:
        _machine(out, canvas, name)


def _machine(out: Drawing, c: _Canvas, name: str) -> None:
    out.framed(c.box(0, 0, *MACHINE), METAL, METAL_EDGE, 3, 40 * c.k)
    c.fill(60, 0, 500, 180, colour("pine_deep"), 18)
    c.fill(60, 0, 500, 30, colour("pine_deep"))
    c.fill(78, 0, 464, 112, colour("osmanthus"))
    c.fill(78, 112, 464, 50, colour("paper"))
    c.fill(90, 216, 230, 150, PAD_BODY, 18)
    for row in range(4):
        for column in range(4):
            c.fill(112 + 50 * column, 236 + 30 * row, 38, 20, colour("celadon"), 5)
    card, cash = name in {"take_card", "insert_card"}, name in {"take_cash", "insert_notes"}
    if name == "id_card":
        c.fill(350, 216, 220, 150, colour("lamp"), 18)
        c.fill(380, 240, 160, 102, colour("paper"), 12)
        c.fill(486, 258, 40, 50, colour("celadon_deep"), 6)
        c.fill(396, 262, 74, 10, colour("celadon"), 5)
        c.fill(396, 288, 74, 10, colour("celadon"), 5)
        c.arrow(460, 130, 80)
    c.fill(610, 250, 198, 60, colour("lamp") if card else SLOT, 18)
    c.fill(630, 274, 158, 12, colour("ink"), 6)
    c.fill(170, 420, 480, 84, colour("lamp") if cash else SLOT, 18)
    if cash:
        for n, ink in enumerate(NOTES):
            out.framed(c.box(240 + 7 * n, 486 + 13 * n, 330, 52), ink, colour("white"), 3, 8 * c.k)
        c.fill(401, 520, 32, 32, "#F6E3E0", 16)
        if name == "insert_notes":  # up into the slot, beside the notes
            c.arrow(196, 606, -88)
            c.arrow(624, 606, -88)
        else:
            c.arrow(408, 260, 110)
    c.fill(210, 454, 400, 16, colour("ink"), 8)
    if card:
        c.fill(634, 300, 150, 96, colour("pine"), 12)
        c.fill(652, 324, 34, 26, colour("lamp"), 6)
        c.fill(652, 366, 80, 10, colour("celadon_deep"), 5)
        if name == "insert_card":
            c.arrow(709, 530, -104)
        else:
            c.arrow(709, 120, 110)


def _desk(out: Drawing, c: _Canvas) -> None:
    """A page that lies a little askew between the marks, seen from above."""
    out.add(Fill(c.box(0, 0, *DESK), PAD_DARK, 28 * c.k))

    def sheet(x: float, y: float, w: float, h: float, ink: str) -> None:
        lean = 0.025
        corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        flat: list[float] = []
        for a, b in corners:
            flat += c.at(a + (b - 280) * lean, b - (a - 480) * lean)
        out.add(Quad(tuple(flat), ink))

    sheet(180, 50, 600, 460, "#FCF8EC")
    sheet(180, 50, 600, 76, "#E8DBB8")
    sheet(380, 78, 200, 22, PAD_BODY)
    for n in range(5):
        sheet(224, 160 + 62 * n, 84, 16, "#B9AF98")
        sheet(350, 156 + 62 * n, 200 - 24 * (n % 3), 24, PAD_BODY)
    seal = c.box(622, 356, 116, 116)
    out.ring(seal, "#FCF8EC", NOTES[0], 5 * c.k)
    c.fill(652, 410, 56, 7, NOTES[0])
    c.fill(677, 386, 7, 56, NOTES[0])
    _marks(out, c.box(140, 36, 680, 488), 72 * c.k, 12 * c.k)


def _pin_pad(context: Context, out: Drawing, c: _Canvas) -> None:
    def quad(points: tuple[float, ...], ink: str) -> None:
        flat: list[float] = []
        for n in range(0, 8, 2):
            flat += c.at(points[n], points[n + 1])
        out.add(Quad(tuple(flat), ink))

    quad((0, 0, 800, 0, 754, 484, 46, 484), PAD_DARK)
    quad((64, 76, 736, 76, 712, 484, 88, 484), PAD_BODY)
    c.fill(84, 76, 632, 22, "#4A5852")
    c.arrow(400, 512, 70, 9, "pine")
    pen = Pen(context, out)
    words = context.words
    side = (
        (words["pad_cancel"], "#E8B4A0"), (words["pad_clear"], PAD_CLEAR), ("", SLOT), (words["pad_enter"], "#8CC3A8"),
    )  # fmt: skip
    for row, keys in enumerate(("123", "456", "789", " 0 ")):
        y = 100 + 86 * row
        for column, digit in enumerate(keys):
            if digit != " ":
                _pad_key(pen, c, c.box(120 + 122 * column, y, 104, 70), digit, PAD_KEY)
        word, ink = side[row]
        _pad_key(pen, c, c.box(502, y, 150, 70), word, ink)


def _pad_key(pen: Pen, c: _Canvas, box: Box, word: str, ink: str) -> None:
    pen.drawing.add(Fill(box, ink, 14 * c.k))
    size = 40 * c.k
    while pen.context.measure(word, size, True) > box.w - 12 * c.k:
        size -= 2 * c.k
    where = (box.mid_x, box.mid_y - line_height(size) / 2)
    pen.line(where, word, size, bold=True, ink=PAD_INK, align="middle")
