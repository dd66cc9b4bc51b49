"""The calm view while core is away, and the moment a scene is drawn for."""

from __future__ import annotations

import time

from guitai.clock import Clock
from guitai.config import Config
from guitai.messages.view import View
from kiosk_ui.layout.context import Moment
from kiosk_ui.theme import words


def wait_view(config: Config, language: str = "zh") -> View:
    """Return 请稍等 with the hotline: nothing can be pressed, because nobody would answer."""
    own = words(language)
    more = f"{own['wait_more']}\n{own['wait_hotline'].format(hotline=config.kiosk.hotline)}"
    return View(
        screen="processing",
        lead=own["wait_lead"],
        more=more,
        face="calm",
        mic="hidden",
        branch=config.kiosk.branch_name,
        language="en" if language == "en" else "zh",
    )


def moment(clock: Clock, language: str) -> Moment:
    """Return the local time in the view's language."""
    now_ms = clock.unix_ms()
    local = time.localtime(now_ms / 1000)
    own = words(language)
    days = own["weekdays"].split(" ") if " " in own["weekdays"] else list(own["weekdays"])
    date = own["date"].format(month=local.tm_mon, day=local.tm_mday, weekday=days[local.tm_wday])
    return Moment(now_ms, time.strftime("%H:%M", local), date)
