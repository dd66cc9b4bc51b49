"""One sample view (or more) for every screen, after the mocks: what the gallery renders and the layout tests measure.

Names and figures are invented.
"""

from __future__ import annotations

from guitai.messages.view import View
from kiosk_ui.samples.base import BAR, NOW_MS
from kiosk_ui.samples.ends import ends
from kiosk_ui.samples.hands import hands
from kiosk_ui.samples.journey import journey
from kiosk_ui.samples.risk import risk
from kiosk_ui.samples.variants import variants

__all__ = ["BAR", "LANDSCAPE_ALSO", "NOW_MS", "samples"]

LANDSCAPE_ALSO = ("attract", "conversation", "confirm", "sms_code", "hold", "take_card", "satisfaction")
"""Samples that the gallery also renders in landscape."""


def samples() -> dict[str, View]:
    """Return the sample views by file name."""
    return {**journey(), **risk(), **hands(), **ends(), **variants()}
