"""Draws kiosk_ui/assets/*.svg into PNGs: icons as white masks to be tinted, the teller's face in all brows and mouths.

Run by script/icons in a throw-away environment; the PNGs are committed, so the kiosk needs no SVG library.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

ASSETS = Path("kiosk_ui/assets")
PNG = ASSETS / "png"
ICON_PX = 96
LARGE_ICONS = {"person": 288, "smile": 192, "neutral": 192}
FACE_PX = (600, 700)
FACE_BOX = (480, 560)
MOUTH_BOX = (200, 280, 80, 70)
"""x, y, width, height of the mouth within the face's drawing; the same figures stand in kiosk_ui/paint.py."""

BROWS = {
    "smile": "M180 206q20-15 39 0M261 206q19-15 39 0",
    "calm": "M182 210q16-12 38-10M260 200q22-2 38 10",
}
MOUTHS = ("smile", "calm", "aa", "o")
"""Drawn with their faces; the other shapes stand alone in mouth_*.svg."""

EYES_BOX = (184, 222, 112, 36)


def main() -> None:
    PNG.mkdir(exist_ok=True)
    for old in PNG.glob("*.png"):
        old.unlink()
    for icon in [*sorted((ASSETS / "icons").glob("*.svg")), ASSETS / "mark.svg"]:
        side = LARGE_ICONS.get(icon.stem, ICON_PX)
        mask = render(icon.read_text(), side, side)
        mask[..., :3] = 255
        save(mask, f"icon_{icon.stem}.png")
    for brows, path in BROWS.items():
        save(bleed(render(face(brows, path), *FACE_PX)), f"face_{brows}.png")
    for mouth in MOUTHS:
        x, y, w, h = MOUTH_BOX
        scale = FACE_PX[0] / FACE_BOX[0] * 2
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {w} {h}">{_lines(mouth)[-1]}'
        save(bleed(render(svg, round(w * scale), round(h * scale))), f"mouth_{mouth}.png")
    scale = FACE_PX[0] / FACE_BOX[0] * 2
    for drawing in [*sorted(ASSETS.glob("mouth_*.svg")), ASSETS / "eyes_shut.svg"]:
        w, h = EYES_BOX[2:] if drawing.stem == "eyes_shut" else MOUTH_BOX[2:]
        save(bleed(render(drawing.read_text(), round(w * scale), round(h * scale))), f"{drawing.stem}.png")


def face(brows: str, path: str) -> str:
    """The layers of the teller with these brows, without halo and mouth (the window draws those on their own)."""
    lines = _lines(brows)
    lines[0] = re.sub(r"<circle[^>]*/>", "", lines[0])
    row = next(n for n, line in enumerate(lines) if BROWS["smile"] in line)
    lines[row] = lines[row].replace(BROWS["smile"], path)
    lines[-1] = "</svg>"
    return "\n".join(lines)


def _lines(name: str) -> list[str]:
    return (ASSETS / f"teller_{name}.svg").read_text().splitlines()


def render(svg: str, width: int, height: int) -> np.ndarray:
    data = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    return np.array(Image.open(io.BytesIO(bytes(data))).convert("RGBA"))


def bleed(image: np.ndarray, rounds: int = 4) -> np.ndarray:
    """Give transparent neighbours their neighbour's colour, so that filtering a scaled texture shows no dark rim."""
    known = image[..., 3] > 0
    for _ in range(rounds):
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            near, near_known = np.roll(image, step, axis), np.roll(known, step, axis)
            fresh = near_known & ~known
            image[fresh, :3] = near[fresh, :3]
            known = known | fresh
    return image


def save(image: np.ndarray, name: str) -> None:
    Image.fromarray(image).save(PNG / name, optimize=True)


if __name__ == "__main__":
    main()
