"""Where the window tells what happened: to core, or to whoever tries it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guitai.messages.view import View
from kiosk_ui.glass import Fault
from kiosk_ui.ink import Strokes


@dataclass(slots=True)
class Report:
    """Called on the window's thread."""

    shown: Callable[[View, int | None, int], None]
    pressed: Callable[[str], None]
    entered: Callable[[str, str, bool], None]
    typing: Callable[[str, str], None]
    """Field and digits so far, of what is no secret."""

    read: Callable[[str, bool], None]
    """What a customer who uses the kiosk by ear is to hear at once, and whether nobody else may."""

    guide: Callable[[Sequence[str]], None]
    """What is read out of a screen to who hears it alone, piece by piece."""

    louder: Callable[[int], None]
    """By how many steps a customer wants the voice louder; less than 0: softer."""

    signed: Callable[[Strokes], None]
    glass: Callable[[tuple[Fault, ...]], None]
    """What is wrong with the touch screen now: when it changes, and while something is every minute."""

    missed: Callable[[tuple[int, ...]], None]
    """How many customers passed each part of the glass by, to be kept for the window after this one."""
