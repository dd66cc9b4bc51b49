"""Small pictures of the whole gallery, to compare with: ``python -m tests.wire.ui.pictures`` makes them anew.

Look at the difference before you commit them: they are what a customer is promised to see.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2
import numpy as np

from kiosk_ui import gallery

REFERENCES = Path(__file__).parent / "references"
SCALE = 0.6
WIDTH = {"portrait": 216, "landscape": 256}
QUALITY = 55
BLOCK = 9
"""Pixels of a small picture that are judged together: a letter or two."""

MOST_BLOCK, MOST_MEAN = 18.0, 2.5
"""Of 255. Compression alone makes up to 9 and 1.3, a letter turned into a box 21, a button moved by two pixels 34."""


def small(picture, folder):
    """Shrink a picture so that how edges are smoothed no longer matters."""
    width = WIDTH[folder.rsplit("_", 1)[-1]]
    tall = round(picture.shape[0] * width / picture.shape[1])
    return cv2.resize(picture, (width, tall), interpolation=cv2.INTER_AREA)


def difference(one, other):
    """Return (mean, worst block) of the difference between two pictures, block by block."""
    soft, other_soft = (cv2.blur(picture.astype(np.float32), (BLOCK, BLOCK)) for picture in (one, other))
    apart = np.abs(soft - other_soft).mean(axis=2)
    return float(apart.mean()), float(apart.max())


def same(one, other):
    mean, block = difference(one, other)
    return mean <= MOST_MEAN and block <= MOST_BLOCK


def main():
    with tempfile.TemporaryDirectory() as name:
        gallery.run(Path(name), SCALE)
        for old in REFERENCES.rglob("*.webp"):
            old.unlink()
        for path in sorted(Path(name).rglob("*.png")):
            target = REFERENCES / path.parent.name / f"{path.stem}.webp"
            target.parent.mkdir(parents=True, exist_ok=True)
            picture = small(cv2.imread(str(path)), path.parent.name)
            cv2.imwrite(str(target), picture, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])


if __name__ == "__main__":
    main()
