"""The tokens of the look (tokens.json) as typed values: colours, type sizes per mode, lengths per layout."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson

PORTRAIT = (1080.0, 1920.0)
LANDSCAPE = (1280.0, 800.0)
LANDSCAPE_LENGTHS = 0.74
"""A landscape button is 124 where a portrait one is 168."""

LANDSCAPE_LARGE = 1.2
"""Not mocked: large print in landscape grows by a fifth."""


@cache
def tokens() -> dict[str, Any]:
    """Return the tokens as they stand in the file."""
    data: dict[str, Any] = orjson.loads(resources.files("kiosk_ui").joinpath("tokens.json").read_bytes())
    return data


@cache
def colour(name: str) -> str:
    """Return a colour's hex value. Raises KeyError for a name that is no token."""
    value: str = tokens()["colour"][name]["hex"]
    return value


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two hex colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(hex_value: str) -> float:
    shares = (int(hex_value[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def words(language: str) -> dict[str, str]:
    """Return the window's own few words."""
    table = resources.files("kiosk_ui").joinpath("locale", f"{language}.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(table))


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes of one mode: normal or large, Chinese or English, portrait or landscape."""

    large: bool = False
    english: bool = False
    landscape: bool = False

    def size(self, name: str) -> float:
        """Return a type size in design pixels."""
        row: dict[str, float] = tokens()["type_px"][name]
        if self.landscape:
            base = row.get("landscape", row["normal"] * LANDSCAPE_LENGTHS)
            return round(base * LANDSCAPE_LARGE) if self.large else round(base)
        if self.large:
            return row.get("large", row["normal"])
        return row.get("english", row["normal"]) if self.english else row["normal"]

    def px(self, portrait: float) -> float:
        """Return a portrait length in this layout's pixels."""
        return round(portrait * LANDSCAPE_LENGTHS) if self.landscape else portrait

    @property
    def stroke(self) -> float:
        """The edge of a button."""
        row = tokens()["stroke_px"]
        value: float = row["button_landscape" if self.landscape else "button_large" if self.large else "button"]
        return value

    @property
    def floor(self) -> float:
        """The smallest side a target may have."""
        row = tokens()["kiosk"]["target_px"]
        return float(row["landscape_bar_item" if self.landscape else "floor"])

    @property
    def radius(self) -> float:
        """The corner of a button."""
        row = tokens()["radius_px"]
        value: float = row["landscape_button" if self.landscape else "button"]
        return value


def canvas(width_px: int, height_px: int) -> tuple[bool, float, tuple[float, float]]:
    """Return (landscape, scale, canvas size in design pixels) for a window; the whole design fits whatever its shape."""
    landscape = width_px > height_px
    design_w, design_h = LANDSCAPE if landscape else PORTRAIT
    scale = min(width_px / design_w, height_px / design_h)
    return landscape, scale, (width_px / scale, height_px / scale)
