"""How the screens look apart from their layout: high contrast for who needs it, and a bank's own colours, logo and words.

Both are the same thing: other colours for the tokens' (tokens.json), put over a finished scene. Pure but for `load`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from guitai.errors import GuitaiError
from kiosk_ui.scene import Face, Item, Moving, Scene, Target
from kiosk_ui.theme import contrast, tokens, words

Hex = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
PLACES = re.compile(r"{\w+}")
Palette = Mapping[str, str]
"""Token's hex value to the one shown."""

TEXT, GRAPHIC = 4.5, 3.0
"""Least contrasts (WCAG 2.2, 1.4.3 and 1.4.11, level AA)."""

PAIRS = (
    ("ink", "paper", TEXT), ("ink", "white", TEXT), ("ink", "osmanthus", TEXT), ("ink", "celadon", TEXT),
    ("ink", "lamp", TEXT), ("ink_soft", "paper", TEXT), ("ink_soft", "osmanthus", TEXT), ("ink_soft", "celadon", TEXT),
    ("white", "pine", TEXT), ("lamp_text", "pine_deep", TEXT),
    ("pine", "paper", GRAPHIC), ("pine", "white", GRAPHIC), ("line", "paper", GRAPHIC), ("line", "white", GRAPHIC),
)  # fmt: skip
"""What stands on what."""

HIGH_CONTRAST: dict[str, str] = tokens()["high_contrast"]
"""White and yellow on black; words at least 7 to 1 (WCAG 2.2, 1.4.6, level AAA). Pictures keep their own colours."""


class ThemeFile(BaseModel):
    """A bank's own look, as its file says it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(max_length=40)
    logo: str = Field("", title="PNG beside the file, 96 x 96, shown in its own colours")
    colours: dict[str, Hex] = Field(default_factory=dict, title="Tokens of colour that differ")
    words_zh: dict[str, str] = Field(default_factory=dict, title="The window's own words that differ, in Chinese")
    words_en: dict[str, str] = Field(default_factory=dict, title="The same in English")


@dataclass(frozen=True, slots=True)
class Look:
    """What a kiosk shows differently from the tokens."""

    colours: Palette = field(default_factory=dict)
    logo: Path | None = None

    def palette(self, *, high_contrast: bool) -> Palette:
        """Return the colours to put in place of the tokens'."""
        return _by_hex(HIGH_CONTRAST) if high_contrast else self.colours


def load(path: Path) -> Look:
    """Return the look of a bank's theme file. Raises GuitaiError ``window.bad_theme`` for one that must not be shown."""
    try:
        theme = ThemeFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise GuitaiError("window.bad_theme", path=path, reason=str(error).split("\n", 1)[0]) from error
    logo = path.parent / theme.logo if theme.logo else None
    if logo is not None and not logo.is_file():
        raise GuitaiError("window.bad_theme", path=path, reason=f"there is no {theme.logo} beside it")
    if unknown := sorted(theme.colours.keys() - _hexes().keys()):
        raise GuitaiError("window.bad_theme", path=path, reason=f"no colour of the tokens is called {unknown[0]}")
    if faint := too_faint(theme.colours):
        raise GuitaiError("window.bad_theme", path=path, reason=faint)
    _put_words(path, theme)
    return Look(_by_hex(theme.colours), logo)


def too_faint(colours: Mapping[str, str]) -> str:
    """Return the first pair of colours that nobody could tell apart, in words; empty if there is none."""
    shown = {**_hexes(), **colours}
    for above, below, least in PAIRS:
        ratio = contrast(shown[above], shown[below])
        if ratio < least:
            return f"{above} on {below} has a contrast of {ratio:.1f}, less than {least}"
    return ""


def recoloured(scene: Scene, palette: Palette) -> Scene:
    """Return the scene in other colours."""
    if not palette:
        return scene
    items = tuple(_item(item, palette) for item in scene.items)
    targets = tuple(_target(target, palette) for target in scene.targets)
    return replace(scene, ground=_of(palette, scene.ground), items=items, targets=targets)


def _item(item: Item, palette: Palette) -> Item:
    return item if isinstance(item, Face | Moving) else replace(item, colour=_of(palette, item.colour))


def _target(target: Target, palette: Palette) -> Target:
    return replace(target, ink=_of(palette, target.ink))


def _of(palette: Palette, hex_value: str) -> str:
    return palette.get(hex_value.upper(), hex_value)


def _hexes() -> dict[str, str]:
    return {name: row["hex"] for name, row in tokens()["colour"].items() if isinstance(row, dict)}


def _by_hex(colours: Mapping[str, str]) -> dict[str, str]:
    hexes = _hexes()
    return {hexes[name].upper(): value for name, value in colours.items()}


def _put_words(path: Path, theme: ThemeFile) -> None:
    for language, own in (("zh", theme.words_zh), ("en", theme.words_en)):
        known = words(language)
        if unknown := sorted(own.keys() - known.keys()):
            raise GuitaiError("window.bad_theme", path=path, reason=f"the window has no word {unknown[0]}")
        for key, word in own.items():
            if set(PLACES.findall(word)) != set(PLACES.findall(known[key])):
                raise GuitaiError("window.bad_theme", path=path, reason=f"{key} has other places in braces than ours")
        known.update(own)
