"""The picture for when no window can be shown: drawn once, straight into the frame buffer; no OpenGL, no compositor, no core."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from guitai.config import Config
from guitai.errors import GuitaiError
from kiosk_ui.fonts import Fonts
from kiosk_ui.theme import colour, words

MARGIN = 0.08
"""Of the width, left and right."""

BITS = (16, 32)
"""Depths a frame buffer may have: RGB 5-6-5, and BGRX as the kernel's drivers lay it out."""


PARTS = re.compile(r"[!-~]+[，。]? ?|.[，。]?")


@dataclass(frozen=True, slots=True)
class Screen:
    """A frame buffer (Documentation/fb/api.rst of Linux)."""

    device: Path
    width: int
    height: int
    bits: int
    stride: int
    """Bytes of a row."""


def screen(name: str = "fb0", sysfs: Path = Path("/sys/class/graphics"), dev: Path = Path("/dev")) -> Screen:
    """Return what the kernel says of a frame buffer. Raises GuitaiError ``window.no_frame_buffer``."""
    folder = sysfs / name
    try:
        width, height = (int(part) for part in (folder / "virtual_size").read_text().split(","))
        bits = int((folder / "bits_per_pixel").read_text())
        stride = int((folder / "stride").read_text())
    except (OSError, ValueError) as error:
        raise GuitaiError("window.no_frame_buffer", name=name, reason=str(error)) from error
    if bits not in BITS or stride < width * bits // 8:
        raise GuitaiError("window.no_frame_buffer", name=name, reason=f"{width}x{height}, {bits} bits, {stride} a row")
    return Screen(dev / name, width, height, bits, stride)


def lines(config: Config) -> list[tuple[str, bool]]:
    """Return what stands on the screen, top to bottom, and whether it is large."""
    zh, en = words("zh"), words("en")
    return [
        (config.kiosk.branch_name, False),
        (zh["closed_lead"], True),
        (zh["closed_more"].format(hotline=config.kiosk.hotline), False),
        (en["closed_lead"], True),
        (en["closed_more"].format(hotline=config.kiosk.hotline), False),
    ]


def draw(said: list[tuple[str, bool]], fonts: Fonts, size: tuple[int, int]) -> Image.Image:
    """Return the picture (RGB, width and height in pixels)."""
    picture = Image.new("RGB", size, colour("celadon"))
    pen = ImageDraw.Draw(picture)
    room, unit = size[0] * (1 - 2 * MARGIN), min(size) / 24
    rows: list[tuple[str, ImageFont.FreeTypeFont, float]] = []
    for text, large in said:
        font = ImageFont.truetype(str(fonts.path(large)), round(unit * (1.7 if large else 1.0)))
        rows += [(part, font, unit * (2.6 if large else 1.7)) for part in _wrapped(text, font, room)]
    y = (size[1] - sum(height for *_, height in rows)) / 2
    for text, font, height in rows:
        pen.text((size[0] / 2, y + height / 2), text, font=font, fill=colour("ink"), anchor="mm")
        y += height
    return picture


def put(picture: Image.Image, screen: Screen) -> None:
    """Write the picture over the whole screen. Raises GuitaiError ``window.no_frame_buffer``."""
    pixels = np.asarray(picture, dtype=np.uint8)
    if screen.bits == BITS[0]:
        wide = pixels.astype(np.uint16)
        packed = (wide[..., 0] >> 3 << 11 | wide[..., 1] >> 2 << 5 | wide[..., 2] >> 3).astype("<u2")
        rows = packed.view(np.uint8).reshape(screen.height, -1)
    else:
        rows = np.zeros((screen.height, screen.width, 4), dtype=np.uint8)
        rows[..., :3] = pixels[..., ::-1]
        rows = rows.reshape(screen.height, -1)
    whole = np.zeros((screen.height, screen.stride), dtype=np.uint8)
    whole[:, : rows.shape[1]] = rows
    try:
        with screen.device.open("r+b", buffering=0) as out:
            out.write(whole.tobytes())
    except OSError as error:
        raise GuitaiError("window.no_frame_buffer", name=screen.device.name, reason=str(error)) from error


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Break a line where it is too wide: between words and Chinese characters, never in a number or before a stop."""
    found = [""]
    for part in PARTS.findall(text):
        longer = found[-1] + part
        if font.getlength(longer.rstrip()) <= room or not found[-1]:
            found[-1] = longer
        else:
            found.append(part)
    return [row.strip() for row in found]
