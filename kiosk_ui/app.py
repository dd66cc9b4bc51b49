"""guitai-ui: one window that shows core's views and reports touches; it decides nothing."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from guitai import logs, tables
from guitai.clock import SystemClock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.view import VideoPart, View
from guitai.systemd import notify
from kiosk_ui import fonts, kivy_setup, png
from kiosk_ui.glass import Fault
from kiosk_ui.glass_book import GlassBook
from kiosk_ui.ink import Strokes
from kiosk_ui.link import Events, Link, Picture
from kiosk_ui.look import Look, load
from kiosk_ui.nightly import LOOK_EVERY_S, Night
from kiosk_ui.report import Report
from kiosk_ui.wait import wait_view

if TYPE_CHECKING:
    from kiosk_ui.video import RingPicture

log = structlog.get_logger()


def run(config: Config) -> None:
    """Show the window until SIGTERM or SIGINT. Raises GuitaiError ``window.*`` when none can be shown."""
    logs.set_up("ui", config)
    found = fonts.find(config.paths.state)
    kivy_setup.prepare(config.window, config.paths.state / "window")
    kivy_setup.open_window()
    from kivy.base import runTouchApp, stopTouchApp
    from kivy.clock import Clock as KivyClock

    app = App(config, found)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: KivyClock.schedule_once(lambda _dt: stopTouchApp(), 0))
    app.start()
    app.at_night(stopTouchApp)
    try:
        runTouchApp()
    finally:
        notify("STOPPING=1")
        app.stop()


class App:
    """Wires link and window: what comes from the link's thread is handed over to Kivy's clock."""

    def __init__(self, config: Config, found: fonts.Fonts) -> None:
        from kivy.clock import Clock as KivyClock

        from kiosk_ui.window import KioskWindow

        self._config = config
        self._clock: Any = KivyClock
        own = config.window
        self._glass_book = GlassBook(config.paths.state / "window", (own.width, own.height))
        report = Report(
            self._shown, self._pressed, self._entered, self._typing, self._read, self._guide, self._louder, self._signed,
            self._felt, self._glass_book.write,
        )  # fmt: skip
        look = load(own.theme) if own.theme is not None else Look()
        self._window = KioskWindow(
            found, SystemClock(), report, look, missed=self._glass_book.read(), face=own.face, motion=own.motion
        )
        run_folder = config.paths.run
        events = Events(
            view=self._on_view,
            gone=self._on_gone,
            typed=lambda name, text: self._soon(lambda: self._window.retype(name, text)),
            mouth=lambda at_ns, marks: self._soon(lambda: self._window.speak(at_ns, marks)),
            layout=self._on_layout,
            picture=self._on_picture,
            point=self._on_point,
        )
        self._link = Link(run_folder / tables.SOCKETS["core"], run_folder / tables.SOCKETS["window"], events)
        self._album = Album(config.window.screenshots) if config.window.screenshots else None
        self._ring: RingPicture | None = None
        self._ring_source = ""
        self._pictures = 0
        self._ready = False
        self._language = "zh"
        self._latest: View | None = None
        self._night, self._began_s, self._moved_s = Night(own.restart_at), time.monotonic(), time.monotonic()

    def start(self) -> None:
        """Open the sockets and show the waiting view until core speaks."""
        self._window.show(wait_view(self._config))
        self._link.start()

    def stop(self) -> None:
        """Close the sockets."""
        self._link.stop()
        self._glass_book.close()
        if self._ring:
            self._ring.close()
        if self._album:
            self._album.close()

    def at_night(self, end: Callable[[], None]) -> None:
        """End the window at night, in a quiet moment: systemd starts it anew within seconds."""

        def look(_dt: float) -> None:
            now = time.monotonic()
            screen = self._latest.screen if self._latest is not None else ""
            if self._night.due(
                time.strftime("%H:%M"), up_s=now - self._began_s, quiet_s=now - self._moved_s, screen=screen
            ):
                log.info("window.begins_anew")
                end()

        self._clock.schedule_interval(look, LOOK_EVERY_S)

    def _soon(self, action: Any) -> None:
        self._clock.schedule_once(lambda _dt: action(), 0)

    def _on_view(self, view: View, serial: int | None, by_ear: View | None) -> None:
        self._soon(lambda: self._show(view, serial, by_ear, keep=True))

    def _on_gone(self) -> None:
        self._soon(lambda: self._show(wait_view(self._config, self._language), None, None, keep=False))

    def _show(self, view: View, serial: int | None, by_ear: View | None, *, keep: bool) -> None:
        self._language = view.language
        self._latest = view
        self._moved_s = time.monotonic()
        self._window.show(view, serial, by_ear)
        self._follow(next((part.source for part in view.parts if isinstance(part, VideoPart)), ""))
        if self._album and keep and self._album.wants(view):
            self._window.after_draw(lambda: self._keep(view))

    def _shown(self, view: View, serial: int | None, at_ns: int) -> None:
        if not self._ready:
            self._ready = True
            notify("READY=1")
        data: dict[str, Any] = {"screen": view.screen, "at_ns": at_ns}
        self._link.send("shown", **(data if serial is None else {**data, "serial": serial}))

    def _pressed(self, target: str) -> None:
        self._link.send("touch.pressed", target=target)

    def _entered(self, field: str, text: str, secret: bool) -> None:
        self._link.send("secret" if secret else "touch.entered", field=field, text=text)

    def _typing(self, field: str, text: str) -> None:
        self._link.send("typing", field=field, text=text)

    def _read(self, text: str, alone: bool) -> None:
        self._link.send("read", text=text, alone=alone)

    def _guide(self, texts: Sequence[str]) -> None:
        self._link.send("guide", texts=list(texts))

    def _louder(self, steps: int) -> None:
        self._link.send("louder", steps=steps)

    def _signed(self, strokes: Strokes) -> None:
        self._link.send("touch.signed", strokes=strokes)

    def _felt(self, faults: tuple[Fault, ...]) -> None:
        self._link.send("glass", faults=faults)

    def _on_point(self, x: float | None, y: float | None) -> None:
        self._soon(lambda: self._window.point(x, y))

    def _on_layout(self, answer: Future[dict[str, Any]]) -> None:
        def reply() -> None:
            scene = self._window.scene
            assert scene is not None
            told = {"screen": scene.screen, "serial": self._window.serial, "targets": scene.target_pixels()}
            answer.set_result({**told, "pictures": self._pictures})

        self._soon(lambda: self._window.after_draw(reply))

    def _on_picture(self, answer: Future[Picture]) -> None:
        self._soon(lambda: self._window.after_draw(lambda: answer.set_result(Picture(*self._window.grab()))))

    def _keep(self, view: View) -> None:
        # A view that the next one replaced before it was drawn was never shown.
        if self._album is not None and view is self._latest and self._album.wants(view):
            self._album.add(view, *self._window.grab())

    def _follow(self, source: str) -> None:
        """Read the ring of the view's moving picture, as long as the view has one."""
        if source == self._ring_source:
            return
        if self._ring:
            self._ring.close()
            self._ring = None
        self._ring_source = source
        if source:
            from kiosk_ui.video import FPS, RingPicture  # brings numpy, 15 MB that most sessions never need

            self._ring = RingPicture(self._config.paths.run / tables.RINGS.get(source, f"{source}.ring"))
            self._clock.unschedule(self._next_picture)
            self._clock.schedule_interval(self._next_picture, 1 / FPS)

    def _next_picture(self, _dt: float) -> bool:
        if self._ring is None:
            return False
        if picture := self._ring.newest():
            self._window.picture(self._ring_source, *picture)
            self._pictures += 1
        return True


class Album:
    """Keeps one picture of every kind of screen shown, numbered in the order they appeared."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[tuple[object, ...]] = set()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="album")
        folder.mkdir(parents=True, exist_ok=True)
        self._count = len(list(folder.glob("*.png")))

    def wants(self, view: View) -> bool:
        """Return whether a view of this kind has not been kept yet."""
        return _kind(view) not in self._seen

    def add(self, view: View, rgb: bytes, width: int, height: int) -> None:
        """Write ``NN_screen.png`` without holding the window up."""
        self._seen.add(_kind(view))
        self._count += 1
        path = self._folder / f"{self._count:02d}_{view.screen}.png"
        self._writer.submit(self._write, path, rgb, width, height)

    def close(self) -> None:
        """Return when every picture is on the disk."""
        self._writer.shutdown()

    def _write(self, path: Path, rgb: bytes, width: int, height: int) -> None:
        try:
            png.write(path, rgb, width, height)
        except GuitaiError as error:
            log.warning(error.code, reason=error.english())


def _kind(view: View) -> tuple[object, ...]:
    return (view.screen, view.lead, view.tone, view.large, view.language, bool(view.teller_name))
