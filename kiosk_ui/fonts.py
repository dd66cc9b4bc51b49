"""Finds Noto Sans CJK SC, Regular and Bold; takes it out of Debian's collection once if nobody has done so yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from guitai.errors import GuitaiError
from kiosk_ui.sfnt import Advances, extract_face
from kiosk_ui.text import SQUEEZE

NAME = "NotoSansCJKsc-{weight}.otf"
SET_UP = Path(__file__).resolve().parents[1] / "var" / "fonts"
INSTALLED = Path("/opt/guitai/fonts")
COLLECTIONS = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED_CHINESE = 2
"""Face 0 of the collection is Japanese: other shapes of 直, 骨, 门."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The two files of the one family the kiosk uses."""

    regular: Path
    bold: Path

    def path(self, bold: bool) -> Path:
        """Return the file of a weight."""
        return self.bold if bold else self.regular


class Measure:
    """How wide a text is, without a window."""

    def __init__(self, fonts: Fonts) -> None:
        self._regular, self._bold = Advances(fonts.regular), Advances(fonts.bold)

    def __call__(self, text: str, size_px: float, bold: bool = False) -> float:
        """Return the width in pixels."""
        font = self._bold if bold else self._regular
        return font.width(text, size_px) - len(SQUEEZE.findall(text)) * size_px / 2


def find(state: Path, collections: Path = COLLECTIONS) -> Fonts:
    """Return the fonts, looking where script/setup and a package put them, then under `state`.

    Raises GuitaiError ``window.font_missing``.
    """
    own = state / "fonts"
    for folder in (SET_UP, INSTALLED, own):
        fonts = Fonts(folder / NAME.format(weight="Regular"), folder / NAME.format(weight="Bold"))
        if fonts.regular.is_file() and fonts.bold.is_file():
            return fonts
    return Fonts(_extract("Regular", own, collections), _extract("Bold", own, collections))


def _extract(weight: str, folder: Path, collections: Path) -> Path:
    source = collections / f"NotoSansCJK-{weight}.ttc"
    target = folder / NAME.format(weight=weight)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".new")
        draft.write_bytes(extract_face(source.read_bytes(), SIMPLIFIED_CHINESE))
        draft.replace(target)
    except (OSError, ValueError) as error:
        raise GuitaiError("window.font_missing", path=source, reason=str(error)) from error
    return target
