"""The window: shows the scene of the latest view, turns fingers into targets, and tells when a view was really drawn.

Import only after `kiosk_ui.kivy_setup.prepare`: Kivy reads its settings from the environment when it is first imported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from kivy.clock import Clock as KivyClock
from kivy.core.window import Window
from kivy.graphics.opengl import (
    GL_PACK_ALIGNMENT,
    GL_RENDERER,
    GL_RGB,
    GL_SCISSOR_TEST,
    GL_UNSIGNED_BYTE,
    glDisable,
    glEnable,
    glGetString,
    glPixelStorei,
    glReadPixels,
    glScissor,
)

from guitai.clock import Clock
from guitai.messages.view import CountdownPart, View
from guitai.systemd import notify
from kiosk_ui import layout
from kiosk_ui.by_ear import ByEar
from kiosk_ui.folding import CLOSE, OPEN
from kiosk_ui.fonts import Fonts, Measure
from kiosk_ui.glass import KEY_PREFIX, Fault, Glass, part_of, passed_by, to_keep
from kiosk_ui.ink import CLEAR, DONE, PAD, Signature, inked
from kiosk_ui.keypad import Keypad
from kiosk_ui.look import Look, recoloured
from kiosk_ui.mouth import Mark, Track
from kiosk_ui.paint import Painter
from kiosk_ui.report import Report
from kiosk_ui.scene import Scene, Target
from kiosk_ui.slide import Slide
from kiosk_ui.theme import Style
from kiosk_ui.wait import moment

log = structlog.get_logger()

MOUTH_S = 1 / 15
UNKNOWN_SHAPES, UNKNOWN_S = ("aa", "", "o", ""), 0.4
"""What the mouth does, each for so long, while a voice speaks that tells no phonemes."""

BLINK_EVERY_S, BLINK_S = 5.0, 0.12
REPEAT_GUARD_S = 0.4
"""A second press of the same button within this time is a trembling finger, not a wish."""

WARM_S = 0.1
WATCHDOG_S = 5.0
GLASS_AGAIN_S = 60.0
"""So often what is wrong with the glass is told again: core may have begun anew."""

WARM = (
    ("amount", True), ("label", False), ("minimum", False), ("button_note", False), ("heard", True), ("button", True),
    ("question", True), ("bar_label", True), ("teller_more", False), ("teller_lead", True),
)  # fmt: skip
"""Sizes of the first screens, the last first."""


class KioskWindow:
    """One per process. All methods run on Kivy's thread."""

    def __init__(
        self,
        fonts: Fonts,
        clock: Clock,
        report: Report,
        look: Look,
        *,
        missed: tuple[int, ...] = Glass().missed,
        face: bool = True,
        motion: bool = True,
        still: bool = False,
    ) -> None:
        """Without `face` the digital teller is not shown; `still` keeps her from moving, so that pictures can be compared.

        `missed` is what the window before had kept of the glass; without `motion` the counter is where it goes at once.
        """
        self._measure, self._painter = Measure(fonts), Painter(fonts, look.logo)
        self._clock, self._report = clock, report
        self._view: View | None = None
        self._serial: int | None = None
        self._scene: Scene | None = None
        self._keypad, self._signature = Keypad(), Signature()
        self._ear = ByEar(report.read, report.guide, self._press, report.louder)
        self._pointer: tuple[float, float] | None = None
        self._down: Target | None = None
        self._fingers: dict[int, Target | None] = {}
        """What each finger on the glass came down on: one that rests holds no other up."""

        self._writing: int | None = None
        self._glass, self._kept, self._told_s = Glass(missed=missed), missed, 0.0
        self._faults: tuple[Fault, ...] = ()
        self._last_press: tuple[str, float] = ("", 0.0)
        self._undrawn = False
        self._warm = False
        self._waiting: list[Callable[[], None]] = []
        self._mouth_at = ""
        self._track, self._track_ns = Track(), 0
        self._mouth_timer: Any = None
        self._seconds_timer: Any = None
        Window.add_widget(self._painter.widget)
        Window.bind(on_touch_down=self._touch_down, on_touch_move=self._touch_move)
        Window.bind(on_touch_up=self._touch_up, on_flip=self._flip)
        self._look, self._face, self._still = look, face, still
        self._slides, self._slide = motion and not still, Slide()
        if not still:
            KivyClock.schedule_interval(self._blink, BLINK_EVERY_S)
        Window.bind(on_key_down=self._key_down, on_key_up=lambda _window, code, *_: self._ear.release(code))
        Window.bind(on_draw=self._before_draw)
        Window.bind(size=lambda *_: self._arrange(again=True))
        self._next_minute()
        KivyClock.schedule_interval(lambda _: notify("WATCHDOG=1"), WATCHDOG_S)
        KivyClock.schedule_interval(lambda _: self.look_at_glass(), WATCHDOG_S)
        self.software = b"llvmpipe" in (glGetString(GL_RENDERER) or b"")
        """Whether the CPU paints, for want of a GPU."""

    @property
    def scene(self) -> Scene | None:
        """What is on the screen (or will be with the next frame)."""
        return self._scene

    @property
    def view(self) -> View | None:
        """The view shown."""
        return self._view

    @property
    def serial(self) -> int | None:
        """The serial core gave the view."""
        return self._serial

    def show(self, view: View, serial: int | None = None, by_ear: View | None = None) -> None:
        """Show a view, and read `by_ear` out; `Report.shown` is called once its frame has been drawn."""
        if view.screen == "attract" and self._view is not None and self._view.screen != "attract":
            self._painter.forget()
            self._glass = self._glass.next_customer()
            self._keep_count(gone=True)
        if self._slides:
            self._slide_on(view)
        self._view, self._serial = view, serial
        self._keypad = self._keypad.for_view(view)
        self._signature = self._signature.for_view(view)
        self._ear.show(view, by_ear, self._clock.unix_ms())
        self._undrawn = True
        self._arrange(again=True)
        self._timers(view)

    def retype(self, name: str, text: str) -> None:
        """Take up the digits that a window before this one had collected for a field."""
        self._keypad = self._keypad.resumed(name, text)
        self._arrange()

    def after_draw(self, then: Callable[[], None]) -> None:
        """Call `then` when what is shown now has been drawn, before anything else is."""
        self._waiting.append(then)
        self._painter.widget.canvas.ask_update()

    def grab(self) -> tuple[bytes, int, int]:
        """Return the frame just drawn: RGB rows from the bottom, width, height. Only within `after_draw`."""
        width, height = Window.system_size
        glPixelStorei(GL_PACK_ALIGNMENT, 1)
        pixels: bytes = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        return pixels, width, height

    def picture(self, source: str, rgb: bytes, width: int, height: int) -> None:
        """Show a new picture of a moving source."""
        known = self._painter.has_moving(source, width, height)
        self._painter.moving(source, rgb, width, height)
        if not known:
            self._arrange(again=True)

    def _arrange(self, *, again: bool = False) -> None:
        if self._view is None:
            return
        now = moment(self._clock, self._view.language)
        pad = self._keypad
        scene = layout.arrange(
            self._view, Window.system_size, self._measure, now, pad.typed, pad_open=pad.open, face=self._face
        )
        scene = recoloured(scene, self._look.palette(high_contrast=self._view.high_contrast))
        if scene.left_out:
            log.warning("window.left_out", screen=scene.screen, blocks=scene.left_out)
        if again or scene != self._scene:
            self._scene = scene
            self._paint(self._down)

    def point(self, x: float | None, y: float | None) -> None:
        """Show where the teller points, in parts of the window's width and height; None: nowhere any more."""
        self._pointer = None if x is None or y is None else (x, y)
        self._paint(self._down)

    def _paint(self, pressed: Target | None = None) -> None:
        """Paint the scene with what lies over it."""
        if self._scene is not None:
            scene = self._slide.at(self._scene, self._now_s())
            scene = inked(scene, self._signature.strokes, self._pointer)
            at = self._ear.target(self._keypad, self._clock.unix_ms())
            self._painter.show(scene, pressed, next((t for t in scene.targets if t.name == at), None))

    def _slide_on(self, view: View) -> None:
        before, self._slide = self._slide, self._slide.towards(self._view, view, self._scene, self._now_s())
        if self._slide.old is not None and self._slide is not before:
            KivyClock.schedule_interval(self._slid, 0)

    def _slid(self, _dt: float) -> bool:
        return self._slide.frame(self._now_s, lambda: self._paint(self._down))

    def _timers(self, view: View) -> None:
        speaking, counting = self._speaking(), any(isinstance(part, CountdownPart) for part in view.parts)
        if speaking and self._mouth_timer is None:
            self._mouth_timer = KivyClock.schedule_interval(self._move_mouth, MOUTH_S)
        elif not speaking and self._mouth_timer is not None:
            self._mouth_timer.cancel()
            self._mouth_timer = None
            self._mouth_at = ""
            self._painter.mouth("")
        if counting and self._seconds_timer is None:
            self._seconds_timer = KivyClock.schedule_interval(lambda _: self._arrange(), 1.0)
        elif not counting and self._seconds_timer is not None:
            self._seconds_timer.cancel()
            self._seconds_timer = None

    def speak(self, at_ns: int, marks: Sequence[Mark]) -> None:
        """Let the mouth follow phonemes of a voice whose first sample was heard at `at_ns`; no marks: it has ended."""
        known = self._track if at_ns == self._track_ns else Track()
        self._track, self._track_ns = (known.with_marks(marks), at_ns) if marks else (Track(), 0)
        if self._view is not None:
            self._timers(self._view)

    def _speaking(self) -> bool:
        if self._still:
            return False
        return bool(self._track.shapes) or (self._view is not None and bool(self._view.captions))

    def _move_mouth(self, _dt: float) -> None:
        now_ns = time.monotonic_ns()
        if self._track.shapes:
            shape = self._track.at((now_ns - self._track_ns) / 1e9)
        else:
            shape = UNKNOWN_SHAPES[int(now_ns / 1e9 / UNKNOWN_S) % len(UNKNOWN_SHAPES)]
        if shape != self._mouth_at:
            self._mouth_at = shape
            self._painter.mouth(shape)

    def _blink(self, _dt: float) -> None:
        self._painter.blink(shut=True)
        KivyClock.schedule_once(lambda _: self._painter.blink(shut=False), BLINK_S)

    def _warm_fonts(self, todo: list[tuple[str, bool]]) -> None:
        """Open the common sizes one by one between frames, so that no customer waits for them."""

        def one(_dt: float) -> bool:
            name, bold = todo.pop()
            self._painter.warm(Style().size(name), bold=bold)
            return bool(todo)

        KivyClock.schedule_interval(one, WARM_S)

    def _next_minute(self) -> None:
        def tick(_dt: float) -> None:
            self._arrange()
            self._next_minute()

        KivyClock.schedule_once(tick, 60.05 - (self._clock.unix_ms() / 1000) % 60)

    def _before_draw(self, _window: Any) -> None:
        """Without a GPU, draw only where something moved: what is drawn stays in the buffer, which is copied, not swapped."""
        region = self._painter.changed()
        if self.software and region is not None and not self._waiting:
            glEnable(GL_SCISSOR_TEST)
            glScissor(*region)

    def _flip(self, window: Any) -> bool:
        """Stand in for Kivy's own flip, to know the moment a frame has reached the screen."""
        glDisable(GL_SCISSOR_TEST)
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()
        window.flip()
        if self._undrawn and self._view is not None:
            self._undrawn = False
            if not self._warm:
                self._warm = True
                self._warm_fonts(list(WARM))
            self._report.shown(self._view, self._serial, time.monotonic_ns())
        return True

    def _key_down(self, _window: Any, code: int, *_: Any) -> bool:
        self._ear.key(code, self._keypad, self._clock.unix_ms())
        self._paint()
        return True

    def look_at_glass(self) -> None:
        """Tell what is wrong with the touch screen, if that is new."""
        now_s = self._now_s()
        faults = self._glass.faults(now_s)
        if faults != self._faults or (faults and now_s - self._told_s >= GLASS_AGAIN_S):
            self._faults, self._told_s = faults, now_s
            self._report.glass(faults)

    def _keep_count(self, *, gone: bool) -> None:
        if to_keep(self._kept, self._glass.missed, gone=gone):
            self._kept = self._glass.missed
            self._report.missed(self._kept)

    def _now_s(self) -> float:
        return self._clock.monotonic_ns() / 1e9

    def _touch_down(self, _window: Any, touch: Any) -> bool:
        if getattr(touch, "button", "left") != "left" or self._scene is None:
            return True
        scene, target = self._scene, self._target(touch)
        self._glass = self._glass.down(
            touch.uid,
            part_of(scene, *self._place(touch)),
            self._now_s(),
            passed_by(scene, target.name if target else ""),
        )
        self._keep_count(gone=False)
        self._fingers[touch.uid] = self._down = target
        if target and target.name == PAD:  # the newest finger writes: a palm lies there already
            self._writing, self._down = touch.uid, None  # ink shows, no press
            self._signature = self._signature.down(target.box, *self._place(touch))
            self._paint()
        elif target:
            self._paint(target)
        return True

    def _touch_move(self, _window: Any, touch: Any) -> bool:
        pad = self._fingers.get(touch.uid)
        if pad is not None and touch.uid == self._writing:
            self._signature = self._signature.move(pad.box, *self._place(touch))
            self._paint()
        return True

    def _touch_up(self, _window: Any, touch: Any) -> bool:
        down, rested = self._fingers.pop(touch.uid, None), self._glass.rests(touch.uid, self._now_s())
        self._glass = self._glass.up(touch.uid)
        self._writing = None if touch.uid == self._writing else self._writing
        self._down = None
        if down is None or self._scene is None:
            return True
        here = self._target(touch)
        self._paint()
        if here is not None and here.name == down.name and not rested:
            self._press(down.name)
        return True

    def _place(self, touch: Any) -> tuple[float, float]:
        """Return where a finger is, in design pixels, origin top-left."""
        assert self._scene is not None
        return touch.x / self._scene.scale, (Window.system_size[1] - touch.y) / self._scene.scale

    def _target(self, touch: Any) -> Target | None:
        assert self._scene is not None
        return self._scene.target_at(touch.x, Window.system_size[1] - touch.y)

    def _press(self, name: str) -> None:
        if name.startswith(KEY_PREFIX):
            self._key(name.removeprefix(KEY_PREFIX))
            return
        if name in (PAD, DONE, CLEAR):
            self._signature, strokes = self._signature.press(name)
            self._paint()
            if strokes is not None:
                self._report.signed(strokes)
            return
        if name in (OPEN, CLOSE):
            self._keypad = self._keypad.unfold(name == OPEN)
            self._arrange()
            return
        before, at = self._last_press
        now = self._now_s()
        if name == before and now - at < REPEAT_GUARD_S:
            return
        self._last_press = (name, now)
        self._report.pressed(name)

    def _key(self, key: str) -> None:
        entry = self._keypad.entry
        self._keypad, text = self._keypad.press(key)
        self._arrange()
        if entry is None:
            return
        if text is not None:
            self._report.entered(entry.field, text, entry.secret)
        elif not entry.secret:
            self._report.typing(entry.field, self._keypad.typed)
