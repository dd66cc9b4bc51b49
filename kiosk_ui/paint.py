"""Paints a scene with Kivy: flat shapes, tinted icons and one texture a line of text. Touches the GPU only on change."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

from kivy.core.image import Image as CoreImage
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Line, Rectangle, SmoothEllipse, SmoothRoundedRectangle
from kivy.graphics import Quad as KivyQuad
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex

from guitai.errors import GuitaiError
from kiosk_ui.fonts import Fonts
from kiosk_ui.kivy_setup import give_back
from kiosk_ui.scene import Box, Face, Fill, Icon, Item, Moving, Quad, Scene, Stroke, Target, Text
from kiosk_ui.theme import colour

PNG = Path(__file__).parent / "assets" / "png"
KEPT_TEXTS = 120
KEPT_SIZES = 26
"""Sizes of type that stay open: one mode has 25. Each holds 2.6 MB, for the fonts have 65,000 characters."""

KIVY_FONTS = 64
"""How many fonts Kivy keeps open: whoever opens as many others closes them."""

SMALL_FONT = "Roboto"
"""Kivy's own, a hundredth in size."""

PRESSED_ALPHA = 0.16
RING, RING_GAP = 6.0, 6.0
FACE_SIZE = (480, 560)
MOUTH_BOX, EYES_BOX = Box(200, 280, 80, 70), Box(184, 222, 112, 36)
"""Of mouth and eyes within the face's drawing (script/rasterise.py)."""


