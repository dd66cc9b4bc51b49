"""Renders every sample view into PNGs: ``python -m kiosk_ui.gallery FOLDER``, on Xvfb of its own."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guitai.clock import UnixMs
from guitai.config import Window
from guitai.messages.view import View
from kiosk_ui import fonts, kivy_setup, png
from kiosk_ui.display import virtual_display
from kiosk_ui.samples import LANDSCAPE_ALSO, NOW_MS, samples


class StillClock:
    """Always the same moment, so that pictures can be compared."""

    def unix_ms(self) -> UnixMs:
        """Return the mocks' morning."""
        return UnixMs(NOW_MS)

    def monotonic_ns(self) -> int:
        """Return nothing of interest."""
        return 0


def render(views: Mapping[str, View], folder: Path, size: tuple[int, int]) -> None:
    """Show each view in a real window on $DISPLAY and save what was drawn. Once per process: Kivy has one window."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        kivy_setup.prepare(Window(width=size[0], height=size[1]), Path(home))
        kivy_setup.open_window()
        _show_all(views, folder, Path(home))


def _show_all(views: Mapping[str, View], folder: Path, state: Path) -> None:
    from kivy.base import EventLoop, runTouchApp, stopTouchApp
    from kivy.clock import Clock as KivyClock

    from kiosk_ui.window import KioskWindow, Report

    todo = list(views.items())
    window: Any = None

    def keep(name: str) -> None:
        png.write(folder / f"{name}.png", *window.grab())
        KivyClock.schedule_once(following, 0)

    def following(_dt: float) -> None:
        if not todo:
            stopTouchApp()
            return
        name, view = todo.pop(0)
        window.show(view)
        window.after_draw(lambda: keep(name))

    quiet = Report(shown=lambda *_: None, pressed=lambda _: None, entered=lambda *_: None)
    window = KioskWindow(fonts.find(state), StillClock(), quiet)
    KivyClock.schedule_once(following, 0)
    runTouchApp()
    EventLoop.close()


def main(arguments: list[str]) -> None:
    """Render portrait, or with ``--landscape`` the samples chosen for it."""
    landscape = "--landscape" in arguments
    folder = Path(next(a for a in arguments if not a.startswith("--")))
    size = (1280, 800) if landscape else (1080, 1920)
    chosen = {n: v for n, v in samples().items() if not landscape or n in LANDSCAPE_ALSO}
    with virtual_display(*size) as display:
        os.environ["DISPLAY"] = display
        os.environ["TZ"] = "Asia/Shanghai"  # the mocks' 10:24
        time.tzset()
        render(chosen, folder, size)


if __name__ == "__main__":
    main(sys.argv[1:])
