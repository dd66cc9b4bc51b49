"""Sample views for every screen, after the mocks: what the gallery renders and the layout tests measure.

Names and figures are invented.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from guitai.messages.view import BarItem, View
from kiosk_ui.samples.base import BAR, NOW_MS
from kiosk_ui.samples.ends import ends
from kiosk_ui.samples.english import english
from kiosk_ui.samples.hands import hands
from kiosk_ui.samples.journey import journey
from kiosk_ui.samples.papers import papers
from kiosk_ui.samples.risk import risk
from kiosk_ui.samples.staff import staff
from kiosk_ui.samples.variants import variants

__all__ = ["BAR", "LANGUAGES", "NOW_MS", "fixtures", "samples"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
LARGE = "_large"


def samples() -> dict[str, View]:
    """Return the sample views by file name, in Chinese; ``*_large`` ones are made for large print."""
    return {**journey(), **risk(), **hands(), **papers(), **ends(), **staff(), **variants()}


def fixtures(language: Language = "zh", *, large: bool = False) -> dict[str, View]:
    """Return every screen in a language and mode, by the same names."""
    every = samples()
    out = {}
    for name, view in every.items():
        if name.endswith(LARGE):
            continue
        shown = every.get(name + LARGE, replace(view, large=True, bar=_large_bar(view))) if large else view
        out[name] = english(shown) if language == "en" else shown
    return out


def _large_bar(view: View) -> tuple[BarItem, ...]:
    return tuple(replace(item, label="标准字", on=True) if item.target == "large" else item for item in view.bar)