class Painter:
    """Owns one widget that fills the window, and the textures."""

    def __init__(self, fonts: Fonts, logo: Path | None = None) -> None:
        self.widget: Any = Widget()
        self._fonts, self._logo = fonts, logo
        self._texts: OrderedDict[tuple[str, int, bool], Any] = OrderedDict()
        self._sizes: set[tuple[int, bool]] = set()
        self._images: dict[str, Any] = {}
        self._moving: dict[str, Any] = {}
        self._face: tuple[Any, str] | None = None
        self._moving_at: dict[str, Box] = {}
        self._face_at: Box | None = None
        self._eyes_at: Box | None = None
        self._lids: Any = None
        self._changed: Box | None = None
        self._whole = True
        self._scale, self._height = 1.0, 0.0

    def show(self, scene: Scene, pressed: Target | None = None, focus: Target | None = None) -> None:
        """Rebuild the drawing; the window redraws itself once."""
        self._scale, self._height = scene.scale, scene.size[1] * scene.scale
        self._face = self._face_at = self._lids = None
        self._moving_at = {}
        self._whole = True
        canvas = self.widget.canvas
        canvas.clear()
        with canvas:
            self._fill(Fill(Box(0, 0, *scene.size), scene.ground))
            for item in scene.items:
                self._paint(item)
            if focus:
                self._ring(focus)
            if pressed:
                self._fill(Fill(pressed.box, pressed.ink, pressed.radius, alpha=PRESSED_ALPHA))
        while len(self._texts) > KEPT_TEXTS:
            self._texts.popitem(last=False)
        canvas.ask_update()

    def forget(self) -> None:
        """Let go of every word and picture of the customer who has gone, and of fonts if two modes' are open.

        Call before the next `show`.
        """
        self._texts.clear()
        self._moving.clear()
        if len(self._sizes) > KEPT_SIZES:
            self._sizes.clear()
            for size in range(1, KIVY_FONTS + 2):
                CoreLabel(text=".", font_size=size, font_name=SMALL_FONT).refresh()
            give_back()

    def warm(self, size: float, *, bold: bool) -> None:
        """Open the font at a size before it is needed: the first text of a size costs some 20 ms."""
        self._text_texture("　", max(round(size * self._scale), 1), bold)

    def mouth(self, shape: str) -> None:
        """Give the teller's mouth a shape of `kiosk_ui.mouth`; at rest it is that of the face's mood."""
        if self._face:
            rectangle, mood = self._face
            rectangle.texture = self._image(f"mouth_{shape or mood}", smooth=True)
            self._touch(self._face_at)

    def blink(self, *, shut: bool) -> None:
        """Shut the teller's eyes, or open them."""
        if self._lids:
            self._lids.a = 1.0 if shut else 0.0
            self._touch(self._eyes_at)

    def moving(self, source: str, rgb: bytes, width: int, height: int) -> None:
        """Put a new picture (RGB rows, top first) where the scene has that source."""
        texture = self._moving.get(source)
        if texture is None or texture.size != (width, height):
            texture = Texture.create(size=(width, height), colorfmt="rgb")
            texture.flip_vertical()
            self._moving[source] = texture
        texture.blit_buffer(rgb, colorfmt="rgb", bufferfmt="ubyte")
        self._touch(self._moving_at.get(source))
        self.widget.canvas.ask_update()

    def has_moving(self, source: str, width: int, height: int) -> bool:
        """Return whether the texture of that source exists in this size; else show the scene again after `moving`."""
        texture = self._moving.get(source)
        return texture is not None and texture.size == (width, height)

    def changed(self) -> tuple[int, int, int, int] | None:
        """Return what has to be drawn anew since the last call, x, y (from below), width, height; None: everything."""
        box, whole = self._changed, self._whole
        self._changed, self._whole = None, False
        if whole or box is None:
            return None
        place = self._at(box)
        (x, y), (wide, tall) = place["pos"], place["size"]
        return round(x) - 1, round(y) - 1, round(wide) + 2, round(tall) + 2

    def _touch(self, box: Box | None) -> None:
        self._changed = box if self._changed is None or box is None else self._changed.around(box)
        self._whole = self._whole or box is None

    def _paint(self, item: Item) -> None:
        match item:
            case Fill():
                self._fill(item)
            case Text():
                self._text(item)
            case Icon(name="mark") if self._logo is not None:
                Color(1, 1, 1, 1)
                Rectangle(texture=self._image(str(self._logo), smooth=True), **self._at(item.box))
            case Icon():
                Color(*_rgba(item.colour))
                Rectangle(texture=self._image(f"icon_{item.name}", smooth=True), **self._at(item.box))
            case Face():
                self._face_item(item)
            case Stroke():
                Color(*_rgba(item.colour))
                Line(points=self._points(item.points), width=item.width * self._scale / 2, cap="round", joint="round")
            case Quad():
                Color(*_rgba(item.colour))
                KivyQuad(points=self._points(item.points))
            case Moving():
                self._moving_item(item)

    def _fill(self, item: Fill) -> None:
        Color(*_rgba(item.colour, item.alpha))
        place = self._at(item.box)
        if item.round:
            SmoothEllipse(**place)
        elif item.radius:
            SmoothRoundedRectangle(radius=[item.radius * self._scale], **place)
        else:
            Rectangle(**place)

    def _ring(self, focus: Target) -> None:
        """Frame what the reader stands on."""
        at = self._at(focus.box.inset(-RING_GAP))
        radius = (focus.radius + RING_GAP) * self._scale
        Color(*_rgba(colour("persimmon")))
        Line(rounded_rectangle=(*at["pos"], *at["size"], radius), width=RING * self._scale / 2)

    def _text(self, item: Text) -> None:
        size = max(round(item.size * self._scale), 1)
        texture = self._text_texture(item.text, size, item.bold)
        if texture is None:
            return
        wide, tall = texture.size
        middle = self._height - item.box.mid_y * self._scale
        Color(*_rgba(item.colour))
        Rectangle(texture=texture, pos=(round(item.box.x * self._scale), round(middle - tall / 2)), size=(wide, tall))

    def _face_item(self, item: Face) -> None:
        Color(1, 1, 1, 1)
        Rectangle(texture=self._image(f"face_{item.brows}"), **self._at(item.box))
        place, eyes = (_within(item.box, part) for part in (MOUTH_BOX, EYES_BOX))
        mouth = self._image(f"mouth_{'aa' if item.speaking else item.brows}", smooth=True)
        self._face = (Rectangle(texture=mouth, **self._at(place)), item.brows)
        self._lids = Color(1, 1, 1, 0)
        Rectangle(texture=self._image("eyes_shut", smooth=True), **self._at(eyes))
        self._face_at, self._eyes_at = place, eyes

    def _moving_item(self, item: Moving) -> None:
        self._moving_at[item.source] = item.box
        Color(*_rgba("#C9D6D6"))
        Rectangle(**self._at(item.box))
        texture = self._moving.get(item.source)
        if texture is None:
            side = min(item.box.w, item.box.h) * 0.4
            self._paint(
                Icon(Box(item.box.mid_x - side / 2, item.box.mid_y - side / 2, side, side), "person", "#6B8177")
            )
            return
        Color(1, 1, 1, 1)
        Rectangle(texture=_covering(texture, item.box), **self._at(item.box))

    def _text_texture(self, text: str, size: int, bold: bool) -> Any:
        key = (text, size, bold)
        if key in self._texts:
            self._texts.move_to_end(key)
        else:
            self._sizes.add((size, bold))
            label = CoreLabel(text=text, font_size=size, font_name=str(self._fonts.path(bold)), color=(1, 1, 1, 1))
            label.refresh()
            self._texts[key] = label.texture
        return self._texts[key]

    def _image(self, name: str, *, smooth: bool = False) -> Any:
        """Return a texture; `smooth` ones have smaller copies, for drawings shown at half their size or less."""
        if name not in self._images:
            path = PNG / name if name.endswith(".png") else PNG / f"{name}.png"
            if not path.is_file():
                raise GuitaiError("window.asset_missing", name=name)
            self._images[name] = CoreImage(str(path), mipmap=smooth, nocache=True).texture
        return self._images[name]

    def _at(self, box: Box) -> dict[str, tuple[float, float]]:
        """Return Kivy's pos and size (origin bottom-left), on whole pixels so that edges stay sharp."""
        left, right = round(box.x * self._scale), round(box.right * self._scale)
        top, bottom = round(box.y * self._scale), round(box.bottom * self._scale)
        return {"pos": (left, round(self._height) - bottom), "size": (max(right - left, 1), max(bottom - top, 1))}

    def _points(self, points: tuple[float, ...]) -> list[float]:
        s = self._scale
        return [self._height - v * s if n % 2 else v * s for n, v in enumerate(points)]


def _covering(texture: Any, box: Box) -> Any:
    """Return the middle of a texture in the box's shape."""
    wide, tall = texture.size
    if wide * box.h > tall * box.w:
        part = tall * box.w / box.h
        return texture.get_region((wide - part) / 2, 0, part, tall)
    part = wide * box.h / box.w
    return texture.get_region(0, (tall - part) / 2, wide, part)


def _within(face: Box, part: Box) -> Box:
    """Return where a part of the face's drawing lies on the screen."""
    across, down = face.w / FACE_SIZE[0], face.h / FACE_SIZE[1]
    return Box(face.x + part.x * across, face.y + part.y * down, part.w * across, part.h * down)


def _rgba(hex_value: str, alpha: float = 1.0) -> list[float]:
    red, green, blue, _ = get_color_from_hex(hex_value)
    return [red, green, blue, alpha]
