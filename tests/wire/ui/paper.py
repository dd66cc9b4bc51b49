"""The glass without a window: views are laid out with the real fonts, fingers reach what was laid out. For every business in every mode."""

from __future__ import annotations

from typing import Any

from guitai.clock import UnixMs
from guitai.messages.view import View
from kiosk_ui import layout
from kiosk_ui.folding import CLOSE, OPEN
from kiosk_ui.keypad import Keypad
from kiosk_ui.layout.context import Moment
from kiosk_ui.scene import Scene, Text
from kiosk_ui.text import ELLIPSIS, Measure

NOW = Moment(UnixMs(1_795_314_240_000), "10:24", "11月22日　星期日")


class Paper:
    """What `walk.Glass` is for a window; only a good deal faster."""

    def __init__(self, measure: Measure, size: tuple[int, int]) -> None:
        self.touches, self.screens = 0, set[str]()
        self.left_out: set[str] = set()
        """Screens on which something found no room, or a word was cut."""

        self._measure, self._size = measure, size
        self._keypad = Keypad()
        self._view: View | None = None
        self._scene: Scene | None = None

    def show(self, shown: View) -> None:
        if shown != self._view:
            self._view = shown
            self._keypad = self._keypad.for_view(shown)
            self.screens.add(shown.screen)
            self._arrange()

    def press(self, target: str) -> list[tuple[str, Any]]:
        """Touch a target; return what a window would have reported."""
        assert self._scene is not None
        names = {one.name for one in self._scene.targets}
        if target not in names and OPEN in names:
            self.press(OPEN)
            return self.press(target)
        assert target in names, (target, sorted(names), self._scene.screen)
        self.touches += 1
        if target in (OPEN, CLOSE):
            self._keypad = self._keypad.unfold(target == OPEN)
            self._arrange()
            return []
        if not target.startswith("key:"):
            return [("pressed", (target,))]
        entry = self._keypad.entry
        self._keypad, text = self._keypad.press(target.removeprefix("key:"))
        self._arrange()
        return [("entered", (entry.field, text, entry.secret))] if text is not None and entry is not None else []

    def _arrange(self) -> None:
        assert self._view is not None
        pad = self._keypad
        scene = layout.arrange(self._view, self._size, self._measure, NOW, pad.typed, pad_open=pad.open)
        cut = [one.text for one in scene.items if isinstance(one, Text) and one.text.endswith(ELLIPSIS)]
        heard = self._view.hearing.text if self._view.hearing is not None else ""
        cut = [text for text in cut if not text.endswith(2 * ELLIPSIS) and text[:-1] not in heard]
        if scene.left_out or cut:
            self.left_out.add(f"{scene.left_out} {cut} on {scene.screen}: {self._view.lead}")
        self._scene = scene
