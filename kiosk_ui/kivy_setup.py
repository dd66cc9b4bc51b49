"""Sets Kivy up before it is imported: no files of its own, no arguments, few frames, the window at 0,0 without a frame."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
from pathlib import Path
from typing import Any

from guitai.config_sections import Window
from guitai.errors import GuitaiError

MAX_FPS = 30
"""Ticks of the main loop; a tick draws only if something changed. 30 show a press within 34 ms, and 15 pictures a second evenly."""


M_MMAP_THRESHOLD = -3
LARGE_BLOCK_BYTES = 256 * 1024


def prepare(window: Window, home: Path) -> None:
    """Set the environment and Kivy's configuration. Call once, before any other import of Kivy."""
    _give_large_blocks_back()
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_HOME=str(home),
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",
        # The providers we use, so that Kivy does not load the others to look at them (Pillow alone is 8 MB).
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_IMAGE="sdl2",
        KIVY_CLIPBOARD="dummy",
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
    logging.getLogger("kivy").setLevel(logging.WARNING)
    # Touch screens reach us through SDL; Kivy's own readers of /dev/input would report every finger twice.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")


def _give_large_blocks_back() -> None:
    """Keep glibc from hoarding: pictures and textures of megabytes come and go (mallopt(3)); other libcs ignore it."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def give_back() -> None:
    """Return freed memory to the system (malloc_trim(3)); other libcs do so by themselves."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


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
