"""What lies over a laid-out scene: the ink of a signature, and the spot a teller points at. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guitai.messages.view import SignaturePart, View
from kiosk_ui.scene import Box, Fill, Scene, Stroke
from kiosk_ui.theme import colour

PAD, DONE, CLEAR = "sign:pad", "sign:done", "sign:clear"
"""The pad and its two buttons: presses that concern the window alone."""

THOUSAND = 1000
MOST_STROKES, MOST_POINTS = 64, 4_000
"""As many as core takes."""

INK = 7.0
SPOT, RING = 44.0, 8.0

Strokes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Strokes so far, x and y in turn, in thousandths of the pad. `sent` blocks the pad until the next view answers."""

    wanted: bool = False
    strokes: Strokes = ()
    sent: bool = False

    def for_view(self, view: View) -> Signature:
        """Return the signature of a new view: ink stays while the pad does."""
        wanted = any(isinstance(part, SignaturePart) for part in view.parts)
        return self if wanted and self.wanted and not self.sent else Signature(wanted)

    def down(self, pad: Box, x: float, y: float) -> Signature:
        """Return the signature with a stroke begun at a point of the scene."""
        if self.sent or not self.wanted or len(self.strokes) >= MOST_STROKES:
            return self
        return replace(self, strokes=(*self.strokes, _point(pad, x, y)))

    def move(self, pad: Box, x: float, y: float) -> Signature:
        """Return the signature with its last stroke drawn on; what goes beyond the pad stays at its edge."""
        if self.sent or not self.strokes or sum(map(len, self.strokes)) >= 2 * MOST_POINTS:
            return self
        last, point = self.strokes[-1], _point(pad, x, y)
        return self if last[-2:] == point else replace(self, strokes=(*self.strokes[:-1], (*last, *point)))

    def press(self, name: str) -> tuple[Signature, Strokes | None]:
        """Return the signature after one of its buttons, and the strokes to send if it is done; dots are none."""
        if name == CLEAR:
            return replace(self, strokes=()) if not self.sent else self, None
        if name == DONE and any(len(stroke) > 2 for stroke in self.strokes) and not self.sent:
            return replace(self, sent=True), self.strokes
        return self, None


def inked(scene: Scene, strokes: Strokes, pointer: tuple[float, float] | None) -> Scene:
    """Return the scene with the ink on its pad and the teller's spot; both in parts of the pad and the screen."""
    pad = pad_of(scene)
    drawn = tuple(_stroke(pad, stroke) for stroke in strokes) if pad is not None else ()
    spot: tuple[Fill, ...] = ()
    if pointer is not None:
        x, y = pointer[0] * scene.size[0], pointer[1] * scene.size[1]
        ring = Box(x - SPOT / 2, y - SPOT / 2, SPOT, SPOT)
        spot = (Fill(ring, colour("lamp"), round=True, alpha=0.85), Fill(ring.inset(RING), colour("pine"), round=True))
    return replace(scene, items=(*scene.items, *drawn, *spot)) if drawn or spot else scene


def pad_of(scene: Scene) -> Box | None:
    """Return where the pad lies, if there is one."""
    return next((target.box for target in scene.targets if target.name == PAD), None)


def _point(pad: Box, x: float, y: float) -> tuple[int, int]:
    return _part((x - pad.x) / pad.w), _part((y - pad.y) / pad.h)


def _part(value: float) -> int:
    return round(min(max(value, 0.0), 1.0) * THOUSAND)


def _stroke(pad: Box, stroke: tuple[int, ...]) -> Stroke:
    points = stroke if len(stroke) > 2 else stroke * 2  # a dot is a line to itself
    place = [
        pad.x + one * pad.w / THOUSAND if n % 2 == 0 else pad.y + one * pad.h / THOUSAND for n, one in enumerate(points)
    ]
    return Stroke(tuple(place), INK, colour("ink"))
