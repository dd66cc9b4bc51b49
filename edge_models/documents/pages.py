"""Made-up papers as pictures: drawn with the installed Noto CJK fonts, and photographed as a tray camera might see them.

For the bench and for tests. No person, account or contract in them is real.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from guitai.wire.rings import Picture

FONTS = Path("/usr/share/fonts/opentype/noto")
SANS, SERIF = FONTS / "NotoSansCJK-Regular.ttc", FONTS / "NotoSerifCJK-Regular.ttc"
SIMPLIFIED = 2
"""The face of the collection that draws Simplified Chinese."""

PAGE_PX = (1240, 1754)
"""A4 at 150 dots per inch."""


@dataclass(frozen=True, slots=True)
class Look:
    """How lines are set."""

    font: Path = SANS
    size_px: int = 26
    leading: float = 2.0
    ground: tuple[int, int, int] = (255, 255, 255)


def drawn(lines: tuple[str, ...], look: Look = Look(), size: tuple[int, int] = PAGE_PX) -> Picture:
    """Return a page with these lines, BGR; a line that begins with a tab stands in the middle of the page's width."""
    image = Image.new("RGB", size, look.ground)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(look.font), look.size_px, index=SIMPLIFIED)
    margin = size[0] // 12
    for number, line in enumerate(lines):
        x = size[0] // 2 if line.startswith("\t") else margin
        pen.text((x, margin + number * look.size_px * look.leading), line.strip("\t"), font=font, fill=(20, 20, 20))
    return np.ascontiguousarray(np.asarray(image)[..., ::-1])


def bubbles(messages: tuple[str, ...], size: tuple[int, int] = (900, 1600)) -> Picture:
    """Return a screenshot of a chat: each message in a bubble, its lines broken as a phone breaks them."""
    image = Image.new("RGB", size, (237, 237, 237))
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(SANS), 34, index=SIMPLIFIED)
    y, in_line = 120, 17
    for number, message in enumerate(messages):
        rows = [message[i : i + in_line] for i in range(0, len(message), in_line)]
        mine = number % 2
        width = max(int(font.getlength(row)) for row in rows) + 48
        x = size[0] - width - 40 if mine else 40
        box = (x, y, x + width, y + 52 * len(rows) + 40)
        pen.rounded_rectangle(box, 16, (149, 236, 105) if mine else (255, 255, 255))
        for row_number, row in enumerate(rows):
            pen.text((x + 24, y + 18 + 52 * row_number), row, font=font, fill=(20, 20, 20))
        y = box[3] + 36
    return np.ascontiguousarray(np.asarray(image)[..., ::-1])


def photographed(sheet: Picture, seed: int, size: tuple[int, int] = (1600, 1200)) -> Picture:
    """Return the sheet on a dark tray: askew, in perspective, unevenly lit, a little blurred, noisy, as JPEG."""
    random = np.random.default_rng(seed)
    width, height = size if sheet.shape[1] > sheet.shape[0] else size[::-1]
    scale = 0.9 * min(width / sheet.shape[1], height / sheet.shape[0])
    across, down = sheet.shape[1] * scale, sheet.shape[0] * scale
    middle = np.array((width / 2, height / 2))
    corners = np.array(((-across, -down), (across, -down), (across, down), (-across, down))) / 2
    turn = np.radians(random.uniform(-4, 4))
    corners = corners @ np.array(((np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))))
    corners = (corners * 0.95 + random.uniform(-0.02, 0.02, (4, 2)) * (across, down) + middle).astype(np.float32)
    source = np.array(((0, 0), (sheet.shape[1], 0), sheet.shape[1::-1], (0, sheet.shape[0])), np.float32)
    tray = np.full((height, width, 3), 70, np.uint8)
    matrix = cv2.getPerspectiveTransform(source, corners)
    cv2.warpPerspective(sheet, matrix, (width, height), tray, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT)
    light = np.linspace(random.uniform(0.65, 0.8), 1.0, width, dtype=np.float32)[None, :, None]
    shot = cv2.GaussianBlur(tray.astype(np.float32) * light, (0, 0), random.uniform(0.6, 0.9))
    shot = np.clip(shot + random.normal(0, 5, shot.shape), 0, 255).astype(np.uint8)
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg(shot, 75), np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    """Return the picture as a camera hands it over."""
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def distance(right: str, read: str) -> int:
    """Return how many characters have to be changed, added or left out (Levenshtein)."""
    before = list(range(len(read) + 1))
    for row, char in enumerate(right, 1):
        now = [row]
        for column, other in enumerate(read, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (char != other)))
        before = now
    return before[-1]
