"""Extracts the Simplified Chinese faces of Noto Sans CJK: face 0 of the collections is Japanese, toolkits take face 0."""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.ttLib import TTCollection

SOURCES = Path("/usr/share/fonts/opentype/noto")
FAMILY = "Noto Sans CJK SC"
FAMILY_NAME_ID = 1
TYPOGRAPHIC_FAMILY_NAME_ID = 16


def extract(weight: str, target: Path) -> None:
    """Write the Simplified Chinese face of one weight."""
    fonts = TTCollection(str(SOURCES / f"NotoSansCJK-{weight}.ttc"), lazy=True).fonts
    for font in fonts:
        names = (font["name"].getDebugName(i) for i in (TYPOGRAPHIC_FAMILY_NAME_ID, FAMILY_NAME_ID))
        if FAMILY in names:
            unfinished = target.with_suffix(".unfinished")
            font.save(str(unfinished))
            unfinished.replace(target)
            return
    raise SystemExit(f"NotoSansCJK-{weight}.ttc has no face {FAMILY}")


def main(folder: Path) -> None:
    """Write both weights into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for weight in ("Regular", "Bold"):
        extract(weight, folder / f"NotoSansCJKsc-{weight}.otf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
