"""Renders every screen x mode x language x orientation into PNGs, on Xvfb of its own (`guitai ui gallery`)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from guitai.clock import UnixMs
from guitai.config_sections import Window
from guitai.errors import GuitaiError
from guitai.messages.view import View
from kiosk_ui import fonts, kivy_setup, png
from kiosk_ui.display import virtual_display
from kiosk_ui.look import Look
from kiosk_ui.samples import LANGUAGES, NOW_MS, fixtures

SIZES = {"portrait": (1080, 1920), "landscape": (1280, 800)}


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

    from kiosk_ui.report import Report
    from kiosk_ui.window import KioskWindow

    todo = list(views.items())
    window: Any = None

    def keep(name: str) -> None:
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        png.write(path, *window.grab())
        KivyClock.schedule_once(following, 0)

    def following(_dt: float) -> None:
        if not todo:
            stopTouchApp()
            return
        name, view = todo.pop(0)
        window.show(view)
        window.after_draw(lambda: keep(name))

    quiet = Report(*[lambda *_: None] * len(fields(Report)))
    window = KioskWindow(fonts.find(state), StillClock(), quiet, Look(), still=True)
    KivyClock.schedule_once(following, 0)
    runTouchApp()
    EventLoop.close()


def cases(orientation: str) -> dict[str, View]:
    """Return every screen in both languages and modes, by ``LANGUAGE_MODE_ORIENTATION/NAME``."""
    return {
        f"{language}_{'large' if large else 'normal'}_{orientation}/{name}": view
        for language in LANGUAGES
        for large in (False, True)
        for name, view in fixtures(language, large=large).items()
    }


def run(folder: Path, scale: float = 1.0) -> int:
    """Render the whole gallery, a process for each orientation; return how many pictures there are.

    Raises GuitaiError ``window.gallery_failed``.
    """
    for orientation in SIZES:
        command = [sys.executable, "-m", "kiosk_ui.gallery", str(folder.resolve()), orientation, str(scale)]
        made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if made.returncode:
            raise GuitaiError("window.gallery_failed", reason=made.stderr.strip().rsplit("\n", 1)[-1])
    return sum(len(cases(orientation)) for orientation in SIZES)


def main(arguments: list[str]) -> None:
    """Render one orientation: FOLDER ORIENTATION SCALE."""
    folder, orientation, scale = arguments
    width, height = (round(side * float(scale)) for side in SIZES[orientation])
    with virtual_display(width, height) as display:
        os.environ["DISPLAY"] = display
        os.environ["TZ"] = "Asia/Shanghai"  # the mocks' 10:24
        time.tzset()
        render(cases(orientation), Path(folder), (width, height))


if __name__ == "__main__":
    main(sys.argv[1:])
