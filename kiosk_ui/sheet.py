"""Contact sheets: many screens small beside each other, each with its name, to be looked at all at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from guitai.errors import GuitaiError

GAP, NAME = 12, 22
QUALITY = 78
GROUND = (240, 245, 244)
INK = (42, 48, 21)
Picture = NDArray[np.uint8]


def contact_sheet(pictures: Mapping[str, Path], columns: int, width: int) -> Picture:
    """Return one BGR picture of all, each `width` wide; a name stands below each.

    Raises GuitaiError ``window.screenshot_failed`` for a file that is no picture.
    """
    tiles = [_tile(name, path, width) for name, path in pictures.items()]
    tall = max(tile.shape[0] for tile in tiles)
    rows = []
    for start in range(0, len(tiles), columns):
        row = np.full((tall + GAP, (width + GAP) * columns + GAP, 3), GROUND, np.uint8)
        for n, tile in enumerate(tiles[start : start + columns]):
            x = GAP + n * (width + GAP)
            row[GAP : GAP + tile.shape[0], x : x + width] = tile
        rows.append(row)
    return np.vstack(rows)


def write_sheet(target: Path, pictures: Mapping[str, Path], columns: int, width: int) -> None:
    """Write a contact sheet; the ending of `target` chooses the format. Raises ``window.screenshot_failed``."""
    how = [cv2.IMWRITE_JPEG_QUALITY, QUALITY] if target.suffix == ".jpg" else []
    if not cv2.imwrite(str(target), contact_sheet(pictures, columns, width), how):
        raise GuitaiError("window.screenshot_failed", path=target, reason="OpenCV could not write it")


def _tile(name: str, path: Path, width: int) -> Picture:
    picture = cv2.imread(str(path))
    if picture is None:
        raise GuitaiError("window.screenshot_failed", path=path, reason="not a picture")
    tall = round(picture.shape[0] * width / picture.shape[1])
    tile = np.full((tall + NAME, width, 3), GROUND, np.uint8)
    tile[:tall] = cv2.resize(picture, (width, tall), interpolation=cv2.INTER_AREA)
    cv2.putText(tile, name, (2, tall + 15), cv2.FONT_HERSHEY_SIMPLEX, 0.4, INK, 1, cv2.LINE_AA)
    return tile
