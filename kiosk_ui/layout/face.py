"""The teller on the counter's edge: how large, where, or a lamp while a human speaks."""

from __future__ import annotations

from kiosk_ui.layout.context import Context
from kiosk_ui.layout.tones import Tones
from kiosk_ui.scene import Box, Drawing, Face, Fill, Icon
from kiosk_ui.theme import colour

FACE_WIDTH = ((880, 600.0), (800, 480.0), (760, 480.0), (640, 430.0), (590, 350.0), (520, 340.0), (0, 300.0))
"""Width of the face by the counter's stop (at least)."""

FACE_ASPECT = 560 / 480

HALO = (240 / 480, 262 / 560, 464 / 480)
"""Centre and diameter of the halo within the face's box."""


def place(context: Context, side: Box) -> Box:
    """Return the face's box on the edge of `side`."""
    if context.style.landscape:
        width = min(332.0, (side.h * 0.55) / FACE_ASPECT)
        return Box(side.x + (side.w - width) / 2 - 14, side.bottom - width * FACE_ASPECT, width, width * FACE_ASPECT)
    width = next(wide for stop, wide in FACE_WIDTH if side.h >= stop)
    right = side.right + 10 if width == 600 else side.right if width in {350, 300} else side.right - 14
    return Box(right - width, side.bottom - width * FACE_ASPECT, width, width * FACE_ASPECT)


def smaller(face: Box) -> Box:
    """Return the face one step smaller, on the same spot."""
    width = 340.0 if face.w > 340 else 300.0
    return Box(face.right - width, face.bottom - width * FACE_ASPECT, width, width * FACE_ASPECT)


def draw(context: Context, out: Drawing, box: Box, shade: Tones) -> None:
    """Draw halo and face into `box`."""
    view = context.view
    x, y, wide = HALO
    size = wide * box.w
    halo = Box(box.x + x * box.w - size / 2, box.y + y * box.h - size / 2, size, size)
    if view.teller_name:
        # While a human speaks the drawn teller steps aside: a lamp with the sign of a person stands for her.
        lamp = Box(halo.x + size * 0.12, halo.y + size * 0.12, size * 0.76, size * 0.76)
        out.ring(lamp, colour("lamp"), colour("lamp_edge"), 4)
        out.add(Icon(lamp.inset(lamp.w * 0.2), "person", colour("ink")))
        return
    out.add(Fill(halo, shade.halo, round=True))
    out.add(Face(box, view.face, speaking=bool(view.captions)))
