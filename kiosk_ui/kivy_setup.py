"""Sets Kivy up before it is imported: no files of its own, no arguments, few frames, the window at 0,0 without a frame."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from guitai.config import Window
from guitai.errors import GuitaiError

MAX_FPS = 20
"""Ticks of the main loop; a tick draws only if something changed. 20 keep a press visible within 50 ms."""


def prepare(window: Window, home: Path) -> None:
    """Set the environment and Kivy's configuration. Call once, before any other import of Kivy."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_HOME=str(home),
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",
    )
    from kivy.config import Config  # reads the environment when it is imported

    graphics = {
        "width": window.width,
        "height": window.height,
        "fullscreen": "auto" if window.fullscreen else 0,
        "position": "custom",
        "left": 0,
        "top": 0,
        "borderless": 1,
        "resizable": 0,
        "maxfps": MAX_FPS,
        "multisamples": 0,
        "show_cursor": 0 if window.fullscreen else 1,
    }
    for key, value in graphics.items():
        Config.set("graphics", key, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    # Touch screens reach us through SDL; Kivy's own readers of /dev/input would report every finger twice.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")


def open_window() -> Any:
    """Return Kivy's window. Raises GuitaiError ``window.no_display``."""
    if os.environ.get("SDL_VIDEODRIVER") != "offscreen" and not os.environ.get("DISPLAY"):
        raise GuitaiError("window.no_display", reason="DISPLAY is not set")
    try:
        from kivy.core.window import Window as KivyWindow  # opens the display when it is imported
    except SystemExit as error:
        raise GuitaiError("window.no_display", reason="SDL found no usable display") from error
    if KivyWindow is None:
        raise GuitaiError("window.no_display", reason=f"display {os.environ.get('DISPLAY', '')} refused the window")
    return KivyWindow
